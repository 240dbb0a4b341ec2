//! Workbooks of old Excel (MS-XLS): records one behind the other, of which those are read that say what cells show.

use std::{collections::HashMap, rc::Rc};

use super::{number::Format, workbook::Workbook};

// Kinds of records.
const FORMULA: u16 = 0x0006;
const CONTINUE: u16 = 0x003C;
const NUMBERS: u16 = 0x00BD;
const STYLE: u16 = 0x00E0;
const TEXTS: u16 = 0x00FC;
const SHARED: u16 = 0x00FD;
const NUMBER: u16 = 0x0203;
const LABEL: u16 = 0x0204;
const RESULT: u16 = 0x0207;
const SHORT_NUMBER: u16 = 0x027E;
const FORMAT: u16 = 0x041E;
const BEGINNING: u16 = 0x0809;

/// The version whose texts may be of 16-bit characters.
const WIDE: u16 = 0x0600;

/// The cells as they are shown, a line each and a blank one between rows; none if that is longer than `most` octets.
pub(super) fn text(stream: &[u8], most: u64) -> Option<String> {
    let mut sheet = Sheets { is_wide: true, ..Sheets::default() };
    let mut rest = stream;
    while let Some((kind, data, after)) = record(rest) {
        rest = after;
        if kind == TEXTS {
            let mut pieces = vec![data];
            while let Some((CONTINUE, data, after)) = record(rest) {
                pieces.push(data);
                rest = after;
            }
            sheet.texts(&pieces);
        } else {
            // A record that is too short says nothing.
            sheet.take(kind, data);
        }
        if sheet.out.len() as u64 > most {
            return None;
        }
    }
    Some(sheet.out)
}

/// The first record and what stands behind it.
fn record(octets: &[u8]) -> Option<(u16, &[u8], &[u8])> {
    let (data, after) = octets.get(4..)?.split_at_checked(usize::from(short(octets, 2)?))?;
    Some((short(octets, 0)?, data, after))
}

fn short(octets: &[u8], at: usize) -> Option<u16> {
    octets.get(at..)?.first_chunk().map(|pair| u16::from_le_bytes(*pair))
}

#[derive(Default)]
struct Sheets {
    is_wide: bool,
    formats: HashMap<u16, Rc<Format>>,
    workbook: Workbook,
    row: u16,
    out: String,
}

impl Sheets {
    fn take(&mut self, kind: u16, data: &[u8]) -> Option<()> {
        match kind {
            BEGINNING => {
                self.is_wide = short(data, 0)? == WIDE;
                self.out.push('\n');
            }
            FORMAT => {
                let code = if self.is_wide {
                    characters(data.get(4..)?, short(data, 2)?, true)
                } else {
                    characters(data.get(3..)?, u16::from(*data.get(2)?), false)
                };
                self.formats
                    .extend(Format::read(&code?).map(|format| (short(data, 0).unwrap_or_default(), Rc::new(format))));
            }
            STYLE => self.workbook.add_style(self.formats.get(&short(data, 2)?).cloned()),
            NUMBER => {
                let number = f64::from_le_bytes(*data.get(6..)?.first_chunk()?);
                self.number(short(data, 0)?, short(data, 4)?, number);
            }
            SHORT_NUMBER => self.number(short(data, 0)?, short(data, 4)?, shortened(data.get(6..)?)?),
            NUMBERS => {
                for pair in data.get(4..)?.chunks_exact(6) {
                    self.number(short(data, 0)?, short(pair, 0)?, shortened(&pair[2..])?);
                }
            }
            // What is computed is a number, or a text that follows, or something that is no text.
            FORMULA if short(data, 12)? != 0xFFFF => {
                let number = f64::from_le_bytes(*data.get(6..)?.first_chunk()?);
                self.number(short(data, 0)?, short(data, 4)?, number);
            }
            RESULT => {
                let text = characters(data.get(2..)?, short(data, 0)?, self.is_wide)?;
                self.cell(self.row, &text);
            }
            LABEL => {
                let text = characters(data.get(8..)?, short(data, 6)?, self.is_wide)?;
                self.cell(short(data, 0)?, &text);
            }
            SHARED => {
                let number = u32::from_le_bytes(*data.get(6..)?.first_chunk()?);
                let text = self.workbook.shared(usize::try_from(number).ok()?)?.to_owned();
                self.cell(short(data, 0)?, &text);
            }
            _ => {}
        }
        Some(())
    }

