//! Properties (MS-OXTNEF section 2.1.3.4, MS-OXPROPS): a count, and then type, number and values of each.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_16LE};

pub(super) const SUBJECT: u16 = 0x0037;
pub(super) const BODY: u16 = 0x1000;
pub(super) const RTF_COMPRESSED: u16 = 0x1009;
pub(super) const BODY_HTML: u16 = 0x1013;
pub(super) const DISPLAY_NAME: u16 = 0x3001;
pub(super) const ATTACH_DATA: u16 = 0x3701;
pub(super) const ATTACH_NAME: u16 = 0x3704;
pub(super) const ATTACH_LONG_NAME: u16 = 0x3707;
pub(super) const ATTACH_TYPE: u16 = 0x370E;
pub(super) const ATTACH_CONTENT_ID: u16 = 0x3712;
pub(super) const INTERNET_CODE_PAGE: u16 = 0x3FDE;

/// Numbers from here on have names.
const NAMED: u16 = 0x8000;
/// Set in the type of a property of several values.
const SEVERAL: u16 = 0x1000;
const OBJECT: u16 = 0x000D;
const STRING: u16 = 0x001E;
const WIDE_STRING: u16 = 0x001F;
const BINARY: u16 = 0x0102;

/// One property with its first value.
pub(super) struct Property<'a> {
    pub(super) tag: u16,
    kind: u16,
    pub(super) value: &'a [u8],
}

impl<'a> Property<'a> {
    /// Its value as text; octets and strings of 8 bits are of `encoding`.
    pub(super) fn text(&self, encoding: &'static Encoding) -> Cow<'a, str> {
        if self.kind == WIDE_STRING { wide(self.value) } else { super::text(self.value, encoding) }
    }

    /// Its value as a number.
    pub(super) fn number(&self) -> Option<u32> {
        self.value.first_chunk().map(|octets| u32::from_le_bytes(*octets))
    }

    /// What an object holds, behind the 16 octets that tell its kind.
    pub(super) fn object(&self) -> Option<&'a [u8]> {
        (self.kind == OBJECT).then(|| self.value.get(16..).unwrap_or_default())
    }
}

/// Characters of 16 bits, up to the zero at their end.
pub(super) fn wide(octets: &[u8]) -> Cow<'_, str> {
    let end = octets.chunks_exact(2).position(|unit| unit == [0, 0]).map_or(octets.len(), |units| 2 * units);
    UTF_16LE.decode(&octets[..end]).0
}

/// All properties; `None` if they are broken.
pub(super) fn read(data: &[u8]) -> Option<Vec<Property<'_>>> {
    let mut input = Input(data);
    let count = input.number()?;
    let mut all = Vec::new();
    for _ in 0..count {
        let (kind, tag) = (input.short()?, input.short()?);
        if tag >= NAMED {
            input.take(16)?;
            if input.number()? == 0 {
                input.take(4)?;
            } else {
                input.sized()?;
            }
        }
        let value = input.values(kind)?;
        // Those that have names are no concern of ours.
        if tag < NAMED {
            all.push(Property { tag, kind, value });
        }
    }
    Some(all)
}

struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    fn short(&mut self) -> Option<u16> {
        self.take(2)?.first_chunk().map(|octets| u16::from_le_bytes(*octets))
    }

    fn number(&mut self) -> Option<usize> {
        let octets = self.take(4)?.first_chunk()?;
        usize::try_from(u32::from_le_bytes(*octets)).ok()
    }

    /// A length, so many octets, and what fills them up to a multiple of four; the last may go without.
    fn sized(&mut self) -> Option<&'a [u8]> {
        let length = self.number()?;
        let value = self.take(length)?;
        let filling = (4 - length % 4) % 4;
        self.0 = self.0.get(filling..).unwrap_or_default();
        Some(value)
    }

    /// The first value of a property; the others are passed over.
    fn values(&mut self, kind: u16) -> Option<&'a [u8]> {
        let size: Option<usize> = match kind & !SEVERAL {
            0x0002 | 0x0003 | 0x0004 | 0x000A | 0x000B => Some(4),
            0x0005 | 0x0006 | 0x0007 | 0x0014 | 0x0040 => Some(8),
            0x0048 => Some(16),
            0x0000 | 0x0001 => Some(0),
            OBJECT | STRING | WIDE_STRING | BINARY => None,
            _ => return None,
        };
        let count = if size.is_none() || kind & SEVERAL != 0 { self.number()? } else { 1 };
        match size {
            Some(size) => {
                let all = self.take(size.checked_mul(count)?)?;
                Some(&all[..size.min(all.len())])
            }
            None => {
                let mut first = None;
                for _ in 0..count {
                    let value = self.sized()?;
                    first = first.or(Some(value));
                }
                Some(first.unwrap_or_default())
            }
        }
    }
}
