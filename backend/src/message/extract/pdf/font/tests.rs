//! Codes as characters.

use super::*;
use crate::message::extract::pdf::object::Reader;

fn read(font: &str, streams: &[(&str, &str)]) -> Font {
    let mut file = String::from("%PDF-1.7\n");
    for (number, stream) in streams {
        let length = stream.len();
        let object = format!("{number} 0 obj\n<</Length {length}>>\nstream\n{stream}\nendstream\nendobj\n");
        file.push_str(&object);
    }
    let mut allowance = Allowance::default();
    let mut document = Document::read(file.as_bytes(), &mut allowance).unwrap();
    let object = Reader::new(font.as_bytes(), 0).object().unwrap();
    Font::read(object.dictionary().unwrap(), &mut document, &mut allowance)
}

fn text(font: &Font, octets: &[u8]) -> String {
    let mut out = String::new();
    font.glyphs(octets, &mut |text, _, _| out.push_str(text));
    out
}

#[test]
fn fonts_of_single_octets_follow_their_encoding_and_its_differences() {
    assert_eq!(text(&read("<</Subtype/TrueType/Encoding/WinAnsiEncoding>>", &[]), b"1\x9623 \xE9"), "1\u{2013}23 é");
    assert_eq!(text(&read("<</Subtype/TrueType/Encoding/MacRomanEncoding>>", &[]), b"\x8E\xD0"), "é\u{2013}");
    let standard = read("<</Subtype/Type1/BaseFont/Helvetica>>", &[]);
    assert_eq!(text(&standard, b"1\xB123\xD04 \xFB\xAE'\xE9"), "1\u{2013}23\u{2014}4 ß\u{FB01}\u{2019}Ø");
    let named = "<</Subtype/Type1/Encoding<</Differences[1/one/two.tnum/uni0033/u00E9/hyphen/eacute 65/nine/g7]>>>>";
    assert_eq!(text(&read(named, &[]), b"\x01\x02\x03\x04\x05\x06AB"), "123é-é9B");
}

#[test]
fn the_document_itself_says_what_codes_stand_for() {
    let map = "begincmap 1 begincodespacerange <0000> <FFFF> endcodespacerange\n\
        2 beginbfchar <0003> <0020> <0010> <00660066> endbfchar\n\
        2 beginbfrange <0013> <001C> <0030> <0020> <0021> [<002D> <D83DDE00>] endbfrange endcmap";
    let font = read("<</Subtype/Type0/Encoding/Identity-H/ToUnicode 9 0 R>>", &[("9", map)]);
    assert_eq!(text(&font, b"\0\x14\0\x15\0\x20\0\x21\0\x10\0\x03\0\x13"), "12-\u{1F600}ff 0");
    let font = read("<</Subtype/Type0/Encoding/Identity-H/ToUnicode/Identity-H>>", &[]);
    assert_eq!(text(&font, b"\x001\x20\x13\0\x15\0\x03"), "1\u{2013}2 ");
    let single = "begincmap <00> <FF> endcodespacerange <41> <43> <0031> endbfrange endcmap";
    let font = read("<</Subtype/TrueType/ToUnicode 9 0 R>>", &[("9", single)]);
    assert_eq!(text(&font, b"ABCD"), "123D");
}

#[test]
fn codes_without_explanation_are_taken_for_glyphs_in_the_usual_order() {
    let font = read("<</Subtype/Type0/Encoding/Identity-H>>", &[]);
    assert_eq!(text(&font, b"\0\x14\0\x15\0\x16\0\x10\0\x17\x01\x00"), "123-4\u{FFFD}");
}

#[test]
fn charsets_of_the_east_are_read() {
    let font = read("<</Subtype/Type0/Encoding/90ms-RKSJ-H>>", &[]);
    assert_eq!(text(&font, b"12\x82\x52"), "12３");
    let font = read("<</Subtype/Type0/Encoding/UniGB-UCS2-H>>", &[]);
    assert_eq!(text(&font, b"\x001\xFF\x12"), "1２");
}

#[test]
fn widths_are_those_of_the_font_or_of_one_like_it() {
    let width = |font: &Font, octets: &[u8]| {
        let mut all = 0.0;
        font.glyphs(octets, &mut |_, width, _| all += width * 1_000.0);
        all.round()
    };
    let close = |left: f64, right: f64| assert!((left - right).abs() < 0.5, "{left} {right}");
    close(width(&read("<</Subtype/Type1/BaseFont/Helvetica>>", &[]), b"1-"), 889.0);
    close(width(&read("<</Subtype/Type1/BaseFont/Times-Roman>>", &[]), b"1-"), 833.0);
    close(width(&read("<</Subtype/Type1/BaseFont/Courier>>", &[]), b"1-"), 1_200.0);
    close(width(&read("<</Subtype/TrueType/FirstChar 49/Widths[400 410]>>", &[]), b"12"), 810.0);
    close(width(&read("<</Subtype/Type3/FontMatrix[.01 0 0 .01 0 0]/FirstChar 49/Widths[50]>>", &[]), b"1"), 500.0);
    let composite = "<</Subtype/Type0/Encoding/Identity-H/DescendantFonts[<</DW 700/W[1[300 310]5 9 400]>>]>>";
    close(width(&read(composite, &[]), b"\0\x02\0\x07\0\x0A"), 1_410.0);
}
