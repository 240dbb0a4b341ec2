//! What is found inside PDF documents.

use std::io::Write as _;

use flate2::{Compression, write::ZlibEncoder};
use proptest::prelude::*;
use shared::rules::first_hit;

use super::*;
use crate::message::extract::walk;

/// A document of these objects, numbered from 1.
pub(super) fn pdf(objects: &[&[u8]]) -> Vec<u8> {
    let mut file = b"%PDF-1.7\n".to_vec();
    for (index, object) in objects.iter().enumerate() {
        file.extend_from_slice(format!("{} 0 obj\n", index + 1).as_bytes());
        file.extend_from_slice(object);
        file.extend_from_slice(b"\nendobj\n");
    }
    file.extend_from_slice(b"trailer <</Root 1 0 R>>\n%%EOF");
    file
}

pub(super) fn stream(dictionary: &str, content: &[u8]) -> Vec<u8> {
    let head = format!("<<{dictionary}/Length {}>>\nstream\n", content.len());
    [head.as_bytes(), content, b"\nendstream"].concat()
}

fn deflated(content: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

const PAGE: &[u8] = b"<</Type/Page/Contents 2 0 R/Resources<</Font<</F1 3 0 R>>>>>>";
pub(super) const HELVETICA: &[u8] = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>";

/// A page that draws this.
pub(super) fn page(content: &str) -> Vec<u8> {
    pdf(&[PAGE, &stream("", content.as_bytes()), HELVETICA])
}

/// What the rules find; what cannot be read by its code.
fn found(octets: &[u8]) -> Option<(String, String)> {
    let file = File { shown: "a.pdf", name: "a.pdf", content_type: "" };
    walk(octets, file, &mut Allowance::default(), &mut |name, inside, _| {
        let what = match inside {
            Inside::Text(text) => first_hit(text)?.code().to_owned(),
            Inside::Unreadable(why) => why.code().to_owned(),
            Inside::Name(_) => return None,
            Inside::Mail(_) => "mail".to_owned(),
        };
        Some((what, name.to_owned()))
    })
}

pub(super) fn code(octets: &[u8]) -> Option<String> {
    found(octets).map(|(code, _)| code)
}

/// The text, gaps as blanks.
fn text(octets: &[u8]) -> String {
    let mut all = String::new();
    let file = File { shown: "a.pdf", name: "a.pdf", content_type: "" };
    walk(octets, file, &mut Allowance::default(), &mut |_, inside, _| {
        if let (Inside::Text(text), true) = (inside, all.is_empty()) {
            text.clone_into(&mut all);
        }
        None::<()>
    });
    all
}

#[test]
fn text_is_read_in_the_pieces_in_which_it_is_drawn() {
    for content in [
        "BT /F1 12 Tf 72 700 Td (Number 123-45-6789.) Tj ET",
        "BT /F1 12 Tf [(12) -20 (3-4) 15 (5-6789)] TJ ET",
        "BT /F1 12 Tf (123-) Tj (45) Tj (-6789) Tj ET",
        "BT /F1 12 Tf <3132332D34352D36373839> Tj ET",
        "BT /F1 12 Tf 14 TL (123-) ' (45-6789) ' ET",
        "BT /F1 12 Tf (123-) Tj T* (45-6789) Tj ET",
        "BT /F1 12 Tf 0 0 (123-45-6789) \" ET",
        // Each piece in its own place: 123- is 24 wide at this size.
        "BT /F1 12 Tf 72 700 Td (123-) Tj 24 0 Td (45-6789) Tj ET",
        "BT /F1 12 Tf 1 0 0 1 72 700 Tm (123-) Tj ET BT 1 0 0 1 96 700 Tm (45-6789) Tj ET",
        "q .5 0 0 .5 0 0 cm BT /F1 24 Tf 1 0 0 1 72 700 Tm (123-) Tj ET Q q .5 0 0 .5 24 0 cm BT /F1 24 Tf 1 0 0 1 72 700 Tm (45-6789) Tj ET Q",
        "BT /F1 12 Tf 3 Tc (123-45-6789) Tj ET",
        // Turned by a quarter.
        "BT /F1 12 Tf 0 1 -1 0 72 700 Tm (123-) Tj 0 1 -1 0 72 724 Tm (45-6789) Tj ET",
        "BI /W 1 /H 1 ID \x01(((EI\n EI BT /F1 12 Tf (123-45-6789) Tj ET",
    ] {
        assert_eq!(code(&page(content)).as_deref(), Some("ssn"), "{content}: {:?}", text(&page(content)));
    }
}

#[test]
fn cells_and_lines_are_not_joined() {
    let row = "BT /F1 12 Tf 72 700 Td (7) Tj 40 0 Td (123-45-6789) Tj 120 0 Td (5) Tj ET";
    assert_eq!(text(&page(row)), "7 123-45-6789 5");
    assert_eq!(code(&page(row)).as_deref(), Some("ssn"));
    let list = "BT /F1 12 Tf 72 700 Td (7) Tj 0 -14 Td (123-45-6789) Tj 0 -14 Td (5) Tj ET";
    assert_eq!(text(&page(list)), "7\n123-45-6789\n5");
    let harmless = "BT /F1 12 Tf 72 700 Td (123) Tj 40 0 Td (45) Tj 40 0 Td (6789) Tj ET";
    assert_eq!(code(&page(harmless)), None);
    let columns = "BT /F1 12 Tf 72 700 Td (Form 123-45) Tj 150 0 Td (-6789) Tj ET";
    assert_eq!(text(&page(columns)), "Form 123-45 -6789");
    assert_eq!(code(&page(columns)), None);
    let boxes = "BT /F1 12 Tf 72 700 Td (123) Tj 40 0 Td (-) Tj 40 0 Td (45) Tj 40 0 Td (-) Tj 40 0 Td (6789) Tj ET";
    assert_eq!(code(&page(boxes)).as_deref(), Some("ssn"));
    let words = "BT /F1 12 Tf [(Social) -300 (Security) -300 (123456789)] TJ ET";
    assert_eq!(text(&page(words)), "Social Security 123456789");
}

#[test]
fn packed_streams_and_streams_of_objects_are_read() {
    let content = deflated(b"BT /F1 12 Tf (123-45-6789) Tj ET");
    let packed = pdf(&[PAGE, &stream("/Filter/FlateDecode", &content), HELVETICA]);
    assert_eq!(code(&packed).as_deref(), Some("ssn"));
    let inner = [b"1 0 3 64 ", PAGE, b"  ", HELVETICA].concat();
    let objects = stream("/Type/ObjStm/N 2/First 9/Filter/FlateDecode", &deflated(&inner));
    let file = [
        b"%PDF-1.5\n2 0 obj ",
        &stream("/Filter/FlateDecode", &content)[..],
        b" endobj 4 0 obj ",
        &objects,
        b" endobj",
    ];
    assert_eq!(code(&file.concat()).as_deref(), Some("ssn"));
    // A length that is wrong, and one that stands elsewhere.
    let wrong = stream("/Filter/FlateDecode", &content);
    for length in ["/Length 5>>", "/Length 9 0 R>>"] {
        let text = format!("/Length {}>>", content.len());
        let at = wrong.windows(text.len()).position(|window| window == text.as_bytes()).unwrap();
        let wrong = [&wrong[..at], length.as_bytes(), &wrong[at + text.len()..]].concat();
        assert_eq!(code(&pdf(&[PAGE, &wrong, HELVETICA])).as_deref(), Some("ssn"), "{length}");
    }
}

#[test]
fn what_was_typed_is_read_too() {
    for object in [
        "<</FT/Tx/T(ssn)/V(123-45-6789)>>",
        "<</FT/Tx/T(SSN)/V(123456789)>>",
        "<</Type/Annot/Subtype/Text/Contents(\\376\\377\\0001\\0002\\0003\\000-\\0004\\0005\\000-\\0006\\0007\\0008\\0009)>>",
        "<</Title(Case 123-45-6789)>>",
        // Dashes of the encoding of such strings, and of Windows, which some programs write.
        "<</Title(123\\20545\\2046789)>>",
        "<</Title(123\\21245\\2126789)>>",
        "<</Title(123\\22645\\2276789)>>",
        "<</Title(\\357\\273\\277123\\342\\200\\22345-6789)>>",
        "<</Kids[<</V(123-45-6789)>>]>>",
    ] {
        assert!(code(&pdf(&[object.as_bytes()])).is_some(), "{object}");
    }
    let xml = b"<xdp><ssn>123-45-6789</ssn><zip>95814</zip></xdp>";
    let form = pdf(&[b"<</AcroForm<</XFA[(datasets) 2 0 R]>>>>", &stream("", xml)]);
    assert_eq!(code(&form).as_deref(), Some("ssn"));
    assert_eq!(code(&pdf(&[b"<</AcroForm<</XFA 2 0 R>>>>", &stream("", xml)])).as_deref(), Some("ssn"));
    let notes = b"<t><?renderCache.textRun 26 2. SOCIAL SECURITY NUMBER 0 0 8026 0 0 0 9 8?>Name</t>";
    assert_eq!(code(&pdf(&[b"<</AcroForm<</XFA 2 0 R>>>>", &stream("", notes)])), None);
    let as_a_file = stream("/Type/EmbeddedFile", notes);
    assert_eq!(code(&pdf(&[b"<</AcroForm<</XFA 2 0 R>>>>", &as_a_file])), None);
    let drawn = stream("/Type/XObject/Subtype/Form", b"BT /F9 9 Tf (123-45-6789) Tj ET");
    assert_eq!(code(&pdf(&[&drawn])).as_deref(), Some("ssn"));
}

#[test]
fn files_that_are_attached_are_read_and_named() {
    let file = pdf(&[
        b"<</Type/Filespec/F(x)/UF(list.csv)/EF<</F 2 0 R>>>>",
        &stream("/Type/EmbeddedFile/Filter/FlateDecode", &deflated(b"Smith;123-45-6789")),
    ]);
    assert_eq!(found(&file), Some(("ssn".to_owned(), "a.pdf: list.csv".to_owned())));
}

#[test]
fn what_is_encrypted_or_too_large_is_told() {
    let mut locked = page("BT (123-45-6789) Tj ET");
    locked.extend_from_slice(b"trailer <</Encrypt 9 0 R>>");
    assert_eq!(code(&locked).as_deref(), Some("encrypted-archive"));
    let told = page("BT (hello) Tj ET % /EncryptMetadata /Encrypt x");
    assert_eq!(code(&told), None);
    let bomb = deflated(&vec![b' '; 65 * 1024 * 1024]);
    let bomb = pdf(&[PAGE, &stream("/Filter/FlateDecode", &bomb), HELVETICA]);
    assert!(bomb.len() < 100_000);
    assert_eq!(code(&bomb).as_deref(), Some("archive-too-large"));
    // A page that draws one stream again and again.
    let again = format!("<</Type/Page/Contents[{}]>>", "2 0 R ".repeat(3_000));
    let again = pdf(&[again.as_bytes(), &stream("/Filter/FlateDecode", &deflated(&vec![b' '; 1024 * 1024]))]);
    assert_eq!(code(&again).as_deref(), Some("archive-too-large"));
}

#[test]
fn a_document_of_objects_without_end_is_given_up() {
    // Read again from each of them on, this would take minutes.
    assert_eq!(code(&b"1 0 obj <</A (".repeat(500_000)).as_deref(), Some("archive-too-large"));
    assert_eq!(code(&b"1 0 obj [".repeat(20)), None);
}

#[test]
fn broken_documents_are_read_as_far_as_they_go() {
    let whole = page("BT /F1 12 Tf (123-45-6789) Tj ET");
    let cut = &whole[..whole.len() - 105];
    assert_eq!(code(cut).as_deref(), Some("ssn"));
    assert_eq!(code(b"%PDF-1.4 nothing but 123-45-6789").as_deref(), Some("ssn"));
    let before = [b"5 0 obj (a string without end ", &whole[..]].concat();
    assert_eq!(code(&before).as_deref(), Some("ssn"));
    assert_eq!(code(&page("BT (hello) Tj ET")), None);
}

/// A document with something of everything.
fn sample() -> Vec<u8> {
    let map = b"1 begincodespacerange <0000> <FFFF> endcodespacerange 1 beginbfrange <0013> <001C> <0030> endbfrange";
    let inner = b"9 0 <</Title(Report)/V[(a)(b)]/Kids[1 0 R 9 0 R]>>";
    pdf(&[
        b"<</Type/Page/Parent 6 0 R/Contents[2 0 R 2 0 R]>>",
        &stream(
            "/Filter/FlateDecode",
            &deflated(b"q 1 0 0 1 0 0 cm BT /F1 12 Tf 14 TL [(12) -20 <0014>] TJ T* /F2 9 Tf (x) ' ET Q"),
        ),
        b"<</Type/Font/Subtype/Type0/Encoding/Identity-H/ToUnicode 4 0 R/DescendantFonts[<</W[1[2 3]4 5 6]>>]>>",
        &stream("", map),
        b"<</Type/Font/Subtype/Type1/FirstChar 32/Widths[250 300]/Encoding<</Differences[1/one/uni0032]>>>>",
        b"<</Type/Pages/Parent 6 0 R/Resources<</Font<</F1 3 0 R/F2 5 0 R>>>>>>",
        &stream(
            "/Type/ObjStm/N 1/First 4/Filter[/ASCIIHexDecode]",
            inner.map(|o| format!("{o:02x}")).concat().as_bytes(),
        ),
        b"<</Type/Filespec/UF(a.txt)/EF<</F 2 0 R>>>>",
    ])
}

proptest! {
    #[test]
    fn a_document_changed_anywhere_is_still_read(
        changes in proptest::collection::vec((0_usize..2_000, any::<u8>()), 1..6),
        cut in 0_usize..2_000,
    ) {
        let mut file = sample();
        for (at, octet) in changes {
            let at = at % file.len();
            file[at] = octet;
        }
        file.truncate(cut.max(40));
        found(&file);
    }

    #[test]
    fn no_pieces_make_it_fail(
        pieces in proptest::collection::vec(
            prop_oneof![
                Just("1 0 obj "), Just("2 0 obj"), Just(" endobj "), Just("<<"), Just(">>"), Just("/Type/Page"), Just("/Contents 2 0 R"),
                Just("stream\n"), Just("\nendstream"), Just("/Type/ObjStm/N 9/First 3"), Just("[1 0 R"), Just("]"), Just("(a"), Just(")"),
                Just("/Length 7"), Just("BT (x) Tj"), Just(" 5 0 "), Just("/Parent 1 0 R"), Just("/Resources 1 0 R"), Just("/Font 2 0 R"), Just("/F1 9 Tf"),
            ],
            0..60,
        ),
    ) {
        found(format!("%PDF-1.7\n{}", pieces.concat()).as_bytes());
    }
}
