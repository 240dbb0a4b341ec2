//! Where mail goes: a mail server, or the demo's mailbox.

use async_trait::async_trait;
use bytes::Bytes;
use thiserror::Error;

use crate::intake::{
    envelope::{Envelope, Recipient},
    outcome::HopReply,
};

/// A mail as it is handed on: what came or was written, and a field in front. Apart, since the mail lies in memory once.
#[derive(Clone, Debug)]
pub struct Passing {
    /// The field, with its line end; empty if there is none.
    pub trace: String,
    /// The mail.
    pub mail: Bytes,
}

impl Passing {
    /// How many octets both are.
    pub fn len(&self) -> usize {
        self.trace.len() + self.mail.len()
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether both are ASCII.
    pub fn is_ascii(&self) -> bool {
        self.trace.is_ascii() && self.mail.is_ascii()
    }

    /// Whether the header is ASCII.
    pub fn has_ascii_header(&self) -> bool {
        let end = memchr::memmem::find(&self.mail, b"\r\n\r\n").unwrap_or(self.mail.len());
        self.trace.is_ascii() && self.mail[..end].is_ascii()
    }

    /// Both in one piece.
    pub fn joined(&self) -> Vec<u8> {
        [self.trace.as_bytes(), &self.mail].concat()
    }
}

impl From<Bytes> for Passing {
    fn from(mail: Bytes) -> Self {
        Self { trace: String::new(), mail }
    }
}

/// How to treat recipients that the next hop refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Nothing is sent unless all are taken.
    WholeOrNothing,
    /// Those that are taken get it.
    Each,
}

/// The answer to recipients who are too many for one mail (RFC 5321 section 4.5.3.1.10): the rest may come in another.
pub const TOO_MANY: u16 = 452;

/// What became of one recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecipientOutcome {
    /// Who.
    pub recipient: Recipient,
    /// What the next hop said of it, or of the mail if it was sent.
    pub reply: HopReply,
}

/// What became of a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Handed {
    /// All recipients were taken, and this was the answer to the mail.
    All(HopReply),
    /// None was taken: a 4xx if any was, else a 5xx.
    None(HopReply),
    /// Some were taken; in mode [`Mode::WholeOrNothing`] nothing was sent.
    Mixed(Vec<RecipientOutcome>),
}

impl Handed {
    /// What was said of a mail to one recipient.
    pub fn of_one(self) -> Option<HopReply> {
        match self {
            Self::All(reply) | Self::None(reply) => Some(reply),
            Self::Mixed(outcomes) => outcomes.into_iter().next().map(|outcome| outcome.reply),
        }
    }
}

/// Why nothing is known of a mail's fate, or it was not sent.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum HopError {
    /// No connection.
    #[error("the next hop cannot be reached")]
    Unreachable,
    /// The server is there, and takes no more connections now.
    #[error("the next hop takes no more connections now")]
    Busy,
    /// The server says within a mail, and of no recipient in particular, that it serves nobody (RFC 7504), or not without
    /// another login (RFC 4954): not sent.
    #[error("the next hop says that it serves nobody")]
    ServesNobody,
    /// The line broke within the mail, before its end: not sent.
    #[error("the line broke within the mail")]
    BrokenWithin,
    /// It broke after the end of the mail: sent or not, nobody knows (RFC 1047).
    #[error("the line broke after the final dot")]
    BrokenAfterEnd,
    /// TLS was required, and was not to be had.
    #[error("the next hop offers no verified TLS")]
    NoTls,
    /// The login failed.
    #[error("the next hop refused the login")]
    LoginRefused,
}

impl HopError {
    /// Whether no mail would have fared better, since none was spoken of yet.
    pub const fn is_for_all(&self) -> bool {
        matches!(self, Self::Unreachable | Self::Busy | Self::NoTls | Self::LoginRefused)
    }

    /// A code for the log and the job.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreachable => "next-hop-unreachable",
            Self::Busy => "next-hop-busy",
            Self::ServesNobody => "next-hop-serves-nobody",
            Self::BrokenWithin => "broken-within-mail",
            Self::BrokenAfterEnd => "broken-after-end",
            Self::NoTls => "no-tls",
            Self::LoginRefused => "login-refused",
        }
    }
}

/// Takes what leaves.
#[async_trait]
pub trait NextHop: Send + Sync {
    /// Hands a mail on.
    async fn send(&self, envelope: &Envelope, mail: Passing, mode: Mode) -> Result<Handed, HopError>;

    /// Whether it announced, when last greeted, that it reports on mail for itself (RFC 3461): parameters are passed on
    /// to it then, and no report is made here of what it took.
    fn announces_dsn(&self) -> bool {
        false
    }
}
