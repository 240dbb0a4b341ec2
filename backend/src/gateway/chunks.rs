//! A mail that comes in chunks of announced size (BDAT, RFC 3030). There is no end mark to forge, but the mail goes on
//! to servers that know one: a bare CR, a bare LF or a NUL is refused as it is after DATA.

use bytes::BytesMut;

use super::data::Received;

/// The chunks of one mail so far.
#[derive(Default)]
pub struct Chunks {
    mail: BytesMut,
    /// Some chunk was not kept, and so the mail is lost.
    is_over: bool,
}

impl Chunks {
    /// Keeps a piece of a chunk, within `limit` octets in all.
    pub fn push(&mut self, piece: &[u8], limit: u64) {
        if self.is_over || (self.mail.len() + piece.len()) as u64 > limit {
            self.is_over = true;
            self.mail = BytesMut::new();
        } else {
            self.mail.extend_from_slice(piece);
        }
    }

    /// Octets held.
    pub fn held(&self) -> usize {
        self.mail.len()
    }

    /// The mail, after its last chunk. It ends with a line end, as it would after DATA.
    pub fn finish(mut self) -> Received {
        if self.is_over {
            return Received::TooLarge;
        }
        if !self.mail.is_empty() && !self.mail.ends_with(b"\r\n") {
            self.mail.extend_from_slice(b"\r\n");
        }
        if is_well_formed(&self.mail) { Received::Whole(self.mail) } else { Received::Malformed }
    }
}

/// Whether every CR stands before an LF and every LF after a CR, and there is no NUL.
fn is_well_formed(mail: &[u8]) -> bool {
    memchr::memchr3_iter(b'\r', b'\n', 0, mail).all(|at| match mail[at] {
        b'\r' => mail.get(at + 1) == Some(&b'\n'),
        b'\n' => at > 0 && mail[at - 1] == b'\r',
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(pieces: &[&[u8]]) -> Received {
        let mut chunks = Chunks::default();
        for piece in pieces {
            chunks.push(piece, 100);
        }
        chunks.finish()
    }

    #[test]
    fn chunks_are_joined_and_dots_are_kept() {
        assert!(matches!(whole(&[b"a\r", b"\n.\r\n..b"]), Received::Whole(mail) if mail[..] == *b"a\r\n.\r\n..b\r\n"));
    }

    #[test]
    fn what_another_server_could_take_for_an_end_is_refused() {
        for mail in [&b"a\n.\r\n"[..], b"a\r.\r\n", b"\na\r\n", b"a\0\r\n"] {
            assert_eq!(whole(&[mail]), Received::Malformed, "{mail:?}");
        }
    }

    #[test]
    fn what_is_over_the_limit_is_not_kept() {
        assert_eq!(whole(&[&[b'a'; 60], &[b'a'; 60], b"b"]), Received::TooLarge);
    }
}
