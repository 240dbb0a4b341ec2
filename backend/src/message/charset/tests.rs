//! What is read in every charset that mail comes in.

use shared::rules::first_hit;

use super::*;

fn found(octets: &[u8], charset: Option<&str>) -> bool {
    each(octets, charset, &mut |text| first_hit(text)).is_some()
}

fn wide(text: &str, halves: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(halves).collect()
}

const NUMBER: &str = "Nr. 123-45-6789, ja.";
/// Full-width digits and dashes.
const FULL_WIDTH: &str = "番号は１２３－４５－６７８９です";

#[test]
fn numbers_in_16_bit_characters_are_found_with_and_without_a_byte_order_mark() {
    for text in [NUMBER, FULL_WIDTH] {
        let (little, big) = (wide(text, u16::to_le_bytes), wide(text, u16::to_be_bytes));
        for label in ["utf-16", "utf-16le", "UTF-16LE", "unicode"] {
            assert!(found(&little, Some(label)), "{label}");
            assert!(found(&[b"\xFF\xFE", &little[..]].concat(), Some(label)), "{label}");
            assert!(found(&[b"\xFE\xFF", &big[..]].concat(), Some(label)), "{label}");
        }
        for label in ["utf-16", "utf-16be"] {
            assert!(found(&big, Some(label)), "{label}");
        }
    }
    assert!(found(&wide(NUMBER, u16::to_le_bytes), None), "zeros tell");
    assert!(found(&wide(NUMBER, u16::to_be_bytes), Some("us-ascii")), "zeros tell");
}

#[test]
fn numbers_in_32_bit_characters_are_found_behind_a_byte_order_mark() {
    for text in [NUMBER, FULL_WIDTH] {
        let text = format!("\u{FEFF}{text}");
        let of = |octets: fn(u32) -> [u8; 4]| text.chars().flat_map(|c| octets(c.into())).collect::<Vec<u8>>();
        assert!(found(&of(u32::to_le_bytes), None) && found(&of(u32::to_be_bytes), None));
    }
}

#[test]
fn numbers_in_the_charsets_of_the_east_are_found_full_width_ones_too() {
    for label in
        ["iso-2022-jp", "shift_jis", "euc-jp", "gb18030", "gbk", "gb2312", "big5", "euc-kr", "cp932", "cp50220"]
    {
        let Charset::Known(encoding) = Charset::of(label) else { panic!("{label}") };
        for text in ["no. 123-45-6789.", "１２３-４５-６７８９", "１２３－４５－６７８９"] {
            assert!(found(&encoding.encode(text).0, Some(label)), "{label}: {text}");
        }
    }
    assert!(found(b"\x1B$B#1#2#3\x1B(B-45-6789", Some("iso-2022-jp")));
}

#[test]
fn numbers_in_the_code_pages_of_windows_and_others_are_found() {
    let pages = (1250..=1258).map(|page| format!("windows-{page}"));
    let others = ["koi8-r", "koi8-u", "iso-8859-2", "iso-8859-15", "macintosh", "cp850", "ibm866", "utf-8"];
    for label in pages.chain(others.map(str::to_owned)) {
        let octets = [b"\xE4\xF6: 123-45-6789 \xA0", &b"\xFF"[..]].concat();
        assert!(!is_unknown(&octets, Some(&label)), "{label}");
        assert!(found(&octets, Some(&label)), "{label}");
    }
    assert!(found(b"SSN: 123\xA045\xA06789", Some("windows-1252")), "no-break spaces");
    assert!(found(b"123\x9645\x966789", Some("windows-1251")), "dashes of the code page");
}

#[test]
fn digits_do_not_hide_in_utf_7() {
    let hidden = b"Her number is +ADEAMgAz-+AC0ANAA1-+AC0-6789";
    assert!(found(hidden, Some("utf-7")) && found(hidden, Some("UNICODE-1-1-UTF-7")));
    assert!(!is_unknown(hidden, Some("utf-7")));
    assert_eq!(text(b"M+APw-ller", Some("utf-7")), "M\u{FC}ller");
}

#[test]
fn an_unknown_charset_is_told_unless_all_is_plain() {
    assert!(is_unknown(b"h\xE9", Some("x-own")));
    assert!(!is_unknown(b"hello\r\n\tyou", Some("x-own")));
    assert!(!is_unknown(b"h\xE9", None));
    // Charsets of seven bits shift with control characters, and digits may be among what they shift to.
    assert!(is_unknown(b"\x1B$)C\x0E#1#2#3\x0F-45-6789", Some("iso-2022-kr")));
    assert!(is_unknown(b"~{#1#2#3~}-45-6789", Some("hz-gb-2312")));
    assert!(is_unknown(b"1\0\0\x002\0\0\0", Some("utf-32le")));
    assert!(found(b"123-45-6789", Some("iso-2022-kr")));
}

#[test]
fn names_are_known_however_their_dashes_are_set() {
    for label in ["utf_8", "utf8mb4", "utf-8-sig", "en_US.UTF-8"] {
        assert_eq!(text("für".as_bytes(), Some(label)), "für", "{label}");
        assert!(found("１２３-45-6789".as_bytes(), Some(label)), "{label}");
    }
    for label in ["latin-1", "win-1252", "windows1252", "cp-1252", "ANSI"] {
        assert_eq!(text(b"f\xFCr", Some(label)), "für", "{label}");
        assert!(found(b"123\x9645\x966789", Some(label)), "{label}");
    }
    for label in ["x-unknown", "unknown-8bit", "win-9999", "utf_32"] {
        assert!(is_unknown(b"h\xE9", Some(label)), "{label}");
    }
}

#[test]
fn what_says_little_of_itself_is_read_both_ways() {
    // Full-width digits in UTF-8; in windows-1252 the same octets are accents and signs.
    for label in [None, Some("us-ascii"), Some("iso-8859-1"), Some("latin1")] {
        assert!(found("１２３-45-6789".as_bytes(), label), "{label:?}");
        assert!(found(b"123\x9645\x966789", label), "{label:?}");
    }
    assert!(!found("１２３-45-6789".as_bytes(), Some("windows-1252")));
}

#[test]
fn text_is_shown_as_it_was_most_likely_meant() {
    assert_eq!(text("für".as_bytes(), None), "für");
    assert_eq!(text(b"f\xFCr", Some("iso-8859-1")), "für");
    assert_eq!(text(&wide("für", u16::to_be_bytes), Some("utf-16")), "für");
    assert_eq!(text(&wide("für", u16::to_le_bytes), Some("utf-16")), "für");
    assert_eq!(text(&wide("für", u16::to_be_bytes), Some("utf-16be")), "für");
    assert_eq!(text(&wide("für", u16::to_le_bytes), Some("utf-16le")), "für");
}

#[test]
fn code_pages_are_known_by_their_numbers() {
    for (number, name) in [
        (1251, "windows-1251"),
        (932, "Shift_JIS"),
        (28_595, "ISO-8859-5"),
        (28_591, "windows-1252"),
        (65_001, "UTF-8"),
        (7, "windows-1252"),
    ] {
        assert_eq!(of_code_page(number).name(), name);
    }
}
