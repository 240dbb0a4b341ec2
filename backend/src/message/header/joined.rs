//! Neighbouring encoded words (RFC 2047) as one. None may hold a part of a character (section 5), but some programs cut
//! them by octets, and those that show them join the octets first.

use std::{borrow::Cow, ops::Range};

use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::message::{decode::decode, outline::TransferEncoding};

/// An encoded word where it stands.
struct Word<'a> {
    range: Range<usize>,
    charset: &'a [u8],
    encoding: u8,
    text: &'a [u8],
}

/// The header block with all neighbouring words of a charset joined.
pub(super) fn joined(block: &[u8]) -> Cow<'_, [u8]> {
    let mut out: Vec<u8> = Vec::new();
    let mut copied = 0;
    let mut words = words(block).peekable();
    while let Some(first) = words.next() {
        let mut octets = first.octets();
        let mut end = first.range.end;
        while let Some(next) = words.next_if(|next| first.is_continued_by(next, &block[end..next.range.start])) {
            octets.extend(next.octets());
            end = next.range.end;
        }
        if end > first.range.end {
            out.extend_from_slice(&block[copied..first.range.start]);
            out.extend_from_slice(&[b"=?", first.charset, b"?B?", STANDARD.encode(octets).as_bytes(), b"?="].concat());
            copied = end;
        }
    }
    if copied == 0 {
        return Cow::Borrowed(block);
    }
    out.extend_from_slice(&block[copied..]);
    Cow::Owned(out)
}

/// All words of a block.
fn words(block: &[u8]) -> impl Iterator<Item = Word<'_>> {
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let start = from + memchr::memmem::find(&block[from..], b"=?")?;
            let word = Word::at(block, start);
            from = word.as_ref().map_or(start + 2, |word| word.range.end);
            if word.is_some() {
                return word;
            }
        }
    })
}

impl<'a> Word<'a> {
    fn at(block: &'a [u8], start: usize) -> Option<Self> {
        let charset = token(block, start + 2)?;
        let encoding = token(block, charset.end + 1)?;
        let text = token(block, encoding.end + 1)?;
        let &[encoding @ (b'b' | b'B' | b'q' | b'Q')] = &block[encoding] else { return None };
        let end = text.end + 2;
        let is_word = !charset.is_empty() && block.get(text.end..end)? == b"?=";
        let (charset, text) = (&block[charset], &block[text]);
        is_word.then(|| Self { range: start..end, charset, encoding: encoding.to_ascii_lowercase(), text })
    }

    fn octets(&self) -> Vec<u8> {
        if self.encoding == b'b' {
            return decode(TransferEncoding::Base64, self.text);
        }
        let spaced: Vec<u8> = self.text.iter().map(|&octet| if octet == b'_' { b' ' } else { octet }).collect();
        // Blanks at its end are its own; without an end of the line they would be dropped.
        let guarded = [spaced.as_slice(), b"=20"].concat();
        let mut octets = decode(TransferEncoding::QuotedPrintable, &guarded);
        octets.pop();
        octets
    }

    /// Whether the next word, behind `between`, is of the same charset. Where that has states (ISO 2022), each word
    /// begins anew.
    fn is_continued_by(&self, next: &Self, between: &[u8]) -> bool {
        let [this, next] = [self.charset, next.charset].map(|charset| {
            let language = charset.iter().position(|&octet| octet == b'*');
            &charset[..language.unwrap_or(charset.len())]
        });
        let has_states = [&b"iso-2022"[..], b"hz", b"utf-7", b"utf7"]
            .iter()
            .any(|kind| this.get(..kind.len()).is_some_and(|head| head.eq_ignore_ascii_case(kind)));
        !has_states && this.eq_ignore_ascii_case(next) && between.trim_ascii().is_empty()
    }
}

/// What stands from a place up to the next question mark, without blanks.
fn token(block: &[u8], start: usize) -> Option<Range<usize>> {
    let length = block.get(start..)?.iter().position(|&octet| octet == b'?' || octet.is_ascii_whitespace())?;
    (block[start + length] == b'?').then_some(start..start + length)
}

#[cfg(test)]
mod tests {
    use super::joined;
    use crate::message::Headers;

    fn subject(value: &str) -> String {
        Headers::read(format!("Subject: {value}\r\n").as_bytes()).subject().to_owned()
    }

    #[test]
    fn characters_that_are_cut_over_words_are_whole() {
        assert_eq!(subject("=?utf-8?B?77w=?= =?utf-8?B?gyBI?="), "\u{FF03} H");
        assert_eq!(subject("=?UTF-8?q?=EF=BC?=\r\n =?utf-8*en?Q?=83_H_?= =?utf-8?b?aQ==?="), "\u{FF03} H i");
        assert_eq!(subject("=?gb2312?B?u9i4?= =?gb2312?B?tA==?="), "回复");
        assert_eq!(subject("a =?utf-8?Q?b?= c =?utf-8?Q?d?="), "a b c d");
        assert_eq!(subject("=?utf-8?Q?a?= =?iso-8859-1?Q?=E9?="), "aé");
    }

    #[test]
    fn what_is_no_word_stays_and_is_read_once() {
        for block in ["=?=?=?=?=?", "=?a?b?c =?a?b?c", "=?a?x?c?= =?a?x?c?=", "=?utf-8?Q?a?=", "=??Q?a?= =??Q?a?="] {
            assert_eq!(joined(block.as_bytes()), block.as_bytes(), "{block}");
            joined(block.repeat(1_000_000 / block.len()).as_bytes());
        }
    }
}
