//! Transfer encodings (RFC 2045 section 6), undone piece by piece and as leniently as mail programs do.

use std::borrow::Cow;

use super::outline::TransferEncoding;

/// Undoes a transfer encoding over pieces of any length.
///
/// ```
/// use octothorpe::message::{decode::Decoder, outline::TransferEncoding};
/// let mut decoder = Decoder::new(TransferEncoding::Base64);
/// let mut out = decoder.push(b"aGV");
/// out.extend(decoder.push(b"sbG8="));
/// out.extend(decoder.finish());
/// assert_eq!(out, b"hello");
/// ```
pub struct Decoder {
    encoding: TransferEncoding,
    bits: u32,
    sextets: u8,
    /// Quoted-printable held back: an unfinished escape, or blanks that may end the line.
    held: Vec<u8>,
}

impl Decoder {
    /// For a part encoded so.
    pub fn new(encoding: TransferEncoding) -> Self {
        Self { encoding, bits: 0, sextets: 0, held: Vec::new() }
    }

    /// Takes a piece, gives what is decoded so far.
    pub fn push(&mut self, piece: &[u8]) -> Vec<u8> {
        match self.encoding {
            TransferEncoding::Identity | TransferEncoding::Unknown => piece.to_vec(),
            TransferEncoding::Base64 => self.base64(piece),
            TransferEncoding::QuotedPrintable => self.quoted_printable(piece),
        }
    }

    /// What is left at the end.
    pub fn finish(&mut self) -> Vec<u8> {
        match self.encoding {
            TransferEncoding::Base64 => {
                let bits = std::mem::take(&mut self.bits);
                match std::mem::take(&mut self.sextets) {
                    2 => vec![low_octet(bits >> 4)],
                    3 => vec![low_octet(bits >> 10), low_octet(bits >> 2)],
                    _ => Vec::new(),
                }
            }
            _ => {
                let held = std::mem::take(&mut self.held);
                // Blanks at the end of a line are added by the way (RFC 2045 rule 3).
                if held.first() == Some(&b'=') { held } else { Vec::new() }
            }
        }
    }

    fn base64(&mut self, piece: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(piece.len() / 4 * 3 + 3);
        for &byte in piece {
            let Some(value) = sextet(byte) else {
                if byte == b'=' {
                    // Padding ends a quantum; some programs join several encoded pieces.
                    out.extend(self.finish());
                }
                continue;
            };
            self.bits = (self.bits << 6) | u32::from(value);
            self.sextets += 1;
            if self.sextets == 4 {
                out.extend_from_slice(&self.bits.to_be_bytes()[1..]);
                self.bits = 0;
                self.sextets = 0;
            }
        }
        out
    }

    fn quoted_printable(&mut self, piece: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(piece.len());
        for &byte in piece {
            self.quoted_printable_octet(byte, &mut out);
        }
        out
    }

    fn quoted_printable_octet(&mut self, byte: u8, out: &mut Vec<u8>) {
        match (self.held.first().copied(), byte) {
            (Some(b'='), b'\n') => self.held.clear(),
            // "=", blanks, line end: a soft break.
            (Some(b'='), b' ' | b'\t' | b'\r') if !self.held.get(1).is_some_and(u8::is_ascii_hexdigit) => {
                self.held.push(byte);
            }
            (Some(b'='), _) if self.held.len() == 1 && byte.is_ascii_hexdigit() => self.held.push(byte),
            (Some(b'='), _) if self.held.len() == 2 && self.held[1].is_ascii_hexdigit() && byte.is_ascii_hexdigit() => {
                out.push(hex(self.held[1]) << 4 | hex(byte));
                self.held.clear();
            }
            (Some(b'='), _) => {
                // No escape: it stands for itself.
                out.append(&mut self.held);
                self.quoted_printable_octet(byte, out);
            }
            (_, b' ' | b'\t' | b'\r') => self.held.push(byte),
            (_, b'\n') => {
                let had_cr = self.held.last() == Some(&b'\r');
                self.held.clear();
                out.extend_from_slice(if had_cr { b"\r\n" } else { b"\n" });
            }
            (held, _) => {
                if held.is_some() {
                    out.append(&mut self.held);
                }
                if byte == b'=' { self.held.push(byte) } else { out.push(byte) }
            }
        }
    }
}

/// A whole part decoded.
pub fn decode(encoding: TransferEncoding, body: &[u8]) -> Vec<u8> {
    decoded(encoding, body).into_owned()
}

/// The same without a copy of what stands there as it is read.
pub fn decoded(encoding: TransferEncoding, body: &[u8]) -> Cow<'_, [u8]> {
    if matches!(encoding, TransferEncoding::Identity | TransferEncoding::Unknown) {
        return Cow::Borrowed(body);
    }
    let mut decoder = Decoder::new(encoding);
    let mut out = decoder.push(body);
    out.extend(decoder.finish());
    Cow::Owned(out)
}

/// Whether a part in base64 holds what is no base64: line noise, or text that a list or a filter added. Programs differ
/// in what they make of it.
pub fn is_noisy(encoding: TransferEncoding, body: &[u8]) -> bool {
    encoding == TransferEncoding::Base64
        && body.iter().any(|&octet| sextet(octet).is_none() && octet != b'=' && !octet.is_ascii_whitespace())
}

/// How many octets a part has once decoded, without keeping them.
pub(super) fn decoded_size(encoding: TransferEncoding, body: &[u8]) -> u64 {
    match encoding {
        TransferEncoding::Identity | TransferEncoding::Unknown => body.len() as u64,
        TransferEncoding::Base64 | TransferEncoding::QuotedPrintable => {
            let mut decoder = Decoder::new(encoding);
            let decoded: usize = body.chunks(16 * 1024).map(|piece| decoder.push(piece).len()).sum();
            (decoded + decoder.finish().len()) as u64
        }
    }
}

const fn sextet(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        // Anything else is line noise, which mail programs skip (RFC 2045 section 6.8).
        _ => None,
    }
}

const fn hex(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        b'a'..=b'f' => digit - b'a' + 10,
        _ => digit - b'A' + 10,
    }
}

const fn low_octet(bits: u32) -> u8 {
    bits.to_le_bytes()[0]
}
