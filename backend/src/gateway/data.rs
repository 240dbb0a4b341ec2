//! The mail between DATA and its end (RFC 5321 section 4.1.1.4). Only CRLF "." CRLF ends it; a bare CR, a bare LF or a
//! NUL never does, and such mail is refused once its true end is found, so that no server behind this one can read a
//! second mail into it.

use bytes::BytesMut;

/// What a piece of input meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// More is to come.
    Reading,
    /// The mail ended after this many octets of the piece.
    Ended(usize),
}

/// How a mail turned out.
#[derive(Debug, PartialEq, Eq)]
pub enum Received {
    /// All lines end with CRLF.
    Whole(BytesMut),
    /// A bare CR, a bare LF, or a NUL.
    Malformed,
    /// Over the limit; what was over was not kept.
    TooLarge,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    LineStart,
    Dot,
    DotCr,
    InLine,
    Cr,
}

/// Reads a mail from pieces of any length.
///
/// ```
/// use octothorpe::gateway::data::{DataReader, Progress, Received};
/// let mut reader = DataReader::new(1000);
/// assert_eq!(reader.push(b"Hi\r\n..\r\n.\r"), Progress::Reading);
/// assert_eq!(reader.push(b"\nQUIT\r\n"), Progress::Ended(1));
/// assert!(matches!(reader.finish(), Received::Whole(mail) if mail[..] == *b"Hi\r\n.\r\n"));
/// ```
pub struct DataReader {
    state: State,
    mail: BytesMut,
    limit: u64,
    received: u64,
    malformed: bool,
}

impl DataReader {
    /// Keeps at most `limit` octets.
    pub fn new(limit: u64) -> Self {
        Self { state: State::LineStart, mail: BytesMut::new(), limit, received: 0, malformed: false }
    }

    /// Takes a piece.
    pub fn push(&mut self, piece: &[u8]) -> Progress {
        let mut at = 0;
        while at < piece.len() {
            if self.state == State::InLine {
                // The rest of a line is copied at once.
                let special = memchr::memchr3(b'\r', b'\n', 0, &piece[at..]).map_or(piece.len(), |offset| at + offset);
                self.keep(&piece[at..special]);
                at = special;
                if at == piece.len() {
                    break;
                }
            }
            let byte = piece[at];
            at += 1;
            if self.step(byte) {
                return Progress::Ended(at);
            }
        }
        Progress::Reading
    }

    /// One octet; `true` at the end of the mail.
    fn step(&mut self, byte: u8) -> bool {
        self.malformed |= byte == 0;
        self.state = match (self.state, byte) {
            (State::LineStart, b'.') => State::Dot,
            (State::Dot, b'\r') => State::DotCr,
            (State::DotCr, b'\n') => return true,
            (State::DotCr, _) => {
                // "." CR and no LF: a bare CR. The dot was not transparency.
                self.malformed = true;
                self.keep(b"\r");
                return self.replay(byte);
            }
            (State::Cr, b'\n') => {
                self.keep(b"\r\n");
                State::LineStart
            }
            (State::Cr, _) => {
                self.malformed = true;
                self.keep(b"\r");
                return self.replay(byte);
            }
            (_, b'\r') => State::Cr,
            (_, b'\n') => {
                self.malformed = true;
                self.keep(b"\n");
                State::InLine
            }
            (_, _) => {
                // Behind a dot at the start of a line the dot is dropped (RFC 5321 section 4.5.2).
                self.keep(&[byte]);
                State::InLine
            }
        };
        false
    }

    fn replay(&mut self, byte: u8) -> bool {
        self.state = State::InLine;
        self.step(byte)
    }

    fn keep(&mut self, bytes: &[u8]) {
        self.received += bytes.len() as u64;
        if self.received > self.limit {
            self.mail = BytesMut::new();
        } else if !self.malformed {
            self.mail.extend_from_slice(bytes);
        }
    }

    /// A reader that goes on where `other` stands.
    #[must_use]
    pub fn in_state_of(mut self, other: &Self) -> Self {
        self.state = other.state;
        self
    }

    /// Octets held.
    pub fn held(&self) -> usize {
        self.mail.len()
    }

    /// How it turned out.
    pub fn finish(self) -> Received {
        if self.received > self.limit {
            Received::TooLarge
        } else if self.malformed {
            Received::Malformed
        } else {
            Received::Whole(self.mail)
        }
    }
}

#[cfg(test)]
mod tests;
