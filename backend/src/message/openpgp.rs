//! Encrypted messages of `OpenPGP` (RFC 9580), as far as they must be told from what only bears their type.

use shared::rules::first_hit;

use super::{decode::decode, outline::TransferEncoding};

const BEGIN: &str = "-----BEGIN PGP MESSAGE-----";
const END: &str = "-----END PGP MESSAGE-----";
/// Packets with which an encrypted message begins: session keys, a marker, encrypted data (RFC 9580 section 5).
const TAGS: [u8; 6] = [1, 3, 9, 10, 18, 20];
/// The most lines of the part that tells the version.
const MOST_LINES: usize = 4;

/// Whether these octets are an encrypted message, as it is or in armour, and nothing besides.
pub fn is_encrypted(octets: &[u8]) -> bool {
    match std::str::from_utf8(octets) {
        Ok(text) => is_armoured(text.trim()),
        Err(_) => octets.first().is_some_and(|&octet| begins_encrypted(octet)),
    }
}

/// Whether this is the part beside it: a line or two that tell the version, if anything (RFC 3156 section 4).
pub fn is_version(octets: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(octets) else { return false };
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let tells_it = |line: &str| line.get(..8).is_some_and(|head| head.eq_ignore_ascii_case("version:"));
    lines.by_ref().take(MOST_LINES).all(tells_it) && lines.next().is_none() && first_hit(text).is_none()
}

/// Header lines, which people may read, an empty line, and base64.
fn is_armoured(text: &str) -> bool {
    let within = text.strip_prefix(BEGIN).and_then(|text| text.strip_suffix(END));
    let Some(within) = within else { return false };
    let mut lines = within.lines();
    let is_header = |line: &&str| !line.trim().is_empty();
    // The first is what stands on the same line.
    if lines.next().is_none_or(|rest| is_header(&rest)) {
        return false;
    }
    if lines.by_ref().take_while(is_header).any(|line| first_hit(line).is_some()) {
        return false;
    }
    let mut begins = None;
    let is_base64 = |line: &str| {
        begins = begins.or_else(|| decode(TransferEncoding::Base64, line.as_bytes()).first().copied());
        line.trim_end().bytes().all(|octet| octet.is_ascii_alphanumeric() || matches!(octet, b'+' | b'/' | b'='))
    };
    lines.all(is_base64) && begins.is_some_and(begins_encrypted)
}

/// Whether an encrypted message begins with this octet, in the new format of packets or in the old one.
fn begins_encrypted(octet: u8) -> bool {
    let tag = match octet >> 6 {
        0b11 => octet & 0x3F,
        0b10 => octet >> 2 & 0x0F,
        _ => return false,
    };
    TAGS.contains(&tag)
}

#[cfg(test)]
mod tests {
    use super::{is_encrypted, is_version};

    #[test]
    fn only_encrypted_messages_count() {
        let armoured = |header: &str, body: &str| {
            is_encrypted(
                format!("-----BEGIN PGP MESSAGE-----\r\n{header}\r\n{body}\r\n-----END PGP MESSAGE-----\r\n")
                    .as_bytes(),
            )
        };
        assert!(armoured("", "hQEMA1\r\n=abcd"));
        assert!(armoured("Version: GnuPG v2\r\n", "wcBMA1\r\n=abcd"));
        assert!(is_encrypted(b"\x85\x01\x0C\x03\xFF") && is_encrypted(b"\xC1\xC0\x4C\xFF"));
        for (header, body) in
            [("", "Her number is secret"), ("", "owEBqQ"), ("", ""), ("Comment: 123-45-6789\r\n", "hQEMA1")]
        {
            assert!(!armoured(header, body), "{header}{body}");
        }
        assert!(!is_encrypted(b"Her number is 123-45-6789") && !is_encrypted(b"") && !is_encrypted(b"PK\x03\x04\xFF"));
        assert!(!is_encrypted(b"-----BEGIN PGP MESSAGE-----\n\nhQEMA1\n-----END PGP MESSAGE-----\n123-45-6789"));
        assert!(!is_encrypted(b"-----BEGIN PGP MESSAGE-----123-45-6789\n\nhQEMA1\n-----END PGP MESSAGE-----\n"));
    }

    #[test]
    fn the_other_part_tells_the_version_alone() {
        assert!(is_version(b"Version: 1\r\n") && is_version(b""));
        assert!(!is_version(b"Version: 1\r\nHer number is secret"));
        assert!(!is_version(b"Version: 123-45-6789") && !is_version("Version: 1\n".repeat(9).as_bytes()));
    }
}
