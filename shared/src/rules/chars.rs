//! Classes of characters, and positions counted in Unicode scalar values.

/// U+00AD, which is tried both as a dash and as nothing.
pub(super) const SOFT_HYPHEN: char = '\u{AD}';

/// Unicode `Default_Ignorable_Code_Point` (`DerivedCoreProperties` 16.0), but for the soft hyphen.
pub(super) const fn is_ignorable(c: char) -> bool {
    matches!(c,
        '\u{34F}' | '\u{61C}' | '\u{115F}'..='\u{1160}' | '\u{17B4}'..='\u{17B5}' | '\u{180B}'..='\u{180F}'
        | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFF8}'
        | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}

/// The dashes that may stand in a number.
pub(super) const fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE58}' | '\u{FE63}' | '\u{FF0D}')
}

/// An ASCII or full-width digit, as its value.
pub(super) const fn digit(c: char) -> Option<u8> {
    match c {
        '0'..='9' => Some(c as u8 - b'0'),
        // Full-width digits stand in the block in the same order; the low octet tells them.
        '\u{FF10}'..='\u{FF19}' => Some((c as u32).to_le_bytes()[0] - 0x10),
        _ => None,
    }
}

/// Blanks within a line.
pub(super) const fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\u{A0}' | '\u{1680}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' | '\u{3000}')
}

/// What a mail program puts in front of a quoted line.
pub(super) const fn is_quote_mark(c: char) -> bool {
    matches!(c, '>' | '|')
}

/// Turns byte offsets into counts of Unicode scalar values, in time linear in how far they lie from one another.
pub(super) struct Position<'a> {
    text: &'a str,
    bytes: usize,
    scalars: usize,
}

impl<'a> Position<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, bytes: 0, scalars: 0 }
    }

    pub(super) fn of(&mut self, bytes: usize) -> usize {
        if bytes >= self.bytes {
            self.scalars += self.text[self.bytes..bytes].chars().count();
        } else {
            self.scalars -= self.text[bytes..self.bytes].chars().count();
        }
        self.bytes = bytes;
        self.scalars
    }
}
