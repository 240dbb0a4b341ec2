//! Deliveries of a message that is kept: each with its own wrap, and the job that announces it.

use chrono::{DateTime, Utc};
use shared::EmailAddress;

use super::{Error, Keep};
use crate::{
    app::App,
    id::{DeliveryId, JobId, MessageId},
    intake::{envelope::Recipient, original::Original},
    message::Mailbox,
    outbox::{
        Job,
        handover::Begun,
        job::{About, Notify, Ready, Relay},
    },
    seal::{self, Holder, MessageSealer, Purpose, SealedRecord, Token},
    store::{
        self, Connection, deliveries,
        deliveries::{Delivery, DeliveryState, NewDelivery},
    },
};

/// What the deliveries of one message share.
pub(in crate::intake) struct Shared<'a> {
    pub(in crate::intake) id: MessageId,
    pub(in crate::intake) author: &'a Mailbox,
    pub(in crate::intake) original: &'a Original,
    pub(in crate::intake) reference: String,
    pub(in crate::intake) sent_at: DateTime<Utc>,
    pub(in crate::intake) expires_at: DateTime<Utc>,
    pub(in crate::intake) now: DateTime<Utc>,
}

/// A delivery and the job that announces it, sealed and ready to be added.
pub(super) struct ReadyDelivery {
    row: NewDelivery,
    job: Ready,
}

impl ReadyDelivery {
    /// To whom.
    pub(super) fn recipient(&self) -> &EmailAddress {
        &self.row.recipient
    }

    /// Adds both; the job begins at once if it can.
    pub(super) fn begin(self, conn: &mut Connection, app: &App) -> Result<(Delivery, Option<Begun>), store::Error> {
        deliveries::insert(conn, &self.row)?;
        let begun = self.job.begin(conn, app)?;
        Ok((self.row.into(), begun))
    }

    /// Adds both; the job waits for its turn.
    pub(super) fn enqueue(self, conn: &mut Connection) -> Result<Delivery, store::Error> {
        deliveries::insert(conn, &self.row)?;
        self.job.enqueue(conn)?;
        Ok(self.row.into())
    }
}

/// One sealed delivery and its notification.
pub(super) fn announced(
    app: &App,
    shared: &Shared<'_>,
    recipient: &Recipient,
    wrap: &dyn Fn(Holder) -> Result<seal::Wrap, seal::Error>,
) -> Result<ReadyDelivery, Error> {
    let id = DeliveryId::new(shared.now);
    let ticket = Token::generate();
    let notify = Job::Notify(Notify {
        recipient: recipient.clone(),
        ticket: ticket.reveal(),
        sender: shared.author.clone(),
        sent_at: shared.sent_at,
        expires_at: shared.expires_at,
        reference: shared.reference.clone(),
        original: shared.original.clone(),
        delay_told: false,
    });
    let about = About { message_id: Some(shared.id), delivery_id: Some(id), wrap: None };
    Ok(ReadyDelivery {
        row: NewDelivery {
            id,
            message_id: shared.id,
            recipient: recipient.address.clone(),
            state: DeliveryState::Queued,
            wrap: Some(wrap(Holder::Delivery(id))?),
            ticket_hash: Some(ticket.hash()),
            ticket: Some(app.seal.seal_record(Purpose::Ticket, id.as_uuid(), ticket.reveal().as_bytes())?),
            report: Some(sealed_report(app, id, recipient, shared.original)?),
            created_at: shared.now,
            expires_at: Some(shared.expires_at),
            warn_at: app.config.messages.warn_at(shared.now, shared.expires_at),
        },
        job: Ready::new(&app.seal, shared.now, JobId::new(shared.now), notify, about)?,
    })
}

/// What a report must say, should what announces the delivery come back.
fn sealed_report(app: &App, id: DeliveryId, recipient: &Recipient, original: &Original) -> Result<SealedRecord, Error> {
    let known =
        serde_json::to_vec(&(recipient, original)).map_err(|error| store::Error::Unavailable(error.to_string()))?;
    Ok(app.seal.seal_record(Purpose::Report, id.as_uuid(), &known)?)
}

/// One delivery to staff, as ordinary mail; programs of the agency may also read it here until it expires.
pub(super) fn to_staff(
    app: &App,
    request: &Keep,
    sealer: &MessageSealer,
    shared: &Shared<'_>,
    recipient: &EmailAddress,
) -> Result<ReadyDelivery, Error> {
    let (id, job) = (DeliveryId::new(shared.now), JobId::new(shared.now));
    let ordinary = Job::ReplyToStaff {
        to: recipient.clone(),
        author: request.author.clone(),
        subject: marked(&shared.original.subject),
        original: shared.original.clone(),
    };
    let wrap = Some(sealer.wrap(Holder::Job(job))?);
    let about = About { message_id: Some(shared.id), delivery_id: Some(id), wrap };
    Ok(ReadyDelivery {
        row: NewDelivery {
            id,
            message_id: shared.id,
            recipient: recipient.clone(),
            state: DeliveryState::Queued,
            wrap: Some(sealer.wrap(Holder::Delivery(id))?),
            ticket_hash: None,
            ticket: None,
            report: Some(sealed_report(app, id, &Recipient::new(recipient.clone()), shared.original)?),
            created_at: shared.now,
            expires_at: Some(shared.expires_at),
            warn_at: None,
        },
        job: Ready::new(&app.seal, shared.now, job, ordinary, about)?,
    })
}

/// The job that hands a mail to the next hop as it came.
pub(super) fn relayed(
    app: &App,
    message: MessageId,
    now: DateTime<Utc>,
    relay: Relay,
    wrap: &dyn Fn(Holder) -> Result<seal::Wrap, seal::Error>,
) -> Result<Ready, Error> {
    let id = JobId::new(now);
    let about = About { message_id: Some(message), delivery_id: None, wrap: Some(wrap(Holder::Job(id))?) };
    Ok(Ready::new(&app.seal, now, id, Job::Relay(relay), about)?)
}

/// The subject with the marker back where it belongs, behind a reply prefix, so that the conversation stays sealed.
fn marked(subject: &str) -> String {
    match subject.strip_prefix("Re: ") {
        Some(rest) => format!("Re: # {rest}"),
        None => format!("# {subject}"),
    }
}
