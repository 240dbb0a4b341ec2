//! A generated mail on its way.

use bytes::Bytes;
use shared::EmailAddress;

use super::next_hop::Passing;
use crate::intake::envelope::{Envelope, Recipient};

/// A mail that is written here, to one recipient.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// `None` is the null sender.
    pub envelope_from: Option<EmailAddress>,
    /// One recipient.
    pub envelope_to: EmailAddress,
    /// The mail.
    pub content: Bytes,
}

impl Outgoing {
    /// What is said to the next hop, and the mail that follows. Extensions are asked for only where they are needed.
    pub fn into_parts(self) -> (Envelope, Passing) {
        let Self { envelope_from: sender, envelope_to, content } = self;
        let is_international = |address: &EmailAddress| !address.written().is_ascii();
        let envelope = Envelope {
            smtputf8: is_international(&envelope_to) || sender.as_ref().is_some_and(is_international),
            eight_bit: !content.is_ascii(),
            sender,
            recipients: vec![Recipient::new(envelope_to)],
            ret: None,
            envid: None,
        };
        (envelope, content.into())
    }
}