    fn number(&mut self, row: u16, style: u16, number: f64) {
        let is_short = number == 0.0 || (1e-6..1e15).contains(&number.abs());
        let plain = || if is_short { number.to_string() } else { format!("{number:e}") };
        let text = self.workbook.number(usize::from(style), number).unwrap_or_else(plain);
        self.cell(row, &text);
    }

    fn cell(&mut self, row: u16, text: &str) {
        if row != self.row {
            self.out.push('\n');
        }
        self.row = row;
        self.out.push_str(text);
        self.out.push('\n');
    }

    /// The texts that cells share, from a record and those that continue it.
    fn texts(&mut self, pieces: &[&[u8]]) -> Option<()> {
        let (first, others) = pieces.split_first()?;
        let mut reader = Reader { at: first.get(8..)?, others };
        loop {
            let (length, flags) = (reader.short()?, reader.octet()?);
            let runs = if flags & 0x08 == 0 { 0 } else { usize::from(reader.short()?) };
            let beside =
                if flags & 0x04 == 0 { 0 } else { u32::from(reader.short()?) | u32::from(reader.short()?) << 16 };
            let (text, is_whole) = reader.characters(usize::from(length), flags);
            self.workbook.add_text(&text);
            if !is_whole {
                return None;
            }
            reader.skip(runs.checked_mul(4)?.checked_add(usize::try_from(beside).ok()?)?)?;
        }
    }
}

/// A number in 30 bits (section 2.5.122): the upper half of a fraction or a whole one, perhaps a hundred times as large.
fn shortened(octets: &[u8]) -> Option<f64> {
    let bits = u32::from_le_bytes(*octets.first_chunk()?);
    let number = if bits & 2 == 0 {
        f64::from_bits(u64::from(bits & !3) << 32)
    } else {
        f64::from(i32::from_le_bytes(bits.to_le_bytes()) >> 2)
    };
    Some(if bits & 1 == 0 { number } else { number / 100.0 })
}

/// So many characters, in front of which stands how wide they are where that may differ.
fn characters(octets: &[u8], length: u16, is_told: bool) -> Option<String> {
    let (flags, octets) = if is_told { octets.split_first().map(|(flags, rest)| (*flags, rest))? } else { (0, octets) };
    Some(Reader { at: octets, others: &[] }.characters(usize::from(length), flags).0)
}

/// Octets that records continue.
struct Reader<'a> {
    at: &'a [u8],
    others: &'a [&'a [u8]],
}

