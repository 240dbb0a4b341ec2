//! The body rules, in one pass over the digits of a text.
//!
//! A number is judged by its digits and by what stands in each *gap* between two of them: once so many digits are
//! read, the pattern says what the next gap must be, so there is nothing to try twice. Text without digits is skipped
//! by a loop over bytes that compilers turn into vector code.

use std::ops::{ControlFlow, Range};

use super::{
    chars::{SOFT_HYPHEN, digit, is_blank, is_dash, is_ignorable, is_quote_mark},
    finding::Rule,
    label,
};

/// What stands between two digits, invisible characters left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Gap {
    /// Nothing at all: the digits are neighbours.
    adjacent: bool,
    /// Nothing, or soft hyphens taken as nothing.
    nothing: bool,
    /// One dash, perhaps followed by one break, blanks and quote marks.
    dash: bool,
    /// At most one separator.
    separator: bool,
}

impl Gap {
    const FAR: Self = Self { adjacent: false, nothing: false, dash: false, separator: false };
}

/// Reads a gap character by character until it is certain that it joins nothing.
#[derive(Clone, Copy, Default)]
struct GapReader {
    soft_hyphens: bool,
    dashed: bool,
    blanks: u32,
    dots: u32,
    quotes: bool,
    breaks: u32,
    last_was_cr: bool,
}

impl GapReader {
    /// Takes one character; `false` once nothing can be joined over this gap any more.
    fn take(&mut self, c: char) -> bool {
        let after_cr = std::mem::take(&mut self.last_was_cr);
        if is_ignorable(c) {
            self.last_was_cr = after_cr;
            return true;
        }
        let untouched = self.blanks == 0 && self.dots == 0 && !self.quotes && self.breaks == 0;
        match c {
            SOFT_HYPHEN => {
                // As a dash it counts only in front of blanks and breaks; behind them it is taken as nothing.
                self.soft_hyphens |= untouched;
                true
            }
            '\n' if after_cr => true,
            '\n' | '\r' | '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}' => {
                self.last_was_cr = c == '\r';
                self.breaks += 1;
                self.breaks == 1
            }
            '.' => {
                self.dots += 1;
                self.dots == 1 && !self.dashed && !self.soft_hyphens
            }
            c if is_dash(c) => {
                let fits = untouched && !self.dashed;
                self.dashed = true;
                fits
            }
            c if is_blank(c) => {
                self.blanks += 1;
                true
            }
            c if is_quote_mark(c) => {
                self.quotes = true;
                true
            }
            _ => false,
        }
    }

    fn finish(self) -> Gap {
        let separators = self.blanks + self.dots + self.breaks;
        let bare = separators == 0 && !self.quotes && !self.dashed;
        let dash = (self.dashed || self.soft_hyphens) && self.dots == 0;
        Gap {
            adjacent: bare && !self.soft_hyphens,
            nothing: bare,
            dash,
            separator: bare || dash || (separators == 1 && !self.quotes && !self.dashed),
        }
    }
}

/// One digit: where it stands, where the gap before it begins, and what that gap is.
#[derive(Clone, Copy, Default)]
struct Digit {
    start: usize,
    end: usize,
    gap_start: usize,
    gap: Gap,
}

/// How many digits the longest pattern has.
const LONGEST: usize = 19;
/// How many the shortest has.
const SHORTEST: usize = 9;
const SSN: (usize, &[usize]) = (9, &[3, 5]);
const CASE_ID: (usize, &[usize]) = (LONGEST, &[4, 8, 12]);

/// The last digits seen.
struct Window {
    ring: [Digit; 32],
    count: usize,
    /// Digits since the last gap that joins nothing: before there are nine no rule can be broken.
    together: usize,
}

impl Window {
    fn push(&mut self, digit: Digit) {
        let gap = digit.gap;
        self.together = if gap.nothing || gap.dash || gap.separator { self.together + 1 } else { 1 };
        self.ring[self.count % 32] = digit;
        self.count += 1;
    }

    /// The `n`-th of the last `length` digits.
    fn nth(&self, length: usize, n: usize) -> &Digit {
        &self.ring[(self.count - length + n) % 32]
    }

    /// Whether the last `length` digits stand apart from the digit before them and are joined as `joined` wants.
    fn fits(&self, length: usize, joined: impl Fn(usize, Gap) -> bool) -> bool {
        self.count >= length
            && !(self.count > length && self.nth(length, 0).gap.adjacent)
            && (1..length).all(|n| joined(n, self.nth(length, n).gap))
    }

    fn is_grouped(&self, (length, dashes): (usize, &[usize])) -> bool {
        self.fits(length, |n, gap| if dashes.contains(&n) { gap.dash } else { gap.nothing })
    }

    fn range(&self, length: usize) -> Range<usize> {
        self.nth(length, 0).start..self.nth(length, length - 1).end
    }

