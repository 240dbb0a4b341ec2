//! How wide characters are: what tells a gap between words from a step that the pen makes anyway.

use std::collections::HashMap;

use super::super::{
    document::Document,
    object::{Dictionary, Object, is},
};

/// The most widths of one font.
const MAX_WIDTHS: usize = 100_000;

/// Widths as parts of the font's size.
#[derive(Default)]
pub(super) struct Widths {
    by_code: HashMap<u32, f64>,
    ranges: Vec<(u32, u32, f64)>,
    /// Of the characters from the blank to the tilde, for the fonts that every reader has.
    standard: Option<&'static [u16; 95]>,
    other: f64,
}

impl Widths {
    /// Of a font of single octets that does not tell them.
    pub(super) fn of_standard(name: &[u8]) -> Self {
        let contains = |part: &[u8]| memchr::memmem::find(name, part).is_some();
        if contains(b"Courier") {
            return Self { other: 0.6, ..Self::default() };
        }
        Self { standard: Some(if contains(b"Times") { &TIMES } else { &HELVETICA }), other: 0.556, ..Self::default() }
    }

    /// Of a font of single octets.
    pub(super) fn simple(font: &Dictionary, document: &mut Document<'_>, name: &[u8]) -> Self {
        let Some(array) = document.get(font, "Widths") else { return Self::of_standard(name) };
        let first = document.get(font, "FirstChar").and_then(|first| first.count()).unwrap_or(0);
        // The measure of a Type 3 font is its own.
        let measure = document
            .get(font, "FontMatrix")
            .filter(|_| is(font, "Subtype", "Type3"))
            .and_then(|matrix| matrix.array().and_then(<[Object]>::first).and_then(Object::number).map(f64::abs));
        let measure = measure.unwrap_or(0.001);
        let mut widths = Self::of_standard(name);
        for (code, width) in (first..=255).zip(array.array().unwrap_or_default()) {
            let width = document.resolve(width).number();
            if let (Ok(code), Some(width)) = (u32::try_from(code), width.filter(|width| *width > 0.0)) {
                widths.by_code.insert(code, width * measure);
            }
        }
        widths
    }

    /// Of the font below a composite one (section 9.7.4.3).
    pub(super) fn composite(font: &Dictionary, document: &mut Document<'_>) -> Self {
        let other = document.get(font, "DW").and_then(|width| width.number()).unwrap_or(1_000.0) / 1_000.0;
        let mut widths = Self { other, ..Self::default() };
        let Some(array) = document.get(font, "W") else { return widths };
        let mut rest = array.array().unwrap_or_default();
        while let [first, second, after @ ..] = rest {
            if widths.len() > MAX_WIDTHS {
                break;
            }
            let code = |object: &Object| object.count().and_then(|code| u32::try_from(code).ok()).unwrap_or(u32::MAX);
            rest = match (&*document.resolve(second), after) {
                (Object::Array(list), _) => {
                    for (code, width) in (code(first)..=u32::MAX).zip(list) {
                        if let Some(width) = width.number() {
                            widths.by_code.insert(code, width / 1_000.0);
                        }
                    }
                    after
                }
                (last, [width, after @ ..]) => {
                    if let Some(width) = document.resolve(width).number() {
                        widths.ranges.push((code(first), code(last), width / 1_000.0));
                    }
                    after
                }
                _ => break,
            };
        }
        widths.ranges.sort_by_key(|range| range.0);
        widths
    }

    pub(super) fn len(&self) -> usize {
        self.by_code.len() + self.ranges.len()
    }

    /// The width of a code, which stands for `character` as far as is known.
    pub(super) fn of(&self, code: u32, character: Option<char>) -> f64 {
        if let Some(width) = self.by_code.get(&code) {
            return *width;
        }
        let end = self.ranges.partition_point(|range| range.0 <= code);
        if let Some(range) = end.checked_sub(1).map(|last| self.ranges[last]).filter(|range| code <= range.1) {
            return range.2;
        }
        let index = character.filter(char::is_ascii).and_then(|c| (c as usize).checked_sub(32));
        let standard = self.standard.zip(index).and_then(|(widths, index)| widths.get(index));
        standard.map_or(self.other, |width| f64::from(*width) / 1_000.0)
    }
}

/// Helvetica, as its metrics file says.
const HELVETICA: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
    556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833,
    722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556,
    556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334,
    260, 334, 584,
];

/// Times Roman.
const TIMES: [u16; 95] = [
    250, 333, 408, 500, 500, 833, 778, 180, 333, 333, 500, 564, 250, 333, 250, 278, 500, 500, 500, 500, 500, 500, 500,
    500, 500, 500, 278, 278, 564, 564, 564, 444, 921, 722, 667, 667, 722, 611, 556, 722, 722, 333, 389, 722, 611, 889,
    722, 722, 556, 722, 667, 556, 611, 722, 722, 944, 722, 722, 611, 333, 278, 333, 469, 500, 333, 444, 500, 444, 500,
    444, 333, 500, 500, 278, 278, 500, 278, 778, 500, 500, 500, 500, 333, 389, 278, 500, 500, 722, 500, 500, 444, 480,
    200, 480, 541,
];
