//! Maps of codes (ISO 32000-1 section 9.10.3): which octets make a code, and what text it stands for.

use super::super::object::{Object, Reader};

/// The most entries of one map.
const MAX_ENTRIES: usize = 100_000;
/// The most ranges of codes.
const MAX_SPACES: usize = 32;
/// The longest text of one code, in characters: ligatures have three.
const MAX_TEXT: usize = 8;
/// Ranges that lie over one another are looked through so far.
const MAX_OVERLAP: usize = 8;

/// A range of codes of one length.
struct Space {
    length: usize,
    low: u32,
    high: u32,
}

/// A range of codes with the text of the first; of the others only the last character differs.
struct Entry {
    low: u32,
    high: u32,
    text: Box<str>,
}

/// A map.
#[derive(Default)]
pub(in super::super) struct CMap {
    spaces: Vec<Space>,
    entries: Vec<Entry>,
}

impl CMap {
    /// Reads a map.
    pub(super) fn read(octets: &[u8]) -> Self {
        let mut map = Self::default();
        let mut reader = Reader::new(octets, 0);
        let mut operands: Vec<Object> = Vec::new();
        while let Some(object) = reader.object() {
            match object {
                Object::Word(word) => {
                    match word.as_slice() {
                        b"endcodespacerange" => operands.chunks_exact(2).for_each(|pair| map.space(pair)),
                        b"endbfchar" => operands.chunks_exact(2).for_each(|pair| map.character(pair)),
                        b"endbfrange" => operands.chunks_exact(3).for_each(|range| map.range(range)),
                        _ => {}
                    }
                    operands.clear();
                }
                object if operands.len() < 3 * MAX_ENTRIES => operands.push(object),
                _ => {}
            }
        }
        map.entries.sort_by_key(|entry| entry.low);
        map
    }

    /// The map of codes that are characters already. Below the blank there are none: the numbers of glyphs, if anything.
    pub(super) fn identity() -> Self {
        Self { spaces: Vec::new(), entries: vec![Entry { low: 0x20, high: 0xFFFF, text: " ".into() }] }
    }

    /// How many entries it has.
    pub(super) fn len(&self) -> usize {
        self.entries.len() + self.spaces.len()
    }

    fn space(&mut self, pair: &[Object]) {
        if let [Object::Text(low), Object::Text(high)] = pair
            && matches!(low.len(), 1..=4)
            && self.spaces.len() < MAX_SPACES
        {
            self.spaces.push(Space { length: low.len(), low: number(low), high: number(high) });
        }
    }

    fn character(&mut self, pair: &[Object]) {
        if let [Object::Text(code), Object::Text(text)] = pair {
            self.add(number(code), number(code), text);
        }
    }

    fn range(&mut self, range: &[Object]) {
        let [Object::Text(low), Object::Text(high), target] = range else { return };
        let (low, high) = (number(low), number(high));
        match target {
            Object::Text(text) => self.add(low, high, text),
            Object::Array(texts) => {
                for (code, text) in (low..=high).zip(texts) {
                    if let Object::Text(text) = text {
                        self.add(code, code, text);
                    }
                }
            }
            _ => {}
        }
    }

    fn add(&mut self, low: u32, high: u32, text: &[u8]) {
        if self.entries.len() >= MAX_ENTRIES || low > high {
            return;
        }
        let units = text.chunks(2).map(|pair| match pair {
            [high, low] => u16::from_be_bytes([*high, *low]),
            _ => u16::from(pair[0]),
        });
        let text: String = char::decode_utf16(units)
            .take(MAX_TEXT)
            .map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER))
            .filter(|&character| character != '\0')
            .collect();
        self.entries.push(Entry { low, high, text: text.into() });
    }

    /// The text of a code; `buffer` holds it if it has to be made.
    pub(super) fn get<'t>(&'t self, code: u32, buffer: &'t mut [u8; 4]) -> Option<&'t str> {
        let end = self.entries.partition_point(|entry| entry.low <= code);
        let entry = self.entries[..end].iter().rev().take(MAX_OVERLAP).find(|entry| code <= entry.high)?;
        if code == entry.low {
            return Some(&entry.text);
        }
        let mut characters = entry.text.chars();
        let last = characters.next_back()?;
        // A range of longer texts is hardly ever more than one code wide.
        let counted = u32::from(last).checked_add(code - entry.low).and_then(char::from_u32)?;
        characters.as_str().is_empty().then(|| &*counted.encode_utf8(buffer))
    }

    /// The first code of some octets, and how many of them it takes.
    pub(super) fn code(&self, octets: &[u8]) -> (u32, usize) {
        for length in 1..=octets.len().min(4) {
            let code = number(&octets[..length]);
            if self.spaces.iter().any(|space| space.length == length && (space.low..=space.high).contains(&code)) {
                return (code, length);
            }
        }
        let length = octets.len().min(2);
        (number(&octets[..length]), length)
    }
}

fn number(octets: &[u8]) -> u32 {
    octets.iter().take(4).fold(0, |number, &octet| number << 8 | u32::from(octet))
}
