//! Runs: the stretches of a text that may hold a number at all.
//!
//! Between two digits of a number stands nothing but what a gap may hold, so a number lies within one run of octets of
//! digits and of such characters. The fifth of its nine or more digits has four octets of the run on either side, so
//! when a text is cut into fours, the one with that digit is all of the run. Such fours are looked for in whole blocks,
//! by loops over bytes that compilers turn into vector code; only around what they find is the text looked at octet by
//! octet.

use std::ops::Range;

use super::SHORTEST;

const _: () = assert!(SHORTEST >= 9, "the fours rely on it");

/// Octets that are looked at together.
const BLOCK: usize = 64;

/// What an octet may be: nothing of a number.
const NOTHING: u8 = 0;
/// Part of a character that may stand between two digits.
const GAP: u8 = 1;
/// The first of a digit.
const DIGIT: u8 = 2;

/// What each octet may be. Where it is not certain it is taken for more than it is.
const KINDS: [u8; 256] = {
    let mut kinds = [NOTHING; 256];
    let mut octet = 0_u8;
    loop {
        kinds[octet as usize] = match octet {
            b'0'..=b'9' | 0xEF => DIGIT,
            // Of longer characters all that follows, and with what those begin that may stand in a gap.
            b'\t'..=b'\r'
            | b' '
            | b'-'
            | b'.'
            | b'>'
            | b'|'
            | 0x80..=0xBF
            | 0xC2
            | 0xCD
            | 0xD8
            | 0xE1..=0xE3
            | 0xF0
            | 0xF3 => GAP,
            _ => NOTHING,
        };
        if octet == u8::MAX {
            break kinds;
        }
        octet += 1;
    }
};

fn kind(octet: u8) -> u8 {
    KINDS[usize::from(octet)]
}

fn is_kept(octet: u8) -> bool {
    kind(octet) != NOTHING
}

/// The runs of a text that have enough digits for a number.
pub(super) struct Runs<'a> {
    text: &'a str,
    /// Where the block begins that is looked at.
    block: usize,
    /// Its fours that are still to be looked at: an octet for each, 1 or 0.
    fours: u128,
    /// Where the last run ended.
    at: usize,
}

impl<'a> Runs<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, block: 0, fours: fours_of(text.as_bytes()), at: 0 }
    }

    /// Where the next four stands that is all of a run and holds a digit.
    fn next_four(&mut self) -> Option<usize> {
        let bytes = self.text.as_bytes();
        while self.fours == 0 {
            self.block = (self.block + BLOCK).max(self.at / BLOCK * BLOCK);
            self.fours = fours_of(bytes.get(self.block..)?);
        }
        let four = self.block + self.fours.trailing_zeros() as usize / 2;
        self.fours &= self.fours - 1;
        Some(four)
    }

    /// Whether the fifth digit of a number may be in this four: whichever of the octets it is, so many around them are
    /// of the run too. They are not around most numbers of ordinary text, such as a year.
    fn is_amid(&self, four: usize) -> bool {
        let Some(octets) = four.checked_sub(3).and_then(|start| self.text.as_bytes().get(start..)?.first_chunk::<10>())
        else {
            return true;
        };
        let [before @ .., _, _, _, _, first, second, third] = octets.map(is_kept);
        before[2] && first && (before[0] && before[1] || second && third)
    }

    /// The run around `at`, and how many digits it has.
    fn around(&self, at: usize) -> (Range<usize>, usize) {
        let bytes = self.text.as_bytes();
        let start = at - bytes[self.at..at].iter().rev().take_while(|&&octet| is_kept(octet)).count();
        let (mut end, mut digits) = (start, 0);
        for kind in bytes[start..].iter().map(|&octet| kind(octet)).take_while(|&kind| kind != NOTHING) {
            end += 1;
            digits += usize::from(kind == DIGIT);
        }
        (start..end, digits)
    }
}

impl Iterator for Runs<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        loop {
            let four = self.next_four()?;
            if four < self.at || !self.is_amid(four) {
                continue;
            }
            let (run, digits) = self.around(four);
            self.at = run.end;
            if run.end >= self.block + BLOCK {
                self.fours = 0;
            }
            if digits >= SHORTEST {
                // It may begin within a character of which the first octet is not of it.
                return Some(self.text.ceil_char_boundary(run.start)..run.end);
            }
        }
    }
}

/// The fours of the block at the front that are all of a run and hold a digit.
fn fours_of(bytes: &[u8]) -> u128 {
    let mut fours = [0; BLOCK / 4];
    if let Some(block) = bytes.first_chunk() {
        mark_fours(block, &mut fours);
    } else {
        let mut block = [b'a'; BLOCK];
        block[..bytes.len()].copy_from_slice(bytes);
        mark_fours(&block, &mut fours);
    }
    u128::from_le_bytes(fours)
}

/// Not inlined: what becomes of the marks keeps compilers from making vector code.
#[inline(never)]
fn mark_fours(block: &[u8; BLOCK], fours: &mut [u8; BLOCK / 4]) {
    let kept = block.map(|byte| if may_be_kept(byte) { 0xFF } else { 0 });
    let digits = block.map(|byte| if may_be_digit(byte) { 0xFF } else { 0 });
    let (kept, _) = kept.as_chunks::<4>();
    let (digits, _) = digits.as_chunks::<4>();
    for n in 0..BLOCK / 4 {
        let hit = (u32::from_ne_bytes(kept[n]) == u32::MAX) & (u32::from_ne_bytes(digits[n]) != 0);
        fours[n] = u8::from(hit);
    }
}

/// As the table says.
#[expect(clippy::needless_bitwise_bool, reason = "without branches it becomes vector code")]
fn may_be_digit(octet: u8) -> bool {
    octet.is_ascii_digit() | (octet == 0xEF)
}

/// Somewhat more than the table says: control characters, and all that is not ASCII, which is below zero here.
#[expect(clippy::needless_bitwise_bool, reason = "without branches it becomes vector code")]
fn may_be_kept(octet: u8) -> bool {
    let is_of_number = (b'-'..=b'9').contains(&octet) & (octet != b'/');
    is_of_number | (octet.cast_signed() <= 0x20) | (octet == b'>') | (octet == b'|')
}

#[cfg(test)]
mod tests {
    use super::{DIGIT, KINDS, NOTHING, may_be_digit, may_be_kept};
    use crate::rules::{chars::digit, digits::gap::GapReader};

    #[test]
    fn what_is_passed_over_is_neither_a_digit_nor_of_a_gap() {
        for c in '\0'..=char::MAX {
            let octets = c.encode_utf8(&mut [0; 4]).bytes().map(|octet| KINDS[usize::from(octet)]).collect::<Vec<_>>();
            if digit(c).is_some() {
                assert!(octets[0] == DIGIT && !octets.contains(&NOTHING), "{c:?}");
            }
            if GapReader::new().take(c) {
                assert!(!octets.contains(&NOTHING), "{c:?}");
            }
        }
    }

    #[test]
    fn whole_blocks_keep_what_the_table_keeps() {
        for octet in 0..=u8::MAX {
            let kind = KINDS[usize::from(octet)];
            assert!(may_be_kept(octet) || kind == NOTHING, "{octet:#x}");
            assert_eq!(may_be_digit(octet), kind == DIGIT, "{octet:#x}");
        }
    }
}
