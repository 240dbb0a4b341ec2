//! The SMTP envelope (RFC 5321 section 2.3.1): from whom and to whom, apart from what the header says.

use serde::{Deserialize, Serialize};
use shared::EmailAddress;

/// From whom, to whom, and how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Envelope {
    /// The envelope sender; `None` is the null sender `<>`.
    pub sender: Option<EmailAddress>,
    /// The recipients.
    pub recipients: Vec<Recipient>,
    /// Whether the client declared `BODY=8BITMIME` (RFC 6152).
    pub eight_bit: bool,
    /// Whether the client declared `SMTPUTF8` (RFC 6531).
    pub smtputf8: bool,
    /// `RET` (RFC 3461), as given.
    pub ret: Option<String>,
    /// `ENVID` (RFC 3461), as given.
    pub envid: Option<String>,
}

/// One recipient.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipient {
    /// The address.
    pub address: EmailAddress,
    /// `NOTIFY` (RFC 3461), as given.
    pub notify: Option<String>,
    /// `ORCPT` (RFC 3461), as given.
    pub orcpt: Option<String>,
}

impl Recipient {
    /// A recipient without parameters.
    pub fn new(address: EmailAddress) -> Self {
        Self { address, notify: None, orcpt: None }
    }
}

impl Envelope {
    /// The same for other recipients.
    pub fn to(&self, recipients: Vec<Recipient>) -> Self {
        Self { recipients, ..self.clone() }
    }
}
