//! Jobs: what they are, and how they are kept. What a job must know beyond ids is sealed.

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};
use shared::EmailAddress;

use crate::{
    id::{DeliveryId, JobId, MessageId},
    intake::envelope::Envelope,
    message::Mailbox,
    seal::{Purpose, Seal, Wrap},
    store::{
        self, Connection,
        outbox::{JobKind, NewJob},
    },
};

/// How long something is tried (RFC 5321 section 4.5.4.1 asks for 4 to 5 days).
pub const TRIED_DAYS: i64 = 5;

/// A job.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Job {
    /// Tells a recipient that a message waits.
    Notify(Notify),
    /// Sends the link that confirms a registration.
    ConfirmRegistration {
        /// To whom.
        to: EmailAddress,
        /// The token of the link.
        token: String,
        /// The language of the page that asked.
        #[serde(default)]
        locale: Option<String>,
    },
    /// Tells the owner of an address that somebody tried to register it again.
    AccountExists {
        /// To whom.
        to: EmailAddress,
    },
    /// Sends the link that sets a new password.
    PasswordReset {
        /// To whom.
        to: EmailAddress,
        /// The token of the link.
        token: String,
    },
    /// Says that the password was changed.
    PasswordChanged {
        /// To whom.
        to: EmailAddress,
    },
    /// Hands a mail on as it came.
    Relay(Relay),
    /// Hands a message on to staff as ordinary mail.
    ReplyToStaff {
        /// To whom.
        to: EmailAddress,
        /// Who wrote it.
        author: Mailbox,
        /// With its marker, masked.
        subject: String,
    },
    /// Reports what was given up.
    ReportFailure(Report),
    /// Tells a sender that a mail was sealed without the marker.
    NoteSealed {
        /// To whom.
        to: EmailAddress,
        /// The subject, masked.
        subject: String,
        /// Why, in a sentence.
        why: String,
        /// Whether the subject was masked.
        masked: bool,
        /// The Message-ID of the mail.
        original_id: Option<String>,
    },
}

/// See [`Job::Notify`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Notify {
    /// To whom.
    pub to: EmailAddress,
    /// The token of the link.
    pub ticket: String,
    /// Who wrote.
    pub sender: Mailbox,
    /// Without its marker, masked.
    pub subject: String,
    /// When.
    pub sent_at: DateTime<Utc>,
    /// Until when it can be read.
    pub expires_at: DateTime<Utc>,
    /// The short code.
    pub reference: String,
    /// The Message-ID of the mail.
    pub original_id: Option<String>,
}

/// See [`Job::Relay`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Relay {
    /// From whom, and to whom it still has to go.
    pub envelope: Envelope,
    /// The Received field to put in front.
    pub trace: String,
    /// The message's sender, for a report.
    pub sender: Option<EmailAddress>,
    /// The subject, masked, for a report.
    pub subject: String,
}

/// See [`Job::ReportFailure`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Report {
    /// Who is told.
    pub to: EmailAddress,
    /// Who was not reached, an enhanced status code, and what was said.
    pub failed: Vec<(EmailAddress, String, String)>,
    /// The subject, masked.
    pub subject: String,
    /// The Message-ID of the mail.
    pub original_id: Option<String>,
}

impl Job {
    /// The column's value.
    pub fn kind(&self) -> JobKind {
        match self {
            Self::Notify(_) => JobKind::Notify,
            Self::ConfirmRegistration { .. } => JobKind::ConfirmRegistration,
            Self::AccountExists { .. } => JobKind::AccountExists,
            Self::PasswordReset { .. } => JobKind::PasswordReset,
            Self::PasswordChanged { .. } => JobKind::PasswordChanged,
            Self::Relay(_) => JobKind::Relay,
            Self::ReplyToStaff { .. } => JobKind::ReplyToStaff,
            Self::ReportFailure(_) => JobKind::ReportFailure,
            Self::NoteSealed { .. } => JobKind::NoteSealed,
        }
    }
}

/// What a job is about.
#[derive(Clone, Debug, Default)]
pub struct About {
    /// The message.
    pub message_id: Option<MessageId>,
    /// The delivery.
    pub delivery_id: Option<DeliveryId>,
    /// The message's key, wrapped for the job, if it must open the message.
    pub wrap: Option<Wrap>,
}

/// Adds a job within the transaction of what it announces. `id` is new, and the wrap's if there is one.
pub fn enqueue(
    conn: &mut Connection,
    seal: &Seal,
    now: DateTime<Utc>,
    id: JobId,
    job: &Job,
    about: About,
) -> Result<(), store::Error> {
    let payload = serde_json::to_vec(job).map_err(|_| store::Error::NotFound)?;
    let payload = seal.seal_record(Purpose::JobPayload, id.as_uuid(), &payload).map_err(|_| store::Error::NotFound)?;
    store::outbox::insert(
        conn,
        &NewJob {
            id,
            kind: job.kind(),
            message_id: about.message_id,
            delivery_id: about.delivery_id,
            payload: Some(payload),
            wrap: about.wrap,
            due_at: now,
            created_at: now,
            give_up_at: now + Duration::days(TRIED_DAYS),
        },
    )
}
