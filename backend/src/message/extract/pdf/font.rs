//! Fonts (ISO 32000-1 sections 9.6 to 9.10) as far as text goes: which characters the codes stand for, and how wide
//! they are.

mod cmap;
mod glyph;
pub(super) mod latin;
mod width;

use encoding_rs::{BIG5, EUC_JP, EUC_KR, Encoding, GBK, SHIFT_JIS, UTF_16BE};

pub(super) use self::cmap::CMap;
use self::width::Widths;
use super::{
    super::Allowance,
    document::Document,
    object::{Dictionary, Object, is},
};

/// How the octets of a text fall into codes.
enum Codes {
    /// One octet each; the characters of those that the font itself tells of.
    Single(Vec<Option<char>>),
    /// Two octets each, or what the font's map says.
    Several(CMap),
    /// A charset of the East.
    Charset(&'static Encoding),
}

/// A font.
pub(super) struct Font {
    codes: Codes,
    /// What the document says the codes stand for.
    unicode: CMap,
    widths: Widths,
}

impl Default for Font {
    /// A font of which nothing is known.
    fn default() -> Self {
        Self { codes: Codes::Single(latin::of_windows()), unicode: CMap::default(), widths: Widths::of_standard(b"") }
    }
}

impl Font {
    /// Reads a font.
    pub(super) fn read(font: &Dictionary, document: &mut Document<'_>, allowance: &mut Allowance) -> Self {
        let map = font.get(&b"ToUnicode"[..]);
        let unicode = map.and_then(|map| read_map(map, document, allowance)).unwrap_or_default();
        if is(font, "Subtype", "Type0") {
            let is_identity = map.and_then(Object::name).is_some_and(|name| name.starts_with(b"Identity"));
            let unicode = if is_identity { CMap::identity() } else { unicode };
            return Self::composite(font, unicode, document, allowance);
        }
        let base = document.get(font, "BaseFont").and_then(|name| name.name().map(<[u8]>::to_vec)).unwrap_or_default();
        let widths = Widths::simple(font, document, &base);
        Self { codes: Codes::Single(single(font, document)), unicode, widths }
    }

    fn composite(font: &Dictionary, unicode: CMap, document: &mut Document<'_>, allowance: &mut Allowance) -> Self {
        let descendant = document.get(font, "DescendantFonts").and_then(|fonts| {
            let first = fonts.array().and_then(<[Object]>::first).cloned()?;
            document.resolve(&first).dictionary().cloned()
        });
        let widths = Widths::composite(&descendant.unwrap_or_default(), document);
        let encoding = font.get(&b"Encoding"[..]).map(|encoding| document.resolve(encoding).into_owned());
        let charset = encoding.as_ref().and_then(Object::name).and_then(of_predefined);
        let codes = match charset {
            Some(charset) => Codes::Charset(charset),
            None => {
                let own = font.get(&b"Encoding"[..]).and_then(|encoding| read_map(encoding, document, allowance));
                Codes::Several(own.unwrap_or_default())
            }
        };
        Self { codes, unicode, widths }
    }

    /// What is held in memory for it, in entries.
    pub(super) fn weight(&self) -> usize {
        let own = if let Codes::Several(map) = &self.codes { map.len() } else { 0 };
        256 + own + self.unicode.len() + self.widths.len()
    }

    /// Shows each character of a text to `each`: what it stands for, its width as a part of the font's size, and whether
    /// it is the code of the blank.
    pub(super) fn glyphs(&self, text: &[u8], each: &mut dyn FnMut(&str, f64, bool)) {
        let mut buffer = [0; 4];
        match &self.codes {
            Codes::Single(characters) => {
                for &octet in text {
                    let code = u32::from(octet);
                    let own = characters.get(usize::from(octet)).copied().flatten();
                    let width = self.widths.of(code, own);
                    match self.unicode.get(code, &mut buffer) {
                        Some(text) => each(text, width, octet == b' '),
                        None => each(
                            own.unwrap_or(char::REPLACEMENT_CHARACTER).encode_utf8(&mut buffer),
                            width,
                            octet == b' ',
                        ),
                    }
                }
            }
            Codes::Several(map) => {
                let mut rest = text;
                while !rest.is_empty() {
                    let (code, length) = map.code(rest);
                    rest = &rest[length..];
                    let width = self.widths.of(code, None);
                    let is_blank = length == 1 && code == 32;
                    match self.unicode.get(code, &mut buffer) {
                        Some(text) => each(text, width, is_blank),
                        None => each(guess(code).encode_utf8(&mut buffer), width, is_blank),
                    }
                }
            }
            Codes::Charset(charset) => {
                for character in charset.decode_without_bom_handling(text).0.chars() {
                    each(character.encode_utf8(&mut buffer), if character.is_ascii() { 0.5 } else { 1.0 }, false);
                }
            }
        }
    }
}

/// Codes that nothing explains are most often the numbers of glyphs, and in most fonts those follow ASCII, the blank
/// being the third.
fn guess(code: u32) -> char {
    char::from_u32(code + 29).filter(|c| matches!(c, ' '..='~')).unwrap_or(char::REPLACEMENT_CHARACTER)
}

fn read_map(object: &Object, document: &mut Document<'_>, allowance: &mut Allowance) -> Option<CMap> {
    let found = document.find(object.reference()?)?;
    Some(CMap::read(&document.stream(&found, allowance)?))
}

/// The characters of a font of single octets: its base encoding, and how it differs from that.
fn single(font: &Dictionary, document: &mut Document<'_>) -> Vec<Option<char>> {
    let encoding = document.get(font, "Encoding").map(std::borrow::Cow::into_owned);
    let described = encoding.as_ref().and_then(Object::dictionary);
    let base = match described {
        Some(described) => document.get(described, "BaseEncoding").and_then(|name| name.name().map(<[u8]>::to_vec)),
        None => encoding.as_ref().and_then(Object::name).map(<[u8]>::to_vec),
    };
    let mut characters = match base.as_deref() {
        Some(b"MacRomanEncoding") => latin::of_macintosh(),
        Some(b"WinAnsiEncoding") => latin::of_windows(),
        // Fonts of TrueType bring an encoding of their own, which is hardly ever the standard one.
        None if is(font, "Subtype", "TrueType") => latin::of_windows(),
        _ => latin::standard(),
    };
    let differences = described.and_then(|described| document.get(described, "Differences"));
    let mut code = 0;
    for object in differences.as_ref().and_then(|object| object.array()).unwrap_or_default() {
        match object {
            Object::Number(_) => code = object.count().unwrap_or(0),
            Object::Name(name) => {
                if let Some(character) = characters.get_mut(code) {
                    // A name that says nothing leaves what the code says itself.
                    *character = glyph::character(name).or(*character);
                }
                code = code.saturating_add(1);
            }
            _ => {}
        }
    }
    characters
}

/// The charset of one of the maps that every reader knows (section 9.7.5.2).
fn of_predefined(name: &[u8]) -> Option<&'static Encoding> {
    let name = std::str::from_utf8(name).ok()?;
    let contains = |part: &str| name.contains(part);
    if contains("UCS2") || contains("UTF16") {
        Some(UTF_16BE)
    } else if contains("RKSJ") {
        Some(SHIFT_JIS)
    } else if name.starts_with("GB") {
        Some(GBK)
    } else if name.starts_with("B5") || name.starts_with("ET") || name.starts_with("HK") {
        Some(BIG5)
    } else if name.starts_with("KSC") {
        Some(EUC_KR)
    } else if name.starts_with("EUC") {
        Some(EUC_JP)
    } else {
        None
    }
}

#[cfg(test)]
mod tests;
