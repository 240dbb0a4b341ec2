//! Jobs: what they are, and how they are kept. What a job must know beyond ids is sealed.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};
use shared::EmailAddress;

use super::{handover::Begun, reach::Way, worker::LEASE_SECONDS};
use crate::{
    app::App,
    id::{DeliveryId, JobId, MessageId},
    intake::{
        envelope::{Envelope, Recipient},
        original::Original,
    },
    message::Mailbox,
    seal::{Purpose, Seal, SealedRecord, Wrap},
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
        /// The ticket of the message that waits for them, for the way back to it.
        #[serde(default)]
        ticket: Option<String>,
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
        /// For a report.
        original: Original,
    },
    /// Reports what became of a mail.
    Report(Report),
    /// Tells a sender what a recipient asks or says.
    TellSender(TellSender),
    /// Tells a sender that a mail was sealed without the marker.
    NoteSealed {
        /// To whom.
        to: EmailAddress,
        /// The subject, masked.
        subject: String,
        /// What is said of it, by the code of each language: the reader's is looked up when it leaves.
        said: BTreeMap<String, Said>,
        /// The Message-ID of the mail.
        original_id: Option<String>,
    },
    /// Tells a sender that a recipient has opened a message.
    ReadNotice(ReadNotice),
    /// Tells a recipient that an unread message is about to end.
    WarnRecipient,
    /// Tells a sender the same.
    WarnSender(WarnSender),
}

/// See [`Job::ReadNotice`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ReadNotice {
    /// The message, for the link.
    pub message_id: MessageId,
    /// Its sender.
    pub to: EmailAddress,
    /// Who has opened it.
    pub recipient: EmailAddress,
    /// When.
    pub opened_at: DateTime<Utc>,
    /// The subject, masked.
    pub subject: String,
    /// When it was sent.
    pub sent_at: DateTime<Utc>,
    /// The Message-ID of the mail.
    pub original_id: Option<String>,
}

/// See [`Job::WarnSender`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct WarnSender {
    /// The message's sender.
    pub to: EmailAddress,
    /// The token of the link that moves the end.
    pub token: String,
    /// The deliveries, each with its end: one that was opened or extended meanwhile is not told of.
    pub ends: Vec<(DeliveryId, DateTime<Utc>)>,
}

/// See [`Job::NoteSealed`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Said {
    /// Why the mail was sealed, in sentences.
    pub why: String,
    /// What was hidden in the subject.
    pub hidden: Option<String>,
    /// Whether the sender had asked for it, and need not be told how.
    #[serde(default)]
    pub was_asked_for: bool,
}

/// See [`Job::Notify`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Notify {
    /// To whom, and what the sender wants to be told.
    pub recipient: Recipient,
    /// The token of the link.
    pub ticket: String,
    /// Who wrote.
    pub sender: Mailbox,
    /// When.
    pub sent_at: DateTime<Utc>,
    /// Until when it can be read.
    pub expires_at: DateTime<Utc>,
    /// The short code.
    pub reference: String,
    /// The mail; its subject stands in the notification.
    pub original: Original,
    /// Whether the sender was told that it takes long.
    pub delay_told: bool,
}

/// See [`Job::TellSender`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TellSender {
    /// To whom.
    pub to: EmailAddress,
    /// What the recipient asks or says.
    pub about: Told,
    /// The recipient.
    pub recipient: EmailAddress,
    /// The message.
    pub message: MessageId,
    /// Its subject, masked.
    pub subject: String,
    /// Its short code.
    pub reference: String,
    /// When it was sent.
    pub sent_at: DateTime<Utc>,
}

/// What a recipient asks of a sender, or says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Told {
    /// The message has expired; please send it again.
    SendAgain,
    /// It is not for them.
    NotForMe,
}

/// See [`Job::Relay`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Relay {
    /// From whom, and to whom it still has to go.
    pub envelope: Envelope,
    /// The Received field to put in front.
    pub trace: String,
    /// For a report.
    pub original: Original,
    /// Whether the sender was told that it takes long.
    pub delay_told: bool,
}

/// What became of a mail (RFC 3464 section 2.3.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// It will not arrive.
    Failed,
    /// It is still tried.
    Delayed,
    /// It was handed to a server that reports no further.
    Relayed,
}

