//! The text of Word 97 documents (MS-DOC) as it is shown. Its pieces lie anywhere in one stream, and a table in another
//! one has their order; control characters stand for hyphens, for fields, and for what is anchored within a line.

mod looks;

use std::ops::Range;

use encoding_rs::{UTF_16LE, WINDOWS_1252};

/// The first stream of a document, and the two others of which one has the tables.
pub(super) const STREAM: &str = "WordDocument";
const TABLES: [&str; 2] = ["0Table", "1Table"];

// Where the first stream says things (section 2.5).
const FLAGS: usize = 0x0A;
const IN_SECOND_TABLE: u8 = 0x02;
const FIRST_CHARACTER: usize = 0x18;
const BEHIND_LAST_CHARACTER: usize = 0x1C;
const LOOKS: usize = 0xFA;
const PIECES: usize = 0x01A2;

/// What a piece of the text is, where its place is told: one octet a character.
const IS_NARROW: u32 = 1 << 30;

/// The stream that has the tables.
pub(super) fn table_of(stream: &[u8]) -> &'static str {
    TABLES[usize::from(stream.get(FLAGS + 1).is_some_and(|flags| flags & IN_SECOND_TABLE != 0))]
}

/// Characters that lie together.
struct Piece {
    octets: Range<usize>,
    is_wide: bool,
}

pub(super) struct Document<'a> {
    stream: &'a [u8],
    pieces: Vec<Piece>,
    /// What was deleted under revision or is hidden, in ascending order.
    unshown: Vec<Range<usize>>,
}

impl<'a> Document<'a> {
    /// From both streams. Without a table of pieces, as before Word 97, all text lies together.
    pub(super) fn read(stream: &'a [u8], table: &[u8]) -> Self {
        let pieces = pieces(stream, table).unwrap_or_else(|| {
            let [first, last] = [FIRST_CHARACTER, BEHIND_LAST_CHARACTER].map(|at| long(stream, at).unwrap_or_default());
            vec![Piece { octets: first..last, is_wide: false }]
        });
        let unshown = part(stream, LOOKS, table).map(|plc| looks::unshown(stream, plc)).unwrap_or_default();
        Self { stream, pieces, unshown }
    }

    /// All text; none if that lies in more than `most` octets.
    pub(super) fn text(&self, most: u64) -> Option<String> {
        self.text_without(&[], most)
    }

    /// Whether some of the text is not shown.
    pub(super) fn has_unshown(&self) -> bool {
        !self.unshown.is_empty()
    }

    /// The text without what is not shown.
    pub(super) fn text_shown(&self, most: u64) -> Option<String> {
        self.text_without(&self.unshown, most)
    }

    fn text_without(&self, unshown: &[Range<usize>], most: u64) -> Option<String> {
        let (mut shown, mut left) = (Shown::default(), most);
        for Piece { octets, is_wide } in &self.pieces {
            let end = octets.end.min(self.stream.len());
            let Some(piece) = self.stream.get(octets.start..end) else { continue };
            // Pieces may lie over each other, without number.
            left = left.checked_sub(piece.len() as u64)?;
            let encoding = if *is_wide { UTF_16LE } else { WINDOWS_1252 };
            let mut at = octets.start;
            for character in encoding.decode_without_bom_handling(piece).0.chars() {
                let next = unshown.partition_point(|range| range.end <= at);
                if unshown.get(next).is_none_or(|range| at < range.start) {
                    shown.take(character);
                }
                at += if *is_wide { 2 * character.len_utf16() } else { 1 };
            }
        }
        Some(shown.out)
    }
}

/// The pieces of the text in their order (sections 2.8.35 and 2.9.38).
fn pieces(stream: &[u8], table: &[u8]) -> Option<Vec<Piece>> {
    let mut rest = part(stream, PIECES, table)?;
    // In front stand the looks of pieces.
    while let Some(looks) = rest.strip_prefix(&[1]) {
        rest = looks.get(2 + usize::from(u16::from_le_bytes(*looks.first_chunk()?))..)?;
    }
    let plc = rest.strip_prefix(&[2])?;
    let plc = &plc.get(4..)?[..long(plc, 0)?.min(plc.len() - 4)];
    let count = plc.len().checked_sub(4)? / 12;
    let piece = |number: usize| {
        let length = long(plc, 4 * (number + 1))?.checked_sub(long(plc, 4 * number)?)?;
        let place = u32::try_from(long(plc, 4 * (count + 1) + 8 * number + 2)?).ok()?;
        let start = usize::try_from(place & (IS_NARROW - 1)).ok()?;
        let is_wide = place & IS_NARROW == 0;
        let octets = if is_wide { start..start + 2 * length } else { start / 2..start / 2 + length };
        Some(Piece { octets, is_wide })
    };
    Some((0..count).filter_map(piece).collect())
}

/// A part of the table stream of which the first stream says, at `at`, where it lies.
fn part<'a>(stream: &[u8], at: usize, table: &'a [u8]) -> Option<&'a [u8]> {
    let (start, length) = (long(stream, at)?, long(stream, at + 4)?);
    let rest = table.get(start..)?;
    Some(&rest[..length.min(rest.len())])
}

fn long(octets: &[u8], at: usize) -> Option<usize> {
    usize::try_from(u32::from_le_bytes(*octets.get(at..)?.first_chunk()?)).ok()
}

/// The text as it is shown, character by character.
#[derive(Default)]
struct Shown {
    out: String,
    /// The fields that are open, and of each whether it is still told what it is, and not yet what it shows.
    fields: Vec<bool>,
    /// How many of them are.
    untold: usize,
}

impl Shown {
    fn take(&mut self, character: char) {
        match character {
            '\u{13}' => {
                self.fields.push(true);
                self.untold += 1;
            }
            '\u{14}' => {
                if let Some(field) = self.fields.last_mut() {
                    self.untold -= usize::from(std::mem::take(field));
                }
            }
            '\u{15}' => self.untold -= usize::from(self.fields.pop().unwrap_or_default()),
            // What a field is stands in one paragraph; otherwise one that has no end would hide all text behind it.
            '\r' | '\u{7}' => {
                self.fields.clear();
                self.untold = 0;
                self.out.push('\n');
            }
            _ if self.untold > 0 => {}
            // Pictures, footnotes, comments and drawings are anchored here; a hyphen that shows at the end of a line.
            '\u{1}' | '\u{2}' | '\u{5}' | '\u{8}' | '\u{1F}' => {}
            '\u{1E}' => self.out.push('\u{2011}'),
            '\t' => self.out.push('\t'),
            _ => self.out.push(if character.is_control() { '\n' } else { character }),
        }
    }
}

#[cfg(test)]
mod tests;
