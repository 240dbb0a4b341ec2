//! Rich text as it is seen.

use proptest::prelude::*;
use shared::rules::first_hit;

use super::{text, text_shown};

/// As `WordPad` writes.
const WORDPAD: &str = "{\\rtf1\\ansi\\ansicpg1252\\deff0\\nouicompat\\deflang1033{\\fonttbl{\\f0\\fnil\\fcharset0 Calibri 123-45-6789;}\
    {\\f1\\fnil\\fcharset204 Times;}{\\f2\\fnil\\fcharset128 MS Mincho;}}\r\n{\\*\\generator Riched20 10.0.19041}\\viewkind4\\uc1\r\n\
    \\pard\\sa200\\sl276\\slmult1\\f0\\fs22\\lang9 Her number is 123-{\\b 45}-67\\i 89\\i0 .\\par\r\nGr\\'fc\\'dfe\\f1 \\'ef\\'f0\\f2 \\'82\\'50A\\par\r\n}";

#[test]
fn what_a_word_processor_writes_is_read_as_it_is_seen() {
    assert_eq!(text(WORDPAD.as_bytes()), "Her number is 123-45-6789.\nGrüße\u{43f}\u{440}１A\n");
}

#[test]
fn numbers_split_by_looks_or_in_other_notations_are_found() {
    for rtf in [
        r"{\rtf1 123-{\b 45}-6789}",
        r"{\rtf1 123\_45\_6789}",
        r"{\rtf1 123\endash 45\endash 6789}",
        r"{\rtf1 \'31\'32\'33-\'34\'35-\'36\'37\'38\'39}",
        r"{\rtf1\uc1 \u49?\u50?\u51?-45-6789}",
        r"{\rtf1\uc2 \u-239\'82\'50\u-238\'82\'51\u-237\'82\'52-45-6789}",
        "{\\rtf1 123-4\r\n5-67\n89}",
        r"{\rtf1 123-{\*\bkmkstart here}45{\*\bkmkend here}-6789}",
        r"{\rtf1 SSN\cell 123456789\cell\row}",
        r"{\rtf1 123-{\footnote see there}45-6789}",
        r"{\rtf1 {\footnote 123-45-6789}}",
        r"{\rtf1 {\shp{\*\shpinst\shpleft0{\sp{\sn a}{\sv b}}{\shptxt 123-45-6789\par}}{\shprslt x}}}",
        r"{\rtf1 {\field{\*\fldinst HYPERLINK 5}{\fldrslt 123-45}}-6789}",
        r"{\rtf1 123-45{\*\unknown 9}-6789",
        r"{\rtf1\bin3 {{{123-45-6789}",
        r"{\rtf1 {\pict\bin4 }}}}}123-45-6789}",
    ] {
        assert!(first_hit(&text(rtf.as_bytes())).is_some(), "{rtf}: {:?}", text(rtf.as_bytes()));
    }
}

#[test]
fn what_is_not_shown_is_not_read() {
    for rtf in [
        r"{\rtf1{\fonttbl{\f0 123-45-6789;}}hello}",
        r"{\rtf1{\*\generator 123-45-6789;}hello}",
        r"{\rtf1{\pict 123-45-6789}hello}",
        r"{\rtf1 123-45-678\par 9}",
    ] {
        assert_eq!(first_hit(&text(rtf.as_bytes())), None, "{rtf}");
    }
}

#[test]
fn what_is_shown_on_demand_alone_is_read_and_left_out() {
    for rtf in [
        r"{\rtf1 123{\v x}-45-6789}",
        r"{\rtf1 123\v x\v0 -45-6789}",
        r"{\rtf1 123\v x\plain -45-6789}",
        r"{\rtf1 123{\deleted x}-45-6789}",
        r"{\rtf1 123{\xe\pard\plain {\v x}}-45-6789}",
        r"{\rtf1 123{\*\xe x}-45-6789}",
        r"{\rtf1 123{\tc x}-45-6789}",
    ] {
        let (all, shown) = (text(rtf.as_bytes()), text_shown(rtf.as_bytes()));
        assert_eq!((all.as_str(), shown.as_deref()), ("123x-45-6789", Some("123-45-6789")), "{rtf}");
    }
    assert_eq!(text_shown(WORDPAD.as_bytes()), None);
}

#[test]
fn html_that_was_made_rich_text_is_read_as_rich_text() {
    let rtf = "{\\rtf1\\ansi\\fromhtml1 {\\*\\htmltag64 <p>}\\htmlrtf {\\htmlrtf0 123-45{\\*\\htmltag84 <b>}\\htmlrtf {\\b\\htmlrtf0 -6789}}";
    assert_eq!(text(rtf.as_bytes()), "123-45-6789");
}

#[test]
fn the_end_of_a_cell_behind_that_of_its_paragraph_is_one_break() {
    assert_eq!(
        text(br"{\rtf1\trowd SSN\par\cell 123\par\cell 45\cell 6789\cell\row 5\par}"),
        "SSN\n123\n45\n6789\n\n5\n"
    );
}

#[test]
fn characters_of_two_units_are_put_together() {
    assert_eq!(text(br"{\rtf1\uc0 \u-10179\u-8704 a\u-10179 b\u-8704 c}"), "\u{1F600}a\u{FFFD}b\u{FFFD}c");
}

#[test]
fn groups_without_number_need_no_memory_of_their_own() {
    let deep = [b"{".repeat(2_000_000), b"123-45-6789".to_vec(), b"}".repeat(2_000_000), b"x".to_vec()].concat();
    assert_eq!(text(&deep), "123-45-6789x");
}

proptest! {
    #[test]
    fn no_octets_make_it_fail_and_the_text_is_no_longer_than_they_allow(
        pieces in proptest::collection::vec(
            prop_oneof![
                Just(b"{".to_vec()), Just(b"}".to_vec()), Just(br"\par ".to_vec()), Just(br"\u-10179 ".to_vec()),
                Just(br"\'82".to_vec()), Just(br"\*".to_vec()), Just(br"\bin9 ".to_vec()), Just(br"\uc3".to_vec()),
                Just(br"\fonttbl".to_vec()), Just(br"\f1".to_vec()), Just(br"\fcharset128".to_vec()), Just(br"\footnote ".to_vec()),
                proptest::collection::vec(any::<u8>(), 0..8),
            ],
            0..100,
        ),
    ) {
        let rtf = pieces.concat();
        prop_assert!(text(&rtf).len() <= 3 * rtf.len() + 3);
    }

    #[test]
    fn a_document_changed_anywhere_is_still_read(at in 0_usize..400, octet in any::<u8>()) {
        let mut rtf = WORDPAD.as_bytes().to_vec();
        let at = at % rtf.len();
        rtf[at] = octet;
        text(&rtf);
    }
}
