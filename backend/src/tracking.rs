//! What a sender may still do with a message that has gone: let it be read for longer, have the notification sent again.
//! All of it happens within the transaction of the caller.

use chrono::{DateTime, Duration, Utc};
use shared::EmailAddress;

use crate::{
    app::App,
    audit,
    config::Config,
    id::{DeliveryId, JobId, MessageId},
    intake::{cover::Cover, envelope::Recipient, original::Original},
    outbox::{
        Job, enqueue,
        job::{About, Notify},
    },
    seal::Purpose,
    store::{
        self, Connection, deliveries,
        deliveries::Delivery,
        lifecycle,
        messages::Message,
        outbox::{self, JobKind},
    },
};

/// How much longer the link in a warning lets a message be read.
const ONE_CLICK_DAYS: u32 = 30;
/// How long after one notification that the sender asked for the next may follow.
const AGAIN_MINUTES: i64 = 60;

/// Until when the link in a warning lets a message be read that would end at `end`.
pub fn one_click_end(config: &Config, message: &Message, end: DateTime<Utc>) -> DateTime<Utc> {
    // From within the last day, or the new end would be that of the day after.
    let later = config.end_after(end - Duration::hours(1), ONE_CLICK_DAYS);
    later.min(config.latest_end(message.received_at)).max(end)
}

/// Lets these deliveries be read until `until`; one that can be read longer stays as it is. Answers which were changed.
pub fn extend(
    conn: &mut Connection,
    app: &App,
    chosen: &[Delivery],
    until: DateTime<Utc>,
    (actor, reason): (EmailAddress, &'static str),
) -> Result<Vec<DeliveryId>, store::Error> {
    let now = app.clock.now();
    let mut extended = Vec::new();
    for delivery in chosen.iter().filter(|delivery| delivery.expires_at.is_some_and(|end| end < until)) {
        if lifecycle::extend(conn, delivery.id, until, app.config.messages.warn_at(now, until))? {
            extended.push(delivery.id);
        }
    }
    if let (Some(first), false) = (chosen.first(), extended.is_empty()) {
        let entry = audit::Entry::of_message(audit::Event::Extended, Some(actor), first.message_id, Some(reason));
        audit::record(conn, app, &entry)?;
    }
    Ok(extended)
}

/// The deliveries of a message that can be read now and were not opened yet.
pub fn unread(conn: &mut Connection, id: MessageId, now: DateTime<Utc>) -> Result<Vec<Delivery>, store::Error> {
    let mut open = open(conn, id, now)?;
    open.retain(|delivery| delivery.first_opened_at.is_none() && delivery.ticket.is_some());
    Ok(open)
}

/// The deliveries of a message that can be read now.
pub fn open(conn: &mut Connection, id: MessageId, now: DateTime<Utc>) -> Result<Vec<Delivery>, store::Error> {
    let mut open = deliveries::list_open(conn, id)?;
    open.retain(|delivery| delivery.wrap.is_some() && delivery.expires_at.is_some_and(|end| end > now));
    Ok(open)
}

/// Seconds until the sender may have the notification of this delivery sent again; none if at once.
pub fn wait(delivery: &Delivery, now: DateTime<Utc>) -> Option<u32> {
    let next = delivery.renotified_at? + Duration::minutes(AGAIN_MINUTES);
    u32::try_from((next - now).num_seconds()).ok().filter(|seconds| *seconds > 0)
}

/// Has the notification of a delivery sent again; one that still waits makes way for it. Answers whether it could be.
pub fn notify_again(
    conn: &mut Connection,
    app: &App,
    message: &Message,
    cover: &Cover,
    delivery: &Delivery,
) -> Result<bool, store::Error> {
    let now = app.clock.now();
    let Some(report) = deliveries::find_report(conn, delivery.id)? else { return Ok(false) };
    let known = app.seal.open_record(Purpose::Report, delivery.id.as_uuid(), &report);
    let known = known.ok().and_then(|plain| serde_json::from_slice::<(Recipient, Original)>(plain.as_ref()).ok());
    let ticket = delivery.ticket.as_ref().and_then(|ticket| {
        let plain = app.seal.open_record(Purpose::Ticket, delivery.id.as_uuid(), ticket).ok()?;
        String::from_utf8(plain.to_vec()).ok()
    });
    let (Some((recipient, original)), Some(ticket), Some(expires_at)) = (known, ticket, delivery.expires_at) else {
        return Ok(false);
    };
    if !deliveries::set_renotified(conn, delivery.id, now)? {
        return Ok(false);
    }
    outbox::cancel_kind(conn, delivery.message_id, delivery.id, JobKind::Notify)?;
    let notify = Job::Notify(Notify {
        recipient,
        ticket,
        sender: cover.sender.clone(),
        sent_at: message.sent_at,
        expires_at,
        reference: message.reference.clone(),
        original,
        delay_told: false,
    });
    let about = About { message_id: Some(message.id), delivery_id: Some(delivery.id), wrap: None };
    enqueue(conn, &app.seal, now, JobId::new(now), &notify, about)?;
    Ok(true)
}
