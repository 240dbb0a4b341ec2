//! The body rules once more, as they are written down: gap by gap with regular expressions, without regard to speed.

use std::{ops::Range, sync::LazyLock};

use regex::Regex;

use crate::rules::{
    Rule,
    chars::{SOFT_HYPHEN, digit, is_ignorable},
};

const SHY: &str = r"\x{AD}";
const DASH: &str = r"[\-\x{2010}-\x{2015}\x{2212}\x{FE58}\x{FE63}\x{FF0D}]";
const BLANK: &str = r"[ \t\x{A0}\x{1680}\x{2000}-\x{200A}\x{202F}\x{205F}\x{3000}]";
const BREAK: &str = r"(\r\n|[\r\n\x0B\x0C\x{85}\x{2028}\x{2029}])";

static NOTHING: LazyLock<Regex> = LazyLock::new(|| regex(&format!("^{SHY}*$")));
/// A dash may be followed by one break, blanks and quote marks; a soft hyphen is tried as one.
static DASHED: LazyLock<Regex> = LazyLock::new(|| {
    let quoted = format!("({BLANK}|[>|]|{SHY})*");
    regex(&format!("^({SHY}*{DASH}{SHY}*|{SHY}+){quoted}({BREAK}{quoted})?$"))
});
static SEPARATOR: LazyLock<Regex> = LazyLock::new(|| regex(&format!(r"^({BLANK}|\.|{BREAK}){SHY}*$")));
static LABEL_BEFORE: LazyLock<Regex> = LazyLock::new(|| {
    let between = format!(r"( |{DASH}|\.)");
    let ending = format!("({between}*#|{between}+(no|number))");
    let label = format!("ssn{ending}?|ss{ending}|(soc|social){between}+(sec|security){ending}?");
    regex(&format!(r"(^|[^\p{{Alphabetic}}\p{{N}}])({label})(\P{{Alphabetic}}.{{0,39}})?$"))
});
static WHITE: LazyLock<Regex> = LazyLock::new(|| regex(r"\s+"));
static LABEL_AFTER: LazyLock<Regex> = LazyLock::new(|| regex(r"^.{0,10}\(ssn\)"));

fn regex(pattern: &str) -> Regex {
    Regex::new(&format!("(?s){pattern}")).unwrap()
}

/// Each match, in the order of their ends.
pub(super) fn scan(text: &str) -> Vec<(Rule, Range<usize>)> {
    let digits: Vec<_> = text.char_indices().filter(|(_, c)| digit(*c).is_some()).collect();
    let gaps: Vec<String> = text
        .split(|c| digit(c).is_some())
        .map(|gap| gap.chars().filter(|&c| !is_ignorable(c)).collect::<String>().to_ascii_lowercase())
        .collect();
    (0..digits.len()).filter_map(|last| number(&digits, &gaps, last)).collect()
}

/// The number that ends with the digit `last`. Before each digit stands the gap of the same number.
fn number(digits: &[(usize, char)], gaps: &[String], last: usize) -> Option<(Rule, Range<usize>)> {
    let is_apart = |n: usize| n == 0 || n == digits.len() || !gaps[n].is_empty();
    let of = |length: usize, joins: &dyn Fn(usize, &str) -> bool| {
        let first = (last + 1).checked_sub(length)?;
        let is_joined = (1..length).all(|n| joins(n, &gaps[first + n]));
        let (end, c) = digits[last];
        (is_apart(first) && is_apart(last + 1) && is_joined).then_some((first, digits[first].0..end + c.len_utf8()))
    };
    let grouped = |length, dashes: &[usize]| {
        of(length, &|n, gap| if dashes.contains(&n) { DASHED.is_match(gap) } else { NOTHING.is_match(gap) })
    };
    if let Some((_, range)) = grouped(9, &[3, 5]) {
        return Some((Rule::Ssn, range));
    }
    if let Some((_, range)) = grouped(19, &[4, 8, 12]) {
        return Some((Rule::CaseId, range));
    }
    let (first, range) = of(9, &|_, gap| NOTHING.is_match(gap) || DASHED.is_match(gap) || SEPARATOR.is_match(gap))?;
    let seen = |gap: &str| WHITE.replace_all(&gap.replace(SOFT_HYPHEN, ""), " ").into_owned();
    let is_labelled = LABEL_BEFORE.is_match(&seen(&gaps[first])) || LABEL_AFTER.is_match(&seen(&gaps[last + 1]));
    is_labelled.then_some((Rule::SsnLabelled, range))
}
