//! Latin charsets (ISO 32000-1 annex D): of fonts, and of the strings that people read.

use encoding_rs::{Encoding, MACINTOSH, UTF_8, WINDOWS_1252};

/// What differs from ASCII and Windows-1252 in the encoding of fonts that name none, from 0xA0 on; `\0` is nothing.
const STANDARD: &str = "\0¡¢£⁄¥ƒ§¤'“«‹›ﬁﬂ\0–†‡·\0¶•‚„”»…‰\0¿\0`´ˆ˜¯˘˙¨\0˚¸\0˝˛ˇ\
    —\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0Æ\0ª\0\0\0\0ŁØŒº\0\0\0\0\0æ\0\0\0ı\0\0łøœß";
/// What differs from Latin-1 in the encoding of strings, from 0x18 and from 0x80 on.
const LOW: &str = "˘ˇˆ˙˝˛˚˜";
const HIGH: &str = "•†‡…—–ƒ⁄‹›−‰„“”‘’‚™ﬁﬂŁŒŠŸŽıłœšž\0€";

pub(super) fn of_windows() -> Vec<Option<char>> {
    of(WINDOWS_1252)
}

pub(super) fn of_macintosh() -> Vec<Option<char>> {
    of(MACINTOSH)
}

/// Of fonts that name no encoding. What it leaves open is that of Windows, as some programs mean it.
pub(super) fn standard() -> Vec<Option<char>> {
    let mut characters = of_windows();
    let differs = [(0x27, '\u{2019}'), (0x60, '\u{2018}')].into_iter().chain((0xA0..).zip(STANDARD.chars()));
    for (code, character) in differs.filter(|(_, character)| *character != '\0') {
        characters[code] = Some(character);
    }
    characters
}

fn of(encoding: &'static Encoding) -> Vec<Option<char>> {
    (0..=u8::MAX).map(|octet| encoding.decode_without_bom_handling(&[octet]).0.chars().next()).collect()
}

/// A text string (section 7.9.2.2): a byte order mark tells what it is, else it is in an encoding of its own.
pub(in super::super) fn string(octets: &[u8]) -> String {
    let other = |octet: u8| match octet {
        0x18..=0x1F => LOW.chars().nth(usize::from(octet - 0x18)),
        0x80..=0xA0 => HIGH.chars().nth(usize::from(octet - 0x80)),
        _ => None,
    };
    match Encoding::for_bom(octets) {
        Some(_) => UTF_8.decode(octets).0.into_owned(),
        None => octets.iter().map(|&octet| other(octet).unwrap_or(char::from(octet))).collect(),
    }
}

/// The same as programs mean it that take it for text of Windows, where that is another one.
pub(in super::super) fn string_of_windows(octets: &[u8]) -> Option<String> {
    let differs = Encoding::for_bom(octets).is_none() && octets.iter().any(|octet| matches!(octet, 0x80..=0x9F));
    differs.then(|| WINDOWS_1252.decode_without_bom_handling(octets).0.into_owned())
}
