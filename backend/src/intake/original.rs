//! What is kept of a mail for a report on it: never its content, and its subject masked.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use shared::EmailAddress;

use super::envelope::Envelope;
use crate::message::{Mailbox, Outline};

/// What a report says of the mail it is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Original {
    /// The subject, masked, without its marker.
    pub subject: String,
    /// Who wrote it.
    pub from: Option<Mailbox>,
    /// Its Message-ID.
    pub message_id: Option<String>,
    /// Its Date field.
    pub date: Option<DateTime<Utc>>,
    /// When it came.
    pub arrived_at: DateTime<Utc>,
    /// The envelope sender; none for the null sender, and for what was written in the portal.
    pub envelope_sender: Option<EmailAddress>,
    /// The sender of the message, if the rules apply to it.
    pub sender: Option<EmailAddress>,
    /// `ENVID` (RFC 3461), as given.
    pub envid: Option<String>,
}

impl Original {
    /// Of a mail that came by SMTP.
    pub fn of_arrived(
        outline: &Outline,
        envelope: &Envelope,
        sender: Option<EmailAddress>,
        masked_subject: String,
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            envelope_sender: envelope.sender.clone(),
            envid: envelope.envid.clone(),
            sender,
            ..Self::of_written(outline, masked_subject, now)
        }
    }

    /// Of a message that was written in the portal; its author is its sender.
    pub fn of_written(outline: &Outline, masked_subject: String, now: DateTime<Utc>) -> Self {
        let from = outline.from.first().cloned();
        Self {
            subject: masked_subject,
            message_id: outline.message_id.clone(),
            date: outline.date,
            arrived_at: now,
            envelope_sender: None,
            sender: from.as_ref().map(|from| from.address.clone()),
            envid: None,
            from,
        }
    }
}
