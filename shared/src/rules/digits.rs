//! The body rules, in one pass over the digits of a text.
//!
//! A number is judged by its digits and by what stands in each *gap* between two of them: once so many digits are
//! read, the pattern says what each gap must have been, so there is nothing to try twice. Text that cannot hold a number
//! is passed over many octets at a time.

mod gap;
mod run;

use std::ops::{ControlFlow, Range};

use self::{
    gap::{ALONE, Gap, GapReader},
    run::Runs,
};
use super::{chars::digit, finding::Rule, label};

/// How many digits the shortest pattern has.
const SHORTEST: usize = 9;

/// A number of so many digits, with a dash before some of them and nothing before the others. Of the gaps before the
/// last digits each has a bit, the last the lowest.
struct Pattern {
    length: usize,
    dashes: u32,
    nothings: u32,
}

impl Pattern {
    const SSN: Self = Self::new(SHORTEST, &[3, 5]);
    const CASE_ID: Self = Self::new(19, &[4, 8, 12]);

    const fn new(length: usize, dashed: &[usize]) -> Self {
        let mut dashes = 0;
        let mut n = 0;
        while n < dashed.len() {
            dashes |= 1 << (length - 1 - dashed[n]);
            n += 1;
        }
        Self { length, dashes, nothings: (1 << (length - 1)) - 1 - dashes }
    }
}

/// The last digits: where they stand, and what stands before each.
#[derive(Default)]
struct Window {
    starts: [usize; 32],
    count: usize,
    /// A bit for each digit, the last the lowest: whether the gap before it is of that kind.
    adjacent: u32,
    nothing: u32,
    dash: u32,
    separator: u32,
}

impl Window {
    fn push(&mut self, start: usize, gap: Gap) {
        self.starts[self.count % 32] = start;
        self.count += 1;
        self.adjacent = self.adjacent << 1 | u32::from(gap.adjacent);
        self.nothing = self.nothing << 1 | u32::from(gap.nothing);
        self.dash = self.dash << 1 | u32::from(gap.dash);
        self.separator = self.separator << 1 | u32::from(gap.separator);
    }

    /// Where the last `length` digits begin, if they stand apart from the digit before them.
    fn start(&self, length: usize) -> Option<usize> {
        let is_apart = self.adjacent >> (length - 1) & 1 == 0;
        is_apart.then(|| self.starts[(self.count - length) % 32])
    }

    /// Where the number begins that the last digits are by this pattern.
    fn matched(&self, pattern: &Pattern) -> Option<usize> {
        let fits = self.dash & pattern.dashes == pattern.dashes && self.nothing & pattern.nothings == pattern.nothings;
        if fits { self.start(pattern.length) } else { None }
    }

    /// Where nine digits begin that need only a label to be a number.
    fn separated(&self) -> Option<usize> {
        if self.separator & 0xFF == 0xFF { self.start(SHORTEST) } else { None }
    }

    /// The rule that the number breaks which ends with the last digit, at `end`, before a gap that does not make it and
    /// the next digit neighbours.
    fn judge(&self, text: &str, end: usize, gap: Gap) -> Option<(Rule, Range<usize>)> {
        if let Some(start) = self.matched(&Pattern::SSN) {
            return Some((Rule::Ssn, start..end));
        }
        if let Some(start) = self.matched(&Pattern::CASE_ID) {
            return Some((Rule::CaseId, start..end));
        }
        let start = self.separated()?;
        // In a gap that joins digits stands no label.
        let is_labelled = self.separator >> (SHORTEST - 1) & 1 == 0 && label::stands_before(&text[..start])
            || !gap.separator && label::stands_after(&text[end..]);
        is_labelled.then_some((Rule::SsnLabelled, start..end))
    }
}

/// Calls `hit` for each match of a body rule, in the order of their ends, with the byte range of the match, until it
/// breaks.
pub fn scan<B>(text: &str, mut hit: impl FnMut(Rule, Range<usize>) -> ControlFlow<B>) -> ControlFlow<B> {
    let mut window = Window::default();
    Runs::new(text).try_for_each(|run| scan_run(text, run, &mut window, &mut hit))
}

fn scan_run<B>(
    text: &str,
    run: Range<usize>,
    window: &mut Window,
    hit: &mut impl FnMut(Rule, Range<usize>) -> ControlFlow<B>,
) -> ControlFlow<B> {
    let bytes = &text.as_bytes()[..run.end];
    let (mut next, _) = next_digit(&text[..run.end], run.start);
    let mut gap = Gap::FAR;
    while let Some(digit) = next {
        window.push(digit.start, gap);
        let mut end = digit.end;
        while bytes.get(end).is_some_and(u8::is_ascii_digit) {
            window.push(end, Gap::NONE);
            end += 1;
        }
        (next, gap) = next_digit(&text[..run.end], end);
        if !gap.adjacent
            && let Some((rule, range)) = window.judge(text, end, gap)
        {
            hit(rule, range)?;
        }
    }
    ControlFlow::Continue(())
}

/// The next digit, and the gap before it; behind the last digit a gap that joins nothing.
fn next_digit(text: &str, from: usize) -> (Option<Range<usize>>, Gap) {
    if let [one, b'0'..=b'9', ..] = text.as_bytes()[from..]
        && !one.is_ascii_digit()
        && let Some(&gap) = ALONE.get(usize::from(one))
    {
        return (Some(from + 1..from + 2), gap);
    }
    let mut reader = Some(GapReader::new());
    for (offset, c) in text[from..].char_indices() {
        if digit(c).is_some() {
            let start = from + offset;
            return (Some(start..start + c.len_utf8()), reader.map_or(Gap::FAR, GapReader::finish));
        }
        reader = reader.and_then(|mut reader| reader.take(c).then_some(reader));
    }
    (None, Gap::FAR)
}

#[cfg(test)]
mod tests;
