//! The words that say that nine digits are a social security number.

use std::mem;

use super::chars::{SOFT_HYPHEN, digit, is_dash, is_ignorable};

/// How many visible characters may stand between a label and the number. White space, however long, counts as one.
const REACH: usize = 40;
/// Within how many characters after the number `(SSN)` may stand.
const REACH_AFTER: usize = 10;
/// The longest label, "social security number", with some room for dots and dashes between its words.
const LONGEST: usize = 40;

/// What stands after a number.
const AFTER: [char; 5] = ['(', 's', 's', 'n', ')'];

/// What each label begins with.
const FIRST: char = 's';

/// Labels as words, all ASCII; between two of them stand white space, dots or dashes.
const LABELS: [&[&str]; 6] =
    [&["ssn"], &["ss"], &["soc", "sec"], &["soc", "security"], &["social", "sec"], &["social", "security"]];
/// What may end a label; "ss" is one only with it.
const ENDINGS: [&str; 3] = ["#", "no", "number"];

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

/// The visible ones of these characters, up to the first digit; each run of white space as one blank.
fn visible(chars: impl Iterator<Item = char>) -> impl Iterator<Item = char> {
    let mut after_blank = false;
    chars
        .take_while(|&c| digit(c).is_none())
        .filter(|&c| c.is_ascii() || !is_ignorable(c) && c != SOFT_HYPHEN)
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .filter(move |&c| !(mem::replace(&mut after_blank, c == ' ') && c == ' '))
}

/// The end of the longest label that begins at `start` of a text in lower case.
fn label_at(text: &[char], start: usize) -> Option<usize> {
    LABELS.iter().filter_map(|words| label(text, start, words)).max()
}

fn label(text: &[char], start: usize, words: &[&str]) -> Option<usize> {
    let (first, others) = words.split_first()?;
    let bare = others.iter().try_fold(word_at(text, start, first)?, |at, word| next_word_at(text, at, word))?;
    let ended = ENDINGS.iter().find_map(|word| next_word_at(text, bare, word).filter(|&end| ends_word(text, end)));
    ended.or_else(|| (*words != ["ss"] && ends_word(text, bare)).then_some(bare))
}

/// The end of a word behind another one that ends at `at`. Only "#" needs nothing between them.
fn next_word_at(text: &[char], at: usize, word: &str) -> Option<usize> {
    let between = text[at..].iter().take_while(|&&c| is_between(c)).count();
    if between == 0 && word != "#" { None } else { word_at(text, at + between, word) }
}

fn word_at(text: &[char], at: usize, word: &str) -> Option<usize> {
    let here = text.get(at..at + word.len())?;
    here.iter().copied().eq(word.bytes().map(char::from)).then_some(at + word.len())
}

/// A digit may follow directly ("SSN123-45-6789"); another letter makes it another word.
fn ends_word(text: &[char], at: usize) -> bool {
    !text.get(at).is_some_and(|c| c.is_alphabetic())
}

fn is_between(c: char) -> bool {
    c == ' ' || is_dash(c) || c == '.'
}
