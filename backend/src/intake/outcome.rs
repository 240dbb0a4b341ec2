//! What the pipeline takes in and what it answers.

use std::net::IpAddr;

use shared::EmailAddress;

use super::envelope::Envelope;
use crate::message::RawMail;

/// A mail that arrived by SMTP.
pub struct Arrival {
    /// From whom and to whom.
    pub envelope: Envelope,
    /// The mail as received, without a trace field of ours.
    pub mail: RawMail,
    /// Who brought it.
    pub client: Client,
}

/// Who brought a mail.
#[derive(Clone, Debug)]
pub struct Client {
    /// Its address.
    pub ip: IpAddr,
    /// The name it greeted with.
    pub helo: String,
    /// Whether it greeted with EHLO.
    pub extended: bool,
    /// Whether the connection is encrypted.
    pub tls: bool,
    /// Whether it comes from a trusted network.
    pub trusted: bool,
    /// The sender it logged in as.
    pub authenticated: Option<EmailAddress>,
}

/// What a next hop answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HopReply {
    /// The three digits.
    pub code: u16,
    /// The rest, an enhanced status code included, in one line.
    pub text: String,
}

/// Whether a word is an enhanced status code (RFC 3463 section 2).
pub fn is_enhanced(word: &str) -> bool {
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|octet| octet.is_ascii_digit());
    word.split('.').count() == 3 && word.split('.').all(is_number)
}

impl HopReply {
    /// The enhanced status code, and the words behind it. One of another class than the reply's says nothing.
    pub fn enhanced(&self) -> (String, &str) {
        let class = self.code / 100;
        let (first, rest) = self.text.split_once(' ').unwrap_or((&self.text, ""));
        if !is_enhanced(first) {
            (format!("{class}.0.0"), &self.text)
        } else if first.starts_with(&format!("{class}.")) {
            (first.to_owned(), rest)
        } else {
            (format!("{class}.0.0"), rest)
        }
    }

    /// Whether trying again may help.
    pub fn is_temporary(&self) -> bool {
        (400..500).contains(&self.code)
    }

    /// Whether it was a yes.
    pub fn is_yes(&self) -> bool {
        (200..300).contains(&self.code)
    }
}

/// What became of a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Everything is committed: 250.
    Stored {
        /// Names it in the log.
        id: String,
        /// What for.
        cause: Cause,
    },
    /// It was here before: 250 and nothing more.
    Known,
    /// The next hop took it; its answer is passed back.
    Relayed(HopReply),
    /// It was not taken.
    Refused(Refusal),
}

impl Outcome {
    /// Codes for log and metrics: what became of it, and why where there is something to say.
    pub const fn codes(&self) -> (&'static str, &'static str) {
        match self {
            Self::Stored { cause: Cause::Sealed(reason), .. } => ("sealed", reason),
            Self::Stored { cause: Cause::ToRelay, .. } => ("kept", "next-hop-took-some"),
            Self::Stored { cause: Cause::CameBack, .. } => ("came-back", ""),
            Self::Known => ("known", ""),
            Self::Relayed(_) => ("relayed", ""),
            Self::Refused(refusal) => ("refused", refusal.code()),
        }
    }
}

/// Why something of a mail is here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// It is sealed, for this reason.
    Sealed(&'static str),
    /// It waits for the next hop.
    ToRelay,
    /// It says what became of a notification.
    CameBack,
}

/// Why a mail was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The store or the key ring does not answer.
    TryLater,
    /// Its subject holds personal data, and the settings say to refuse such mail.
    SubjectHoldsPersonalInformation,
    /// It came round too often.
    MailLoop,
    /// Envelope sender and From must be the address logged in with.
    SenderNotYours,
    /// Somebody wrote to the envelope address of a notification.
    NobodyReads,
    /// The next hop refused every recipient.
    NextHop(HopReply),
    /// The next hop cannot be reached.
    NextHopUnreachable,
}

impl Refusal {
    /// A code for the log.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TryLater => "try-later",
            Self::SubjectHoldsPersonalInformation => "subject-holds-personal-information",
            Self::MailLoop => "mail-loop",
            Self::SenderNotYours => "sender-not-yours",
            Self::NobodyReads => "nobody-reads",
            Self::NextHop(_) => "next-hop",
            Self::NextHopUnreachable => "next-hop-unreachable",
        }
    }
}

/// How a login ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Login {
    /// The token is right.
    Right,
    /// It is not.
    Wrong,
    /// This client tried too many wrong ones: nothing was looked at.
    TooMany,
    /// It cannot be looked at now.
    Unknown,
}

/// The pipeline, as the SMTP server sees it.
pub trait Intake: Send + Sync + 'static {
    /// Takes a mail, or says why not.
    fn accept(&self, arrival: Arrival) -> impl Future<Output = Outcome> + Send;

    /// Whether `token` is an API token of the sender `address` that may send.
    fn authenticate(&self, client: IpAddr, address: EmailAddress, token: String) -> impl Future<Output = Login> + Send;
}
