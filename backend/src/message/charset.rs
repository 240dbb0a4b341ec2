//! Octets of a text part as text.

mod utf7;

use std::borrow::Cow;

use encoding_rs::{
    BIG5, EUC_KR, Encoding, GBK, ISO_2022_JP, MACINTOSH, REPLACEMENT, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE,
    WINDOWS_874, WINDOWS_1252,
};
use mail_parser::decoders::charsets::map::charset_decoder;

/// Octets at the beginning of a page that may declare its charset: browsers look no further.
const HEAD: usize = 1_024;

/// How octets become text.
#[derive(Clone, Copy)]
enum Charset {
    Known(&'static Encoding),
    /// Known to the mail parser alone: old code pages of one octet a character.
    Old(fn(&[u8]) -> String),
    /// UTF-7 (RFC 2152): digits may hide in letters.
    Utf7,
    Unknown,
}

impl Charset {
    fn of(label: &str) -> Self {
        let label = label.trim().to_ascii_lowercase();
        if matches!(label.as_str(), "utf-7" | "utf7" | "unicode-1-1-utf-7" | "csunicode11utf7" | "x-unicode-2-0-utf-7")
        {
            return Self::Utf7;
        }
        let known = Encoding::for_label(label.as_bytes()).or_else(|| alias(&label));
        // What the standard maps to "replacement" (ISO-2022-KR, HZ) is shown by mail programs all the same.
        if let Some(known) = known.filter(|&known| known != REPLACEMENT) {
            return Self::Known(known);
        }
        charset_decoder(label.as_bytes()).filter(|_| known.is_none()).map_or(Self::Unknown, Self::Old)
    }

    fn read(self, octets: &[u8]) -> Cow<'_, str> {
        match self {
            Self::Known(encoding) => encoding.decode(octets).0,
            Self::Old(decoder) => Cow::Owned(decoder(octets)),
            Self::Utf7 => Cow::Owned(utf7::text(octets)),
            Self::Unknown => WINDOWS_1252.decode(octets).0,
        }
    }
}

/// Names that programs write and the standard's list of labels lacks.
fn alias(label: &str) -> Option<&'static Encoding> {
    match label {
        "cp932" | "ms-kanji" => Some(SHIFT_JIS),
        "cp936" | "ms936" => Some(GBK),
        "cp949" | "ms949" | "uhc" => Some(EUC_KR),
        "cp950" | "ms950" => Some(BIG5),
        "cp874" => Some(WINDOWS_874),
        "cp50220" | "cp50221" | "cp50222" => Some(ISO_2022_JP),
        "utf16" => Some(UTF_16LE),
        _ if label.starts_with("iso-2022-jp") => Some(ISO_2022_JP),
        _ => written_otherwise(label),
    }
}

/// Names that are known, but for their dashes and what stands around them (`utf_8`, `utf8mb4`, `en_US.UTF-8`, `latin-1`,
/// `win-1252`).
fn written_otherwise(label: &str) -> Option<&'static Encoding> {
    let bare: String = label.chars().filter(char::is_ascii_alphanumeric).collect();
    let page = ["windows", "win", "cp"].iter().find_map(|kind| bare.strip_prefix(kind)?.parse().ok());
    match page {
        Some(number @ 1250..=1258) => Some(of_code_page(number)),
        _ if bare == "ansi" => Some(WINDOWS_1252),
        _ if bare.starts_with("utf8") || bare.ends_with("utf8") => Some(UTF_8),
        _ => Encoding::for_label(bare.as_bytes()),
    }
}

/// What Windows means by the number of a code page.
pub fn of_code_page(number: u32) -> &'static Encoding {
    match number {
        932 => SHIFT_JIS,
        936 => GBK,
        949 | 1361 => EUC_KR,
        950 => BIG5,
        874 => WINDOWS_874,
        1200 => UTF_16LE,
        1201 => UTF_16BE,
        10_000 => MACINTOSH,
        20_866 => encoding_rs::KOI8_R,
        21_866 => encoding_rs::KOI8_U,
        50_220..=50_222 => ISO_2022_JP,
        51_932 => encoding_rs::EUC_JP,
        54_936 => encoding_rs::GB18030,
        65_001 => UTF_8,
        1250..=1258 => Encoding::for_label(format!("windows-{number}").as_bytes()).unwrap_or(WINDOWS_1252),
        28_592..=28_606 => {
            Encoding::for_label(format!("iso-8859-{}", number - 28_590).as_bytes()).unwrap_or(WINDOWS_1252)
        }
        _ => WINDOWS_1252,
    }
}

/// The charset that a page or an XML document declares for itself, where programs look for it: at the beginning.
fn declared(octets: &[u8]) -> Option<Charset> {
    let head = String::from_utf8_lossy(&octets[..octets.len().min(HEAD)]).to_ascii_lowercase();
    ["charset", "encoding"].iter().find_map(|word| {
        head.match_indices(word).find_map(|(at, _)| {
            let value = head[at + word.len()..].trim_start().strip_prefix('=')?;
            let value = value.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '"' || c == '\'');
            let end = value.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_' | ':' | '.'));
            let charset = Charset::of(&value[..end.unwrap_or(value.len())]);
            (!matches!(charset, Charset::Unknown)).then_some(charset)
        })
    })
}