/// How a try ended, as a report says it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// An enhanced status code (RFC 3463), for example `5.1.1`.
    pub code: String,
    /// The value of Diagnostic-Code, for example `smtp; 550 5.1.1 no such user`.
    pub diagnostic: Option<String>,
    /// The value of Remote-MTA, for example `dns; mx.example.org`.
    pub remote: Option<String>,
}

impl Status {
    /// One of our own, that no other server said.
    pub fn new(code: &str) -> Self {
        Self { code: code.to_owned(), diagnostic: None, remote: None }
    }
}

/// See [`Job::Report`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Who is told.
    pub to: EmailAddress,
    /// What became of the mail.
    pub action: Action,
    /// Whether it was sealed, so that a notification stands for it.
    pub sealed: bool,
    /// The mail.
    pub original: Original,
    /// Whom this is about, and how the last try ended.
    pub recipients: Vec<(Recipient, Status)>,
    /// Until when it is tried, if it is.
    pub retry_until: Option<DateTime<Utc>>,
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
            Self::Report(_) => JobKind::Report,
            Self::NoteSealed { .. } => JobKind::NoteSealed,
            Self::TellSender(_) => JobKind::TellSender,
            Self::ReadNotice(_) => JobKind::ReadNotice,
            Self::WarnRecipient => JobKind::WarnRecipient,
            Self::WarnSender(_) => JobKind::WarnSender,
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

/// A job, sealed and ready to be added.
pub struct Ready {
    job: Job,
    row: NewJob,
}

impl Ready {
    /// `id` is new, and the wrap's if there is one.
    pub fn new(seal: &Seal, now: DateTime<Utc>, id: JobId, job: Job, about: About) -> Result<Self, store::Error> {
        let row = row(seal, now, id, &job, about)?;
        Ok(Self { job, row })
    }

    /// Adds it within the transaction of what it announces. It waits for its turn.
    pub fn enqueue(&self, conn: &mut Connection) -> Result<(), store::Error> {
        store::outbox::insert(conn, &self.row)
    }

    /// Adds it, to begin as soon as it is committed, if there is a place for it and the next hop can be reached.
    pub fn begin(mut self, conn: &mut Connection, app: &App) -> Result<Option<Begun>, store::Error> {
        let now = self.row.created_at;
        let place = if app.reach.way(now) == Way::Open { app.handover.place() } else { None };
        let Some(place) = place else { return self.enqueue(conn).map(|()| None) };
        let until = now + Duration::seconds(LEASE_SECONDS);
        self.row.lease = Some((*place.owner(), until));
        self.enqueue(conn)?;
        let Self { job, row } = self;
        let row = store::outbox::Job {
            id: row.id,
            kind: row.kind,
            message_id: row.message_id,
            delivery_id: row.delivery_id,
            payload: row.payload,
            wrap: row.wrap,
            attempts: 1,
            due_at: row.due_at,
            leased_until: Some(until),
            lease_owner: Some(place.owner().to_vec()),
            created_at: now,
            give_up_at: row.give_up_at,
            last_error: None,
        };
        Ok(Some(Begun { row, job, place }))
    }
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
    store::outbox::insert(conn, &row(seal, now, id, job, about)?)
}

fn row(seal: &Seal, now: DateTime<Utc>, id: JobId, job: &Job, about: About) -> Result<NewJob, store::Error> {
    Ok(NewJob {
        id,
        kind: job.kind(),
        message_id: about.message_id,
        delivery_id: about.delivery_id,
        payload: Some(sealed_payload(seal, id, job)?),
        wrap: about.wrap,
        due_at: now,
        created_at: now,
        give_up_at: now + Duration::days(TRIED_DAYS),
        lease: None,
    })
}

/// What a job must know, sealed.
pub(super) fn sealed_payload(seal: &Seal, id: JobId, job: &Job) -> Result<SealedRecord, store::Error> {
    let payload = serde_json::to_vec(job).map_err(|_| store::Error::NotFound)?;
    seal.seal_record(Purpose::JobPayload, id.as_uuid(), &payload).map_err(|_| store::Error::NotFound)
}
