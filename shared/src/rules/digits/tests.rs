//! The body rules: what must hit, what must not, and that nothing hides a number.

mod plain;

use std::ops::ControlFlow;

use proptest::prelude::*;

use crate::rules::{Part, Rule, digits::scan, first_hit, scan_body, visible_text};

fn hit(text: &str) -> Option<Rule> {
    first_hit(text)
}

#[test]
fn a_dash_may_be_any_dash_and_be_followed_by_a_quoted_line_break() {
    for text in [
        "123\u{2011}45\u{2212}6789",
        "123-\r\n> 45-6789",
        "123-45-\n 6789",
        "１２３－４５－６７８９",
        "123\u{AD}45\u{AD}6789",
    ] {
        assert_eq!(hit(text), Some(Rule::Ssn), "{text:?}");
    }
}

#[test]
fn another_digit_beside_it_makes_it_another_number() {
    for text in
        ["1123-45-6789", "123-45-67890", "0\u{200B}123-45-6789", "123-45-6789\u{FEFF}0", "123-456789", "12-345-6789"]
    {
        assert_eq!(hit(text), None, "{text:?}");
    }
}

#[test]
fn a_case_id_has_nineteen_digits_in_its_groups() {
    assert_eq!(hit("Case 1234-5678-9012-3456789."), Some(Rule::CaseId));
    assert_eq!(hit("Card 1234-5678-9012-3456"), None);
    assert_eq!(hit("1234-5678-9012-34567890"), None);
}

#[test]
fn a_label_makes_nine_digits_a_number() {
    for text in [
        "SSN 123456789",
        "ssn: 123 45 6789",
        "SS# 123.45.6789",
        "ss no 123456789",
        "Social\u{A0}Security Number is 123456789",
        "soc sec 123\t45\t6789",
        "ss number\n123456789",
        "SSN123456789",
        "123456789 (SSN)",
        "123 45 6789 is his (ssn)",
        "SSN\u{200B} 1\u{200B}23456789",
    ] {
        assert_eq!(hit(text), Some(Rule::SsnLabelled), "{text:?}");
    }
}

#[test]
fn without_a_label_near_nine_digits_are_no_number() {
    let far = format!("SSN {}123456789", "word ".repeat(9));
    for text in [
        "123456789",
        "lesson 123456789",
        "ssnx 123456789",
        "SSN 12345678",
        "SSN 1234567890",
        "SSN of 2 people 123456789",
        &far,
    ] {
        assert_eq!(hit(text), None, "{text:?}");
    }
}

#[test]
fn a_separator_may_be_single_only() {
    assert_eq!(hit("SSN 123  45 6789"), None);
    assert_eq!(hit("SSN 123, 45 6789"), None);
}

#[test]
fn spans_count_scalar_values() {
    let findings = scan_body("Zoë’s: 123-45-6789, 000-00-0000", Part::Text);
    let spans: Vec<_> = findings.iter().map(|f| (f.start, f.end)).collect();
    assert_eq!(spans, [(7, 18), (20, 31)]);
}

#[test]
fn hostile_text_is_read_once() {
    // Each of these would take minutes were any step quadratic.
    for unit in ["1", "-", "\u{200B}", "1\u{200B}", "1-", "ssn ", "\u{AD}", "123-45-", "1 ", "(ssn)"] {
        let text = unit.repeat(2_000_000 / unit.len());
        assert_eq!(hit(&text), None, "{unit:?}");
    }
}

/// What numbers, their gaps and their labels are made of, and what stands around them.
const PIECES: [&str; 67] = [
    "1",
    "2",
    "9",
    "45",
    "123",
    "6789",
    "1234",
    "3456789",
    "123456789",
    "123-45-6789",
    "1234-5678-9012-3456789",
    "１",
    "２３",
    "５６７８",
    "-",
    "-",
    "-",
    "-",
    " ",
    " ",
    "\t",
    ".",
    "–",
    "\u{2212}",
    "－",
    "\u{AD}",
    "\u{AD}",
    "\u{200B}",
    "\u{FEFF}",
    "\u{34F}",
    "\u{61C}",
    "\u{E0001}",
    "\u{A0}",
    "\u{3000}",
    "\r\n",
    "\n",
    "\r",
    "\u{B}",
    "\u{85}",
    "\u{2028}",
    ">",
    "|",
    "> ",
    "SSN",
    "ssn: ",
    "SS#",
    "ss no ",
    "ss-number ",
    "soc. sec. ",
    "Social Security",
    "social security number ",
    "no. ",
    "                    \t\r\n ",
    "(SSN)",
    "(ssn)",
    "(",
    "#",
    "s",
    "no",
    "x",
    "word ",
    "é",
    "ж",
    "の",
    "，",
    "\0",
    "on the phone",
];

fn number() -> impl Strategy<Value = String> {
    "[0-9]{3}-[0-9]{2}-[0-9]{4}"
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn what_is_found_is_what_the_rules_say(
        // Wherever it stands in the blocks that are read at once.
        before in 0_usize..70,
        pieces in proptest::collection::vec(prop::sample::select(&PIECES), 0..30),
        behind in 0_usize..70,
    ) {
        let text = "q".repeat(before) + &pieces.concat() + &"q".repeat(behind);
        let mut found = Vec::new();
        let _ = scan(&text, |rule, range| {
            found.push((rule, range));
            ControlFlow::<()>::Continue(())
        });
        prop_assert_eq!(found, plain::scan(&text), "{:?}", text);
    }
}

proptest! {
    #[test]
    fn any_text_is_read_without_panic_and_spans_lie_within(text in "(\\PC|[0-9]|-|\\n){0,80}") {
        let length = text.chars().count();
        for finding in scan_body(&text, Part::Text) {
            prop_assert!(finding.start < finding.end && finding.end <= length);
        }
        prop_assert_eq!(first_hit(&text).is_some(), !scan_body(&text, Part::Text).is_empty());
    }

    #[test]
    fn invisible_characters_never_hide_a_number(number in number(), at in proptest::collection::vec((0usize..12, prop::sample::select(vec!['\u{200B}', '\u{200D}', '\u{2060}', '\u{FEFF}', '\u{FE0F}', '\u{34F}'])), 0..6)) {
        let mut chars: Vec<char> = number.chars().collect();
        for (at, c) in at {
            chars.insert(at.min(chars.len()), c);
        }
        let text: String = chars.into_iter().collect();
        prop_assert_eq!(first_hit(&text), Some(Rule::Ssn));
    }

    #[test]
    fn inline_tags_never_hide_a_number(number in number(), cut in 0usize..11) {
        for tag in ["<b></b>", "<span class='x'>", "</font>", "<!-- note -->", "<o:p></o:p>", "&shy;", "&#8203;"] {
            let html = format!("<p>{}{tag}{}</p>", &number[..cut], &number[cut..]);
            prop_assert_eq!(first_hit(&visible_text(&html)), Some(Rule::Ssn), "{}", html);
        }
    }

    #[test]
    fn visible_text_never_panics(html in "(<|>|&|#|x|[a-z]|\"|'|=|!|-|/|\\PC){0,80}") {
        let _ = visible_text(&html);
    }
}