/// Shows octets to `visit` in the charset that they declare themselves, if the mail says nothing of it.
pub fn each_declared<T>(octets: &[u8], charset: Option<&str>, visit: &mut dyn FnMut(&str) -> Option<T>) -> Option<T> {
    let declared = charset.is_none_or(is_doubtful).then(|| declared(octets)).flatten()?;
    let has_been_read = match declared {
        Charset::Known(encoding) if encoding.is_ascii_compatible() => {
            octets.is_ascii() || encoding == UTF_8 && std::str::from_utf8(octets).is_ok()
        }
        _ => false,
    };
    if has_been_read { None } else { visit(&declared.read(octets)) }
}

/// Whether octets beyond plain ASCII are labelled with a charset that nobody knows.
pub fn is_unknown(octets: &[u8], charset: Option<&str>) -> bool {
    let is_plain = || octets.iter().all(|&octet| matches!(octet, b'\t' | b'\n' | b'\x0C' | b'\r' | b' '..=b'~'));
    charset.is_some_and(|label| matches!(Charset::of(label), Charset::Unknown))
        && (!is_plain() || memchr::memmem::find(octets, b"~{").is_some())
}

/// Shows octets to `visit` in every way in which a mail program might show them, one at a time, until it answers
/// something: as labelled; as UTF-8, where the label is missing or one that programs set without looking; as 16-bit
/// characters, where the octets look so or the order of their halves is not said.
pub fn each<T>(octets: &[u8], charset: Option<&str>, visit: &mut dyn FnMut(&str) -> Option<T>) -> Option<T> {
    let labelled = charset.map_or(Charset::Known(WINDOWS_1252), Charset::of);
    if let Some(answer) = visit(&labelled.read(octets)) {
        return Some(answer);
    }
    let doubtful = charset.is_none_or(is_doubtful) && !octets.is_ascii();
    if let Some(utf8) = doubtful.then(|| std::str::from_utf8(octets).ok()).flatten()
        && let Some(answer) = visit(utf8)
    {
        return Some(answer);
    }
    if let Some(answer) = of_32_bits(octets).and_then(|text| visit(&text)) {
        return Some(answer);
    }
    // A byte order mark has been heeded already; without one 16-bit text shows by its zeros, but for such as has none.
    let is_wide = charset.is_some_and(|label| label.contains("utf-16") || label.contains("utf16"));
    if !is_wide && memchr::memchr(0, octets).is_none() {
        return None;
    }
    [UTF_16LE, UTF_16BE].iter().find_map(|wide| visit(&wide.decode_without_bom_handling(octets).0))
}

/// Characters of 32 bits, if a byte order mark tells of them.
fn of_32_bits(octets: &[u8]) -> Option<String> {
    let read = match octets {
        [0xFF, 0xFE, 0, 0, ..] => u32::from_le_bytes,
        [0, 0, 0xFE, 0xFF, ..] => u32::from_be_bytes,
        _ => return None,
    };
    let (characters, _) = octets[4..].as_chunks();
    let character = |octets: &[u8; 4]| char::from_u32(read(*octets)).unwrap_or(char::REPLACEMENT_CHARACTER);
    Some(characters.iter().map(character).collect())
}

/// Reads octets as a mail program most likely shows them.
pub fn text(octets: &[u8], charset: Option<&str>) -> String {
    if charset.is_none_or(is_doubtful)
        && let Ok(utf8) = std::str::from_utf8(octets)
    {
        return utf8.to_owned();
    }
    match charset.map_or(Charset::Known(WINDOWS_1252), Charset::of) {
        Charset::Unknown => UTF_8.decode(octets).0.into_owned(),
        Charset::Known(encoding) if encoding == UTF_16LE => wide(octets, charset),
        known => known.read(octets).into_owned(),
    }
}

/// 16-bit text that does not say which half comes first is read so that the blanks and letters of ASCII come out.
fn wide(octets: &[u8], charset: Option<&str>) -> String {
    let says_nothing = charset.is_some_and(|label| !label.ends_with("le")) && Encoding::for_bom(octets).is_none();
    let zeros = |start: usize| octets.iter().skip(start).step_by(2).filter(|&&octet| octet == 0).count();
    let encoding = if says_nothing && zeros(0) > zeros(1) { UTF_16BE } else { UTF_16LE };
    encoding.decode(octets).0.into_owned()
}

/// Labels that say little: programs put them on anything.
fn is_doubtful(label: &str) -> bool {
    Encoding::for_label(label.as_bytes()) == Some(WINDOWS_1252)
        && !label.starts_with("windows")
        && !label.starts_with("cp")
}

#[cfg(test)]
mod tests;
