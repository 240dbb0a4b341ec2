//! The marker: `#` at the front of the subject, behind reply prefixes and the tags that other systems add.

use serde::{Deserialize, Serialize};

use super::chars::{SOFT_HYPHEN, is_ignorable};

/// The characters that mark a mail: number sign, full-width and small.
const MARKERS: [char; 3] = ['#', '\u{FF03}', '\u{FE5F}'];

/// Reply and forward prefixes, in lower case, one a line.
const PREFIXES: &str = include_str!("prefixes.txt");

/// What the portal shows for a subject without words.
pub const NO_SUBJECT: &str = "(no subject)";

/// What other systems put in front of a subject (`[EXTERNAL]`); skipped when looking for the marker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SubjectTags(Vec<String>);

impl SubjectTags {
    /// These tags, compared without regard to case.
    pub fn new(tags: Vec<String>) -> Self {
        Self(tags.into_iter().map(|tag| tag.trim().to_lowercase()).filter(|tag| !tag.is_empty()).collect())
    }
}

impl Default for SubjectTags {
    fn default() -> Self {
        Self::new(["[EXTERNAL]", "[EXT]", "EXTERNAL:", "[CAUTION]"].map(str::to_owned).to_vec())
    }
}

/// A subject read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// Whether it begins with the marker.
    pub marked: bool,
    /// As the portal shows it: without the marker and the blanks after it.
    pub display: String,
}

/// Reads a decoded, unfolded subject.
///
/// ```
/// use shared::rules::{SubjectTags, marker::read};
/// let subject = read("Re: [EXTERNAL] # Hearing", &SubjectTags::default());
/// assert!(subject.marked);
/// assert_eq!(subject.display, "Re: [EXTERNAL] Hearing");
/// assert!(!read("Invoice #12", &SubjectTags::default()).marked);
/// ```
pub fn read(decoded: &str, tags: &SubjectTags) -> Subject {
    let mut rest = decoded;
    loop {
        rest = rest.trim_start_matches(is_skipped);
        match without_tag(rest, tags).or_else(|| without_prefix(rest)) {
            Some(shorter) => rest = shorter,
            None => break,
        }
    }
    let front = &decoded[..decoded.len() - rest.len()];
    let (marked, shown) = match rest.strip_prefix(MARKERS) {
        Some(words) => (true, format!("{}{}", front, words.trim_start_matches(is_skipped))),
        None => (false, decoded.to_owned()),
    };
    let shown = shown.trim_matches(is_skipped);
    Subject { marked, display: if shown.is_empty() { NO_SUBJECT.to_owned() } else { shown.to_owned() } }
}

fn is_skipped(c: char) -> bool {
    c.is_whitespace() || c == SOFT_HYPHEN || is_ignorable(c)
}

fn without_tag<'a>(text: &'a str, tags: &SubjectTags) -> Option<&'a str> {
    tags.0.iter().find_map(|tag| strip_ignoring_case(text, tag))
}

/// Drops `re`, `fwd[2]`, `回复（…` and the like with their colon.
fn without_prefix(text: &str) -> Option<&str> {
    PREFIXES.lines().filter(|line| !line.is_empty()).find_map(|prefix| {
        let rest = strip_ignoring_case(text, prefix)?;
        let rest = without_number(rest.trim_start_matches(is_skipped)).trim_start_matches(is_skipped);
        rest.strip_prefix([':', '\u{FF1A}'])
    })
}

/// Drops `[n]` or `(n)`.
fn without_number(text: &str) -> &str {
    for (open, close) in [('[', ']'), ('(', ')')] {
        if let Some((number, rest)) = text.strip_prefix(open).and_then(|inner| inner.split_once(close))
            && !number.is_empty()
            && number.len() <= 4
            && number.bytes().all(|byte| byte.is_ascii_digit())
        {
            return rest;
        }
    }
    text
}

/// `pattern` is in lower case.
fn strip_ignoring_case<'a>(text: &'a str, pattern: &str) -> Option<&'a str> {
    let mut rest = text.char_indices();
    for wanted in pattern.chars() {
        let (_, c) = rest.next()?;
        if !c.to_lowercase().eq(std::iter::once(wanted)) {
            return None;
        }
    }
    Some(rest.as_str())
}
