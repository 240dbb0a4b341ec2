//! The words that say that nine digits are a social security number.

use super::chars::{SOFT_HYPHEN, digit, is_blank, is_dash, is_ignorable};

/// How many visible characters may stand between a label and the number.
const REACH: usize = 40;
/// Within how many characters after the number `(SSN)` may stand.
const REACH_AFTER: usize = 10;
/// The longest label, "social security number", with some room for blanks between its words.
const LONGEST: usize = 40;

/// What stands after a number.
const AFTER: [char; 5] = ['(', 's', 's', 'n', ')'];

/// What each label begins with.
const FIRST: char = 's';

/// Labels as words, all ASCII; between two of them stand blanks, dots or dashes.
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

/// Whether a label stands at most 40 visible characters before the end of `text`, with no digit behind it.
pub(super) fn stands_before(text: &str) -> bool {
    let mut tail = ['\0'; REACH + LONGEST];
    let mut first = tail.len();
    for c in visible(text.chars().rev()).take(tail.len()) {
        first -= 1;
        tail[first] = c.to_ascii_lowercase();
    }
    let tail = &tail[first..];
    let earliest_end = tail.len().saturating_sub(REACH);
    (0..tail.len()).filter(|&start| tail[start] == FIRST).any(|start| {
        let starts_word = start == 0 || !tail[start - 1].is_alphanumeric();
        starts_word && label_at(tail, start).is_some_and(|end| end >= earliest_end)
    })
}

/// Whether `(SSN)` begins within 10 characters from the start of `text`.
pub(super) fn stands_after(text: &str) -> bool {
    let mut head = ['\0'; REACH_AFTER + AFTER.len()];
    for (place, c) in head.iter_mut().zip(visible(text.chars())) {
        *place = c.to_ascii_lowercase();
    }
    head.windows(AFTER.len()).any(|five| five == AFTER)
}

/// The visible ones of these characters, up to the first digit.
fn visible(chars: impl Iterator<Item = char>) -> impl Iterator<Item = char> {
    chars.take_while(|&c| digit(c).is_none()).filter(|&c| c.is_ascii() || !is_ignorable(c) && c != SOFT_HYPHEN)
}

/// The end of the longest label that begins at `start` of a text in lower case.
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
        let here = text.get(at..at + word.len())?;
        if !here.iter().copied().eq(word.bytes().map(char::from)) {
            return None;
        }
        at += word.len();
    }
    // A digit may follow directly ("SSN123-45-6789"); another letter makes it another word.
    (!text.get(at).is_some_and(|c| c.is_alphabetic())).then_some(at)
}

fn is_between(c: char) -> bool {
    is_blank(c) || is_dash(c) || matches!(c, '.' | '\r' | '\n')
}
