//! What is encrypted and yet open, as qpdf writes it.

use super::super::tests::code;

/// A document among the samples.
macro_rules! sample {
    ($name:literal) => {
        ($name, include_bytes!(concat!("../../../../../tests/documents/", $name, ".pdf")).as_slice())
    };
}

#[test]
fn what_opens_without_a_password_is_read() {
    for (name, document) in [
        sample!("r2-drawn"),
        sample!("r2-typed"),
        sample!("r3-drawn"),
        sample!("r3-typed"),
        sample!("r4-drawn"),
        sample!("r4-typed"),
        sample!("r4-aes-drawn"),
        sample!("r4-aes-typed"),
        sample!("r5-drawn"),
        sample!("r6-drawn"),
        sample!("r6-typed"),
    ] {
        assert_eq!(code(document).as_deref(), Some("ssn"), "{name}");
    }
}

#[test]
fn what_is_packed_into_streams_of_objects_is_not_decrypted_twice() {
    for (name, document) in [sample!("r4-packed"), sample!("r6-packed")] {
        assert_eq!(code(document).as_deref(), Some("ssn"), "{name}");
    }
}

#[test]
fn what_asks_for_a_password_is_told() {
    for (name, document) in [sample!("r2-asks"), sample!("r4-asks"), sample!("r6-asks")] {
        assert_eq!(code(document).as_deref(), Some("encrypted-archive"), "{name}");
    }
}

#[test]
fn a_document_that_opens_in_one_way_and_not_in_another_is_told() {
    let (_, open) = sample!("r6-drawn");
    let two = [open, b"\ntrailer <</Encrypt <</Filter/Standard/V 5/R 6>>>>"].concat();
    assert_eq!(code(&two).as_deref(), Some("encrypted-archive"));
    let unknown = [open, b"\ntrailer <</Encrypt 99 0 R>>"].concat();
    assert_eq!(code(&unknown).as_deref(), Some("encrypted-archive"));
}

#[test]
fn a_document_that_tells_of_its_encryption_without_end_is_given_up() {
    // Read to the end each time, this would take minutes.
    let again = b"1 0 obj 1 endobj /Encrypt<</A(".repeat(200_000);
    assert_eq!(code(&again).as_deref(), Some("encrypted-archive"));
    code(&b"/Encrypt(".repeat(500_000));
    code(&[b"/Encrypt 1 0 R 1 0 obj<</Filter/Standard/V 2/R 3>> ", &b"/ID[(".repeat(500_000)[..]].concat());
}

#[test]
fn an_encrypted_document_changed_anywhere_is_still_read() {
    for (_, document) in [sample!("r3-typed"), sample!("r4-aes-drawn"), sample!("r6-packed")] {
        for at in (0..document.len()).step_by(7) {
            let mut changed = document.to_vec();
            changed[at] = changed[at].wrapping_add(13);
            code(&changed);
        }
    }
}
