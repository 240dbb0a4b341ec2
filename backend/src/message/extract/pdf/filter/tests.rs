//! Filters undone.

use std::io::Write as _;

use flate2::{Compression, write::ZlibEncoder};
use proptest::prelude::*;

use super::{super::object::Reader, *};

fn dictionary(text: &str) -> Dictionary {
    Reader::new(text.as_bytes(), 0).object().and_then(|object| object.dictionary().cloned()).unwrap()
}

fn undone(filters: &str, octets: &[u8]) -> Vec<u8> {
    undo(&dictionary(filters), octets, 10_000).unwrap()
}

fn deflated(octets: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(octets).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn filters_are_undone_one_after_the_other() {
    let text = b"123-45-6789 ".repeat(20);
    let packed = deflated(&text);
    assert_eq!(undone("<</Filter/FlateDecode>>", &packed), text);
    let written = packed.iter().map(|octet| format!("{octet:02X}")).collect::<Vec<_>>().join(" ");
    assert_eq!(undone("<</Filter[/ASCIIHexDecode/FlateDecode]>>", format!("{written}>").as_bytes()), text);
    assert_eq!(undone("<</Filter/ASCII85Decode>>", b"<~87cURD]i,\"Ebo80~>"), b"Hello World!");
    assert_eq!(undone("<</Filter/A85>>", b"z87cUR~>"), b"\0\0\0\0Hell");
    assert_eq!(undone("<</Filter/RunLengthDecode>>", b"\x02abc\xFEx\x80zz"), b"abcxxx");
    assert_eq!(undone("<<>>", b"abc"), b"abc");
    // The example of the specification (section 7.4.4.2).
    let lzw = [0x80, 0x0B, 0x60, 0x50, 0x22, 0x0C, 0x0C, 0x85, 0x01];
    assert_eq!(undone("<</Filter/LZWDecode>>", &lzw), [45, 45, 45, 45, 45, 65, 45, 45, 45, 66]);
}

#[test]
fn predicted_rows_are_read() {
    let rows = [[2, b'1', b'2', b'3'], [2, 1, 1, 1], [1, b'a', 1, 1], [0, b'x', b'y', b'z']].concat();
    let filters = "<</Filter/FlateDecode/DecodeParms<</Predictor 12/Columns 3>>>>";
    assert_eq!(undone(filters, &deflated(&rows)), b"123234abcxyz");
}

#[test]
fn what_is_cut_short_or_has_no_head_is_read_as_far_as_it_goes() {
    let text: Vec<u8> = (0..2_000_u32).flat_map(|number| number.to_string().into_bytes()).collect();
    let packed = deflated(&text);
    let part = undone("<</Filter/FlateDecode>>", &packed[..packed.len() / 2]);
    assert!(part.len() > 100 && text.starts_with(&part));
    assert_eq!(undone("<</Filter/FlateDecode>>", &packed[2..]), text);
}

#[test]
fn images_and_bombs_are_told() {
    assert_eq!(undo(&dictionary("<</Filter/DCTDecode>>"), b"x", 10), Err(Fault::NoText));
    let bomb = deflated(&vec![0; 100_000]);
    assert_eq!(undo(&dictionary("<</Filter/FlateDecode>>"), &bomb, 10_000), Err(Fault::TooLarge));
    let twice = deflated(&bomb);
    assert_eq!(undo(&dictionary("<</Filter[/Fl/Fl]>>"), &twice, 10_000), Err(Fault::TooLarge));
    assert_eq!(undo(&dictionary("<</Filter/RL>>"), &[129, 0].repeat(1_000), 10_000), Err(Fault::TooLarge));
    let many = format!("<</Filter[{}]>>", "/Fl ".repeat(9));
    assert_eq!(undo(&dictionary(&many), b"", 10), Err(Fault::TooLarge));
}

proptest! {
    #[test]
    fn no_octets_make_a_filter_fail(octets in proptest::collection::vec(any::<u8>(), 0..300), columns in 0_usize..400) {
        for filter in ["FlateDecode", "LZWDecode", "ASCII85Decode", "ASCIIHexDecode", "RunLengthDecode"] {
            let text = format!("<</Filter/{filter}/DecodeParms<</Predictor 15/Columns {columns}>>>>");
            let _ = undo(&dictionary(&text), &octets, 1_000);
        }
    }
}
