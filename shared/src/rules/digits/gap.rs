//! What stands between two digits, and what it makes of them.

use crate::rules::chars::{SOFT_HYPHEN, is_blank, is_dash, is_ignorable, is_quote_mark};

/// What stands between two digits, invisible characters left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Gap {
    /// Nothing at all: the digits are neighbours.
    pub(super) adjacent: bool,
    /// Nothing, or soft hyphens taken as nothing.
    pub(super) nothing: bool,
    /// One dash, perhaps followed by one break, blanks and quote marks.
    pub(super) dash: bool,
    /// At most one separator.
    pub(super) separator: bool,
}

impl Gap {
    /// It joins nothing.
    pub(super) const FAR: Self = Self { adjacent: false, nothing: false, dash: false, separator: false };
    /// There is none.
    pub(super) const NONE: Self = Self { adjacent: true, nothing: true, dash: false, separator: true };
}

/// Reads a gap character by character until it is certain that it joins nothing.
#[derive(Clone, Copy)]
pub(super) struct GapReader {
    soft_hyphens: bool,
    dashed: bool,
    blanks: u32,
    dots: u32,
    quotes: bool,
    breaks: u32,
    last_was_cr: bool,
}

/// What each ASCII character makes alone: most gaps are one.
pub(super) const ALONE: [Gap; 128] = {
    let mut gaps = [Gap::FAR; 128];
    let mut octet = 0_u8;
    while octet.is_ascii() {
        let mut reader = GapReader::new();
        if reader.take(octet as char) {
            gaps[octet as usize] = reader.finish();
        }
        octet += 1;
    }
    gaps
};

impl GapReader {
    pub(super) const fn new() -> Self {
        Self { soft_hyphens: false, dashed: false, blanks: 0, dots: 0, quotes: false, breaks: 0, last_was_cr: false }
    }

    /// Takes one character; `false` once nothing can be joined over this gap any more.
    pub(super) const fn take(&mut self, c: char) -> bool {
        let after_cr = self.last_was_cr;
        self.last_was_cr = false;
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

    pub(super) const fn finish(self) -> Gap {
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
