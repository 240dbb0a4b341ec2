//! The words that say that nine digits are a social security number.

use super::chars::{SOFT_HYPHEN, digit, is_blank, is_dash, is_ignorable};

/// How many visible characters may stand between a label and the number.
const REACH: usize = 40;
/// Within how many characters after the number `(SSN)` may stand.
const REACH_AFTER: usize = 10;
/// The longest label, "social security number", with some room for blanks between its words.
const LONGEST: usize = 40;

/// Labels as words; between two of them stand blanks, dots or dashes.
const LABELS: [&[&str]; 9] = [
    &["ssn"],
    &["ss#"],
    &["ss", "#"],
    &["ss", "no"],
    &["ss", "number"],
    &["soc", "sec"],
    &["soc", "security"],
    &["social", "sec"],
    &["social", "security"],
];

/// Whether a label stands at most 40 visible characters before the end of `gap`, which holds no digit.
pub(super) fn ends_with_label(gap: &str) -> bool {
    let mut tail: Vec<char> =
        gap.chars().rev().filter(|&c| !is_ignorable(c) && c != SOFT_HYPHEN).take(REACH + LONGEST).collect();
    tail.reverse();
    let earliest_end = tail.len().saturating_sub(REACH);
    (0..tail.len()).any(|start| {
        let starts_word = start == 0 || !tail[start - 1].is_alphanumeric();
        starts_word && label_at(&tail, start).is_some_and(|end| end >= earliest_end)
    })
}

/// Whether `(SSN)` begins within 10 characters after the number.
pub(super) fn is_followed_by_label(rest: &str) -> bool {
    let head: Vec<char> = rest
        .chars()
        .filter(|&c| !is_ignorable(c) && c != SOFT_HYPHEN)
        .take(REACH_AFTER + "(SSN)".len())
        .take_while(|&c| digit(c).is_none())
        .collect();
    head.windows(5).any(|five| five.iter().map(char::to_ascii_lowercase).eq("(ssn)".chars()))
}

/// The end of the longest label that begins at `start`.
fn label_at(text: &[char], start: usize) -> Option<usize> {
    LABELS.iter().filter_map(|words| words_at(text, start, words)).max()
}

fn words_at(text: &[char], start: usize, words: &[&str]) -> Option<usize> {
    let mut at = start;
    for (number, word) in words.iter().enumerate() {
        if number > 0 {
            let between = text[at..].iter().take_while(|&&c| is_between(c)).count();
            // "ss#" is a label of its own; other words need something between them.
            if between == 0 && *word != "#" {
                return None;
            }
            at += between;
        }
        let letters = word.chars().count();
        let here = text.get(at..at + letters)?;
        if !here.iter().map(char::to_ascii_lowercase).eq(word.chars()) {
            return None;
        }
        at += letters;
    }
    // A digit may follow directly ("SSN123-45-6789"); another letter makes it another word.
    (!text.get(at).is_some_and(|c| c.is_alphabetic())).then_some(at)
}

fn is_between(c: char) -> bool {
    is_blank(c) || is_dash(c) || matches!(c, '.' | '\r' | '\n')
}
