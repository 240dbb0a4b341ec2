//! Deliveries of a message that is kept: each with its own wrap, and the job that announces it.

use chrono::{DateTime, Utc};
use shared::EmailAddress;

use super::{Keep, sealing};
use crate::{
    app::App,
    id::{DeliveryId, JobId, MessageId},
    intake::{envelope::Recipient, original::Original},
    message::Mailbox,
    outbox::{
        Job, enqueue,
        handover::Begun,
        job::{About, Notify, begin},
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

/// One sealed delivery and its notification.
pub(super) fn deliver(
    conn: &mut Connection,
    app: &App,
    shared: &Shared<'_>,
    recipient: &Recipient,
    wrap: &dyn Fn(Holder) -> Result<seal::Wrap, seal::Error>,
) -> Result<(Delivery, Option<Begun>), store::Error> {
    let id = DeliveryId::new(shared.now);
    let ticket = Token::generate();
    let sealed_ticket =
        app.seal.seal_record(Purpose::Ticket, id.as_uuid(), ticket.reveal().as_bytes()).map_err(sealing)?;
    deliveries::insert(
        conn,
        &NewDelivery {
            id,
            message_id: shared.id,
            recipient: recipient.address.clone(),
            state: DeliveryState::Queued,
            wrap: Some(wrap(Holder::Delivery(id)).map_err(sealing)?),
            ticket_hash: Some(ticket.hash()),
            ticket: Some(sealed_ticket),
            report: Some(sealed_report(app, id, recipient, shared.original)?),
            created_at: shared.now,
            expires_at: Some(shared.expires_at),
            warn_at: app.config.messages.warn_at(shared.now, shared.expires_at),
        },
    )?;
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
    let begun = begin(conn, app, shared.now, JobId::new(shared.now), notify, about)?;
    Ok((deliveries::get(conn, id)?, begun))
}

/// What a report must say, should what announces the delivery come back.
fn sealed_report(
    app: &App,
    id: DeliveryId,
    recipient: &Recipient,
    original: &Original,
) -> Result<SealedRecord, store::Error> {
    let known =
        serde_json::to_vec(&(recipient, original)).map_err(|error| store::Error::Unavailable(error.to_string()))?;
    app.seal.seal_record(Purpose::Report, id.as_uuid(), &known).map_err(sealing)
}

/// One delivery to staff, as ordinary mail; programs of the agency may also read it here until it expires.
pub(super) fn hand_to_staff(
    conn: &mut Connection,
    app: &App,
    request: &Keep,
    sealer: &MessageSealer,
    shared: &Shared<'_>,
    recipient: &EmailAddress,
) -> Result<Delivery, store::Error> {
    let (id, job) = (DeliveryId::new(shared.now), JobId::new(shared.now));
    deliveries::insert(
        conn,
        &NewDelivery {
            id,
            message_id: shared.id,
            recipient: recipient.clone(),
            state: DeliveryState::Queued,
            wrap: Some(sealer.wrap(Holder::Delivery(id)).map_err(sealing)?),
            ticket_hash: None,
            ticket: None,
            report: Some(sealed_report(app, id, &Recipient::new(recipient.clone()), shared.original)?),
            created_at: shared.now,
            expires_at: Some(shared.expires_at),
            warn_at: None,
        },
    )?;
    let ordinary = Job::ReplyToStaff {
        to: recipient.clone(),
        author: request.author.clone(),
        subject: marked(&shared.original.subject),
        original: shared.original.clone(),
    };
    let wrap = Some(sealer.wrap(Holder::Job(job)).map_err(sealing)?);
    let about = About { message_id: Some(shared.id), delivery_id: Some(id), wrap };
    enqueue(conn, &app.seal, shared.now, job, &ordinary, about)?;
    deliveries::get(conn, id)
}

/// The subject with the marker back where it belongs, behind a reply prefix, so that the conversation stays sealed.
fn marked(subject: &str) -> String {
    match subject.strip_prefix("Re: ") {
        Some(rest) => format!("Re: # {rest}"),
        None => format!("# {subject}"),
    }
}