    /// The rule that the number ending with the last digit breaks, given that no digit follows directly.
    fn judge(&self, text: &str) -> Option<(Rule, Range<usize>)> {
        if self.is_grouped(SSN) {
            return Some((Rule::Ssn, self.range(9)));
        }
        if self.is_grouped(CASE_ID) {
            return Some((Rule::CaseId, self.range(LONGEST)));
        }
        if self.fits(9, |_, gap| gap.separator) {
            let range = self.range(9);
            let before = &text[self.nth(9, 0).gap_start..range.start];
            if label::ends_with_label(before) || label::is_followed_by_label(&text[range.end..]) {
                return Some((Rule::SsnLabelled, range));
            }
        }
        None
    }
}

/// Calls `hit` for each match of a body rule, in the order of their ends, with the byte range of the match, until it
/// breaks.
pub fn scan<B>(text: &str, mut hit: impl FnMut(Rule, Range<usize>) -> ControlFlow<B>) -> ControlFlow<B> {
    let mut window = Window { ring: [Digit::default(); 32], count: 0, together: 0 };
    let (mut gap_start, mut at) = (0, 0);
    // Whether the next digit may be joined to the one before.
    let mut joined = false;
    loop {
        let found = next_digit(text, at, joined);
        let gap = found.as_ref().map_or(Gap::FAR, |found| found.gap);
        if window.together >= SHORTEST
            && !gap.adjacent
            && let Some((rule, range)) = window.judge(text)
        {
            hit(rule, range)?;
        }
        let Some(found) = found else { return ControlFlow::Continue(()) };
        let lone = if gap == Gap::FAR { end_of_lone_number(text.as_bytes(), found.start) } else { None };
        joined = lone.is_none();
        window.push(Digit { start: found.start, end: found.end, gap_start, gap });
        at = lone.unwrap_or(found.end);
        gap_start = at;
    }
}

/// Where a number ends that joins nothing before it, if it is too short for any rule and joins nothing behind it either:
/// most numbers of ordinary text, of which then only the first digit is looked at closely.
fn end_of_lone_number(bytes: &[u8], start: usize) -> Option<usize> {
    let length = bytes[start..].iter().take(SHORTEST).take_while(|byte| byte.is_ascii_digit()).count();
    let is_short = (1..SHORTEST).contains(&length);
    let mut behind = bytes[start + length..].iter();
    let is_apart = match (behind.next(), behind.next()) {
        (None, _) => true,
        (Some(b' '), Some(next)) => next.is_ascii_alphabetic(),
        (Some(b'\t'..=b'\r' | b' ' | b'-' | b'.' | b'>' | b'|'), _) => false,
        (Some(byte), _) => byte.is_ascii(),
    };
    (is_short && is_apart).then_some(start + length)
}

struct Found {
    start: usize,
    end: usize,
    gap: Gap,
}

fn next_digit(text: &str, from: usize, joined: bool) -> Option<Found> {
    let bytes = text.as_bytes();
    // Most digits are neighbours, or followed by prose: both without decoding a character.
    if joined && bytes.get(from).is_some_and(u8::is_ascii_digit) {
        return Some(Found {
            start: from,
            end: from + 1,
            gap: Gap { adjacent: true, nothing: true, dash: false, separator: true },
        });
    }
    let mut at = from;
    if joined && bytes.get(from).is_some_and(|byte| !byte.is_ascii_alphabetic()) {
        let mut reader = GapReader::default();
        for (offset, c) in text[from..].char_indices() {
            if digit(c).is_some() {
                let start = from + offset;
                return Some(Found { start, end: start + c.len_utf8(), gap: reader.finish() });
            }
            if !reader.take(c) {
                break;
            }
            at = from + offset + c.len_utf8();
        }
    }
    loop {
        at += skip_digitless(&bytes[at.min(bytes.len())..]);
        let lead = *bytes.get(at)?;
        let length = if lead.is_ascii_digit() { 1 } else { 3 };
        let is_digit = length == 1 || text.get(at..at + 3).and_then(|t| t.chars().next()).and_then(digit).is_some();
        if is_digit {
            return Some(Found { start: at, end: at + length, gap: Gap::FAR });
        }
        at += length;
    }
}

/// Octets before the first that is an ASCII digit or may begin a full-width one.
fn skip_digitless(bytes: &[u8]) -> usize {
    let mut at = 0;
    at += digitless_blocks::<64>(&bytes[at..]);
    at += digitless_blocks::<16>(&bytes[at..]);
    at + bytes[at..].iter().position(|&byte| concerns(byte)).unwrap_or(bytes.len() - at)
}

/// Octets of whole blocks without any.
fn digitless_blocks<const BLOCK: usize>(bytes: &[u8]) -> usize {
    let (blocks, _) = bytes.as_chunks::<BLOCK>();
    let is_free = |block: &&[u8; BLOCK]| !block.iter().fold(false, |any, &byte| any | concerns(byte));
    BLOCK * blocks.iter().take_while(is_free).count()
}

#[expect(clippy::needless_bitwise_bool, reason = "without branches it becomes vector code")]
fn concerns(byte: u8) -> bool {
    (byte.wrapping_sub(b'0') < 10) | (byte == 0xEF)
}

#[cfg(test)]
mod tests;
