//! Messages with other header fields and the same body, octet for octet.

use super::{
    compose::address,
    header::{field_ranges, one_line, raw_fields},
    outline::Mailbox,
};

/// How an ordinary mail to staff differs from the stored message.
pub struct StaffCopy<'a> {
    /// `"<name> via <portal>" <mail.from>`.
    pub from: &'a Mailbox,
    /// The author.
    pub reply_to: &'a Mailbox,
    /// With the marker, strong findings masked.
    pub subject: &'a str,
    /// Further fields: name and value.
    pub extra: &'a [(&'static str, String)],
}

/// The stored message as the ordinary mail that goes to staff: From, Reply-To and Subject are ours, Bcc and signatures
/// that no longer fit are gone, everything else stays.
///
/// # Errors
/// None in practice: it writes into memory.
pub fn staff_copy(raw: &[u8], changes: &StaffCopy<'_>) -> std::io::Result<Vec<u8>> {
    let mut head = mail_builder::MessageBuilder::new()
        .from(address(changes.from))
        .reply_to(address(changes.reply_to))
        .subject(one_line(changes.subject));
    for (name, value) in changes.extra {
        head = head.header(*name, mail_builder::headers::raw::Raw::new(value.as_str()));
    }
    let mut out = written_fields(head, &["from", "reply-to", "subject"], changes.extra)?;
    let dropped = ["from", "reply-to", "subject", "bcc", "dkim-signature", "received", "return-path"];
    out.extend(without_fields(raw, &dropped));
    Ok(out)
}

/// The fields of `head` that were asked for; the builder adds Date and Message-ID of its own.
pub(super) fn written_fields(
    head: mail_builder::MessageBuilder<'_>,
    wanted: &[&str],
    extra: &[(&'static str, String)],
) -> std::io::Result<Vec<u8>> {
    let written = head.text_body("").write_to_vec()?;
    let mut out = Vec::new();
    for range in field_ranges(&written) {
        let field = &written[range];
        let is_wanted = raw_fields(field).next().is_some_and(|(name, _)| {
            wanted.iter().any(|w| name.eq_ignore_ascii_case(w))
                || extra.iter().any(|(e, _)| name.eq_ignore_ascii_case(e))
        });
        if is_wanted {
            out.extend_from_slice(field);
        }
    }
    Ok(out)
}

/// A message without some fields; `names` in lower case.
fn without_fields(raw: &[u8], names: &[&str]) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len());
    let mut end = 0;
    for range in field_ranges(raw) {
        end = range.end;
        let field = &raw[range];
        let dropped =
            raw_fields(field).next().is_some_and(|(name, _)| names.iter().any(|n| name.eq_ignore_ascii_case(n)));
        if !dropped {
            out.extend_from_slice(field);
        }
    }
    out.extend_from_slice(&raw[end..]);
    out
}

/// Takes the Bcc fields out of a message that comes piece by piece, so that it need not lie in memory.
#[derive(Default)]
pub struct WithoutBcc {
    line: Line,
    /// The beginning of a line that could become a Bcc field.
    held: Vec<u8>,
    dropped: u64,
}

/// Where the last piece ended.
#[derive(Clone, Copy, Default)]
enum Line {
    /// In front of a line; the field before it stays.
    #[default]
    After,
    /// In front of a line; the field before it was dropped.
    AfterDropped,
    /// In a name that could be Bcc.
    Undecided,
    Kept,
    Dropped,
    /// Behind the header.
    Body,
}

/// A name of more octets is dropped undecided: only Bcc with blanks behind it comes so far.
const LONGEST_NAME: usize = 1024;

impl WithoutBcc {
    /// What stays of a piece, and of what was held back.
    pub fn push(&mut self, mut piece: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(piece.len() + self.held.len());
        while let Some(&first) = piece.first() {
            match self.line {
                Line::After | Line::AfterDropped => {
                    self.line = match (first, self.line) {
                        (b'\r' | b'\n', _) => Line::Body,
                        (b' ' | b'\t', Line::AfterDropped) => Line::Dropped,
                        (b' ' | b'\t', _) => Line::Kept,
                        _ => Line::Undecided,
                    };
                }
                Line::Undecided => {
                    self.held.push(first);
                    piece = &piece[1..];
                    self.decide(&mut out);
                }
                Line::Kept | Line::Dropped => {
                    let (rest, after) = match memchr::memchr(b'\n', piece) {
                        Some(end) => (&piece[..=end], true),
                        None => (piece, false),
                    };
                    piece = &piece[rest.len()..];
                    let is_kept = matches!(self.line, Line::Kept);
                    if is_kept {
                        out.extend_from_slice(rest);
                    } else {
                        self.dropped += rest.len() as u64;
                    }
                    if after {
                        self.line = if is_kept { Line::After } else { Line::AfterDropped };
                    }
                }
                Line::Body => {
                    out.extend_from_slice(piece);
                    break;
                }
            }
        }
        out
    }

    /// Looks whether what is held back is a Bcc field, or can become one.
    fn decide(&mut self, out: &mut Vec<u8>) {
        let (last, name) = self.held.split_last().map_or((b':', &[][..]), |(last, name)| (*last, name));
        let is_bcc = |name: &[u8]| name.trim_ascii_end().eq_ignore_ascii_case(b"bcc");
        let may_become = |begin: &[u8]| {
            let known = begin.len().min(3);
            begin[..known].eq_ignore_ascii_case(&b"bcc"[..known])
                && begin[known..].iter().all(|byte| byte.is_ascii_whitespace() && *byte != b'\n')
        };
        if (last == b':' && is_bcc(name)) || self.held.len() > LONGEST_NAME {
            self.dropped += self.held.len() as u64;
            self.held.clear();
            self.line = Line::Dropped;
        } else if !may_become(&self.held) {
            out.append(&mut self.held);
            self.line = if last == b'\n' { Line::After } else { Line::Kept };
        }
    }

    /// What was held back, at the end of the message.
    pub fn finish(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.held)
    }

    /// Octets that were taken out, once all that could be is: behind the header nothing changes any more.
    pub fn dropped(&self) -> Option<u64> {
        matches!(self.line, Line::Body).then_some(self.dropped)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn without_bcc(raw: &[u8], piece: usize) -> (String, Option<u64>) {
        let mut filter = WithoutBcc::default();
        let mut out: Vec<u8> = raw.chunks(piece).flat_map(|piece| filter.push(piece)).collect();
        out.extend(filter.finish());
        (String::from_utf8(out).unwrap(), filter.dropped())
    }

    #[test]
    fn bcc_fields_are_taken_out_wherever_the_pieces_end() {
        let raw =
            b"Bcc: a@b.org,\r\n c@b.org\r\nBcd: 1\r\n Bcc: 2\r\nbCC \t: d@b.org\r\nBc\r\nTo: x\r\n\r\nBcc: 3\r\n\r\n";
        let wanted = "Bcd: 1\r\n Bcc: 2\r\nBc\r\nTo: x\r\n\r\nBcc: 3\r\n\r\n";
        for piece in 1..raw.len() {
            assert_eq!(
                without_bcc(raw, piece),
                (wanted.to_owned(), Some((raw.len() - wanted.len()) as u64)),
                "{piece}"
            );
        }
        for whole in ["", "Bcc", "To: x", "\r\nBcc: x\r\n", " Bcc: x\r\n", "Bccc: x\r\n"] {
            assert_eq!(without_bcc(whole.as_bytes(), 2).0, whole);
        }
        assert_eq!(without_bcc(format!("Bcc{}: x\r\nTo: y", " ".repeat(5_000)).as_bytes(), 7).0, "To: y");
    }
}