impl Reader<'_> {
    fn octet(&mut self) -> Option<u8> {
        while self.at.is_empty() {
            self.next()?;
        }
        let (octet, rest) = self.at.split_first()?;
        self.at = rest;
        Some(*octet)
    }

    fn short(&mut self) -> Option<u16> {
        Some(u16::from_le_bytes([self.octet()?, self.octet()?]))
    }

    fn next(&mut self) -> Option<()> {
        let (first, others) = self.others.split_first()?;
        (self.at, self.others) = (first, others);
        Some(())
    }

    fn skip(&mut self, mut length: usize) -> Option<()> {
        while length > self.at.len() {
            length -= self.at.len();
            self.next()?;
        }
        self.at = &self.at[length..];
        Some(())
    }

    /// Characters, and whether they are all there. A record that continues them says anew how wide they are.
    fn characters(&mut self, length: usize, flags: u8) -> (String, bool) {
        let (mut units, mut is_wide) = (Vec::new(), flags & 1 != 0);
        while units.len() < length {
            if self.at.is_empty() {
                if self.next().is_none() {
                    break;
                }
                is_wide = self.octet().is_some_and(|flags| flags & 1 != 0);
                continue;
            }
            if is_wide {
                let Some(unit) = self.short() else { break };
                units.push(unit);
            } else {
                let some = self.at.len().min(length - units.len());
                units.extend(self.at[..some].iter().map(|&octet| u16::from(octet)));
                self.at = &self.at[some..];
            }
        }
        (String::from_utf16_lossy(&units), units.len() == length)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn records(all: &[(u16, Vec<u8>)]) -> Vec<u8> {
        let one = |(kind, data): &(u16, Vec<u8>)| {
            [&kind.to_le_bytes()[..], &u16::try_from(data.len()).unwrap().to_le_bytes(), data].concat()
        };
        all.iter().flat_map(one).collect()
    }

    fn read(all: &[(u16, Vec<u8>)]) -> String {
        text(&records(all), 10_000).unwrap()
    }

    fn cell(row: u8, style: u8, value: &[u8]) -> Vec<u8> {
        [&[row, 0, 0, 0, style, 0][..], value].concat()
    }

    #[test]
    fn numbers_are_read_in_every_notation() {
        let whole = (123_456_789_u32 << 2 | 2).to_le_bytes();
        let cells = [
            (NUMBER, cell(0, 0, &123_456_789_f64.to_le_bytes())),
            (SHORT_NUMBER, cell(0, 0, &whole)),
            (SHORT_NUMBER, cell(1, 0, &(1_250_u32 << 2 | 3).to_le_bytes())),
            (SHORT_NUMBER, cell(1, 0, &[0, 0, 0xF0, 0x3F])),
            (NUMBERS, [&[2, 0, 0, 0, 0, 0][..], &whole, &[0, 0], &whole, &[1, 0]].concat()),
            (FORMULA, cell(2, 0, &7_f64.to_le_bytes())),
            (FORMULA, cell(2, 0, &[0, 0, 0, 0, 0, 0, 0xFF, 0xFF])),
            (RESULT, vec![1, 0, 0, b'x']),
            (NUMBER, cell(2, 0, &1e300_f64.to_le_bytes())),
        ];
        assert_eq!(read(&cells), "123456789\n123456789\n\n12.5\n1\n\n123456789\n123456789\n7\nx\n1e300\n");
    }

    #[test]
    fn numbers_are_divided_as_their_style_says() {
        let code = b"000\\-00\\-0000";
        let globals = [
            (FORMAT, [&[0xA5, 0, u8::try_from(code.len()).unwrap(), 0, 0][..], code].concat()),
            (STYLE, vec![0; 20]),
            (STYLE, [&[0, 0, 0xA5, 0][..], &[0; 16]].concat()),
        ];
        let cells = |style| (NUMBER, cell(0, style, &123_456_789_f64.to_le_bytes()));
        assert_eq!(read(&[&globals[..], &[cells(0), cells(1)]].concat()), "123456789\n123-45-6789\n");
    }

    #[test]
    fn shared_texts_are_read_over_records_that_continue_them() {
        let texts = (
            TEXTS,
            [&[2, 0, 0, 0, 2, 0, 0, 0][..], &[3, 0, 0, b'S', b'S', b'N'], &[4, 0, 8, 1, 0, b'a', b'b']].concat(),
        );
        let more = (CONTINUE, [&[1, b'c', 0, b'd', 0][..], &[9; 4], &[1, 0, 0, b'e']].concat());
        let cells = [0_u32, 1, 2, 3].map(|number| (SHARED, cell(0, 0, &number.to_le_bytes())));
        assert_eq!(read(&[&[texts, more][..], &cells].concat()), "SSN\nabcd\ne\n");
    }

    #[test]
    fn labels_are_read_of_both_versions() {
        let old = [(BEGINNING, vec![0, 5]), (LABEL, cell(0, 0, &[3, 0, b'S', b'S', b'N']))];
        assert_eq!(read(&old), "\nSSN\n");
        let new = [(BEGINNING, vec![0, 6]), (LABEL, cell(0, 0, &[2, 0, 1, b'S', 0, b'S', 0]))];
        assert_eq!(read(&new), "\nSS\n");
    }

    #[test]
    fn a_text_that_is_too_long_is_given_up() {
        let texts = (TEXTS, [&[0; 8][..], &[200, 0, 0], &[b'x'; 200]].concat());
        let cells = vec![(SHARED, cell(0, 0, &[0; 4])); 100];
        assert_eq!(text(&records(&[&[texts][..], &cells].concat()), 10_000), None);
    }

    proptest! {
        #[test]
        fn no_records_make_it_fail(
            all in proptest::collection::vec((
                prop_oneof![
                    Just(FORMULA), Just(CONTINUE), Just(NUMBERS), Just(STYLE), Just(TEXTS), Just(SHARED), Just(NUMBER),
                    Just(LABEL), Just(RESULT), Just(SHORT_NUMBER), Just(FORMAT), Just(BEGINNING), any::<u16>(),
                ],
                proptest::collection::vec(any::<u8>(), 0..40),
            ), 0..20),
            end in 0_usize..400,
        ) {
            let stream = records(&all);
            text(&stream[..end.min(stream.len())], 10_000);
        }
    }
}
