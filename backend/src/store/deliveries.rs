//! Deliveries: one message to one recipient.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use shared::EmailAddress;

use super::{
    Connection, Error,
    dialect::on_either,
    schema::deliveries,
    sealed::MaybeColumns,
    value::{Address, MaybeTime, Time, codes, to_db},
};
use crate::{
    id::{DeliveryId, MessageId},
    seal::{SealedRecord, TokenHash, Wrap},
};

codes! {
    /// How far a delivery got.
    DeliveryState {
        /// Stored; its notification waits.
        Queued = "queued",
        /// The notification was handed on.
        Notified = "notified",
        /// Handed on as ordinary mail.
        Relayed = "relayed",
        /// It could not be delivered.
        Failed = "failed",
        /// Its time is over.
        Expired = "expired",
        /// The sender took it back.
        Recalled = "recalled",
    }
}

/// The states in which a notification may leave.
const OPEN: [DeliveryState; 2] = [DeliveryState::Queued, DeliveryState::Notified];

/// The states in which a delivery may hold the message's key.
const HELD: [DeliveryState; 4] =
    [DeliveryState::Queued, DeliveryState::Notified, DeliveryState::Failed, DeliveryState::Relayed];

/// A delivery.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = deliveries)]
pub struct Delivery {
    /// Its id.
    pub id: DeliveryId,
    /// The message.
    pub message_id: MessageId,
    /// To whom.
    #[diesel(select_expression = deliveries::recipient_written, deserialize_as = Address)]
    pub recipient: EmailAddress,
    /// How far it got.
    pub state: DeliveryState,
    /// The message's key, wrapped for this delivery. None once recalled or expired.
    #[diesel(select_expression = (deliveries::wrap, deliveries::key_id), deserialize_as = MaybeColumns)]
    pub wrap: Option<Wrap>,
    /// The hash of the ticket in its link.
    pub ticket_hash: Option<TokenHash>,
    /// The ticket itself, for the notification.
    #[diesel(select_expression = (deliveries::sealed_ticket, deliveries::ticket_key_id), deserialize_as = MaybeColumns)]
    pub ticket: Option<SealedRecord>,
    /// When it was stored.
    #[diesel(deserialize_as = Time)]
    pub created_at: DateTime<Utc>,
    /// When its notification left.
    #[diesel(deserialize_as = MaybeTime)]
    pub notified_at: Option<DateTime<Utc>>,
    /// When the recipient first read it.
    #[diesel(deserialize_as = MaybeTime)]
    pub first_opened_at: Option<DateTime<Utc>>,
    /// When the recipient first replied.
    #[diesel(deserialize_as = MaybeTime)]
    pub replied_at: Option<DateTime<Utc>>,
    /// Until when it can be read.
    #[diesel(deserialize_as = MaybeTime)]
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was recalled or expired.
    #[diesel(deserialize_as = MaybeTime)]
    pub ended_at: Option<DateTime<Utc>>,
    /// When its recipient last asked to have the message sent again.
    #[diesel(deserialize_as = MaybeTime)]
    pub requested_at: Option<DateTime<Utc>>,
    /// When its recipient said that the message is not for them.
    #[diesel(deserialize_as = MaybeTime)]
    pub refused_at: Option<DateTime<Utc>>,
    /// When its sender last had the notification sent again.
    #[diesel(deserialize_as = MaybeTime)]
    pub renotified_at: Option<DateTime<Utc>>,
}

/// A delivery to be inserted.
#[derive(Clone, Debug)]
pub struct NewDelivery {
    /// Its id.
    pub id: DeliveryId,
    /// The message.
    pub message_id: MessageId,
    /// To whom.
    pub recipient: EmailAddress,
    /// How far it got.
    pub state: DeliveryState,
    /// The message's key, wrapped for this delivery.
    pub wrap: Option<Wrap>,
    /// The hash of the ticket in its link.
    pub ticket_hash: Option<TokenHash>,
    /// The ticket itself, for the notification.
    pub ticket: Option<SealedRecord>,
    /// What a report must say, should the notification come back.
    pub report: Option<SealedRecord>,
    /// Now.
    pub created_at: DateTime<Utc>,
    /// Until when it can be read.
    pub expires_at: Option<DateTime<Utc>>,
    /// When recipient and sender are warned that it ends unread.
    pub warn_at: Option<DateTime<Utc>>,
}

impl From<NewDelivery> for Delivery {
    /// As it stands in the store once it is added.
    fn from(new: NewDelivery) -> Self {
        Self {
            id: new.id,
            message_id: new.message_id,
            recipient: new.recipient,
            state: new.state,
            wrap: new.wrap,
            ticket_hash: new.ticket_hash,
            ticket: new.ticket,
            created_at: new.created_at,
            notified_at: None,
            first_opened_at: None,
            replied_at: None,
            expires_at: new.expires_at,
            ended_at: None,
            requested_at: None,
            refused_at: None,
            renotified_at: None,
        }
    }
}

/// Adds a delivery. [`Error::Duplicate`] when the message has one to that recipient.
pub fn insert(conn: &mut Connection, new: &NewDelivery) -> Result<(), Error> {
    let (wrap, key_id) = new.wrap.as_ref().map(|wrap| (&wrap.bytes, &wrap.key_id)).unzip();
    let (sealed_ticket, ticket_key_id) = new.ticket.as_ref().map(|ticket| (&ticket.bytes, &ticket.key_id)).unzip();
    let (sealed_report, report_key_id) = new.report.as_ref().map(|report| (&report.bytes, &report.key_id)).unzip();
    let row = diesel::insert_into(deliveries::table).values((
        deliveries::id.eq(new.id),
        deliveries::message_id.eq(new.message_id),
        deliveries::recipient.eq(new.recipient.as_str()),
        deliveries::recipient_written.eq(new.recipient.written()),
        deliveries::state.eq(new.state),
        deliveries::wrap.eq(wrap),
        deliveries::key_id.eq(key_id),
        deliveries::ticket_hash.eq(&new.ticket_hash),
        deliveries::sealed_ticket.eq(sealed_ticket),
        deliveries::ticket_key_id.eq(ticket_key_id),
        deliveries::sealed_report.eq(sealed_report),
        deliveries::report_key_id.eq(report_key_id),
        deliveries::created_at.eq(to_db(new.created_at)),
        deliveries::expires_at.eq(new.expires_at.map(to_db)),
        deliveries::warn_at.eq(new.warn_at.map(to_db)),
    ));
    on_either!(conn, row.execute(conn))?;
    Ok(())
}

/// The delivery, if there is one.
pub fn find(conn: &mut Connection, id: DeliveryId) -> Result<Option<Delivery>, Error> {
    Ok(on_either!(conn, deliveries::table.find(id).select(Delivery::as_select()).first(conn)).optional()?)
}

/// The delivery.
pub fn get(conn: &mut Connection, id: DeliveryId) -> Result<Delivery, Error> {
    find(conn, id)?.ok_or(Error::NotFound)
}

/// What a report on the delivery must say; none once recalled or expired.
pub fn find_report(conn: &mut Connection, id: DeliveryId) -> Result<Option<SealedRecord>, Error> {
    let columns = (deliveries::sealed_report, deliveries::report_key_id);
    let found: Option<MaybeColumns> = deliveries::table.find(id).select(columns).first(conn).optional()?;
    Ok(found.and_then(Into::into))
}

/// The delivery whose link holds the ticket of this hash.
pub fn find_by_ticket(conn: &mut Connection, hash: &TokenHash) -> Result<Option<Delivery>, Error> {
    Ok(deliveries::table
        .filter(deliveries::ticket_hash.eq(hash))
        .select(Delivery::as_select())
        .first(conn)
        .optional()?)
}

/// The delivery of this message to this recipient.
pub fn find_for(
    conn: &mut Connection,
    message_id: MessageId,
    recipient: &EmailAddress,
) -> Result<Option<Delivery>, Error> {
    Ok(deliveries::table
        .filter(deliveries::message_id.eq(message_id))
        .filter(deliveries::recipient.eq(recipient.as_str()))
        .select(Delivery::as_select())
        .first(conn)
        .optional()?)
}

/// All deliveries of a message.
pub fn list_of(conn: &mut Connection, message_id: MessageId) -> Result<Vec<Delivery>, Error> {
    list_of_many(conn, &[message_id])
}

/// All deliveries of some messages, those of one message together.
pub fn list_of_many(conn: &mut Connection, messages: &[MessageId]) -> Result<Vec<Delivery>, Error> {
    if messages.is_empty() {
        return Ok(Vec::new());
    }
    Ok(deliveries::table
        .filter(deliveries::message_id.eq_any(messages))
        .order((deliveries::message_id, deliveries::id))
        .select(Delivery::as_select())
        .load(conn)?)
}

/// Whether a message waits for this recipient that can be read now.
pub fn has_waiting_for(conn: &mut Connection, recipient: &EmailAddress, now: DateTime<Utc>) -> Result<bool, Error> {
    let waiting = deliveries::table
        .filter(deliveries::recipient.eq(recipient.as_str()))
        .filter(deliveries::wrap.is_not_null())
        .filter(deliveries::expires_at.is_null().or(deliveries::expires_at.gt(to_db(now))));
    Ok(diesel::select(diesel::dsl::exists(waiting)).get_result(conn)?)
}

/// Notes that the notification left, unless the delivery was recalled or expired meanwhile.
pub fn set_notified(conn: &mut Connection, id: DeliveryId, now: DateTime<Utc>) -> Result<bool, Error> {
    let open = deliveries::table.find(id).filter(deliveries::state.eq_any(OPEN));
    let changes = (deliveries::state.eq(DeliveryState::Notified), deliveries::notified_at.eq(to_db(now)));
    Ok(on_either!(conn, diesel::update(open).set(changes).execute(conn))? == 1)
}

/// Sets the state, unless the delivery was recalled or expired: those two are final.
pub fn set_state(conn: &mut Connection, id: DeliveryId, state: DeliveryState) -> Result<bool, Error> {
    let open = deliveries::table.find(id).filter(deliveries::ended_at.is_null());
    Ok(diesel::update(open).set(deliveries::state.eq(state)).execute(conn)? == 1)
}

/// Notes the first opening, after which nobody need be warned. Answers whether it was the first.
pub fn set_first_opened(conn: &mut Connection, id: DeliveryId, now: DateTime<Utc>) -> Result<bool, Error> {
    let unopened = deliveries::table.find(id).filter(deliveries::first_opened_at.is_null());
    Ok(diesel::update(unopened)
        .set((deliveries::first_opened_at.eq(to_db(now)), deliveries::warn_at.eq(None::<chrono::NaiveDateTime>)))
        .execute(conn)?
        == 1)
}

/// Notes the first reply. Answers whether it was the first.
pub fn set_replied(conn: &mut Connection, id: DeliveryId, now: DateTime<Utc>) -> Result<bool, Error> {
    let unanswered = deliveries::table.find(id).filter(deliveries::replied_at.is_null());
    Ok(diesel::update(unanswered).set(deliveries::replied_at.eq(to_db(now))).execute(conn)? == 1)
}

/// Notes that the recipient asks for the message again, unless they did after `since`. Answers whether it was noted.
pub fn set_requested(
    conn: &mut Connection,
    id: DeliveryId,
    since: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let not_lately = deliveries::requested_at.is_null().or(deliveries::requested_at.le(to_db(since)));
    let open = deliveries::table.find(id).filter(not_lately);
    Ok(diesel::update(open).set(deliveries::requested_at.eq(to_db(now))).execute(conn)? == 1)
}

/// Notes that the recipient says that the message is not for them.
pub(super) fn set_refused(conn: &mut Connection, id: DeliveryId, now: DateTime<Utc>) -> Result<(), Error> {
    diesel::update(deliveries::table.find(id)).set(deliveries::refused_at.eq(to_db(now))).execute(conn)?;
    Ok(())
}

/// Lets a delivery that has not ended be read until `until`; `warn_at` is when that end is warned of, if nobody has
/// opened it by then.
pub(super) fn extend(
    conn: &mut Connection,
    id: DeliveryId,
    until: DateTime<Utc>,
    warn_at: Option<DateTime<Utc>>,
) -> Result<bool, Error> {
    let open = deliveries::table.find(id).filter(deliveries::ended_at.is_null());
    if diesel::update(open).set(deliveries::expires_at.eq(to_db(until))).execute(conn)? == 0 {
        return Ok(false);
    }
    let unopened = deliveries::table.find(id).filter(deliveries::first_opened_at.is_null());
    diesel::update(unopened).set(deliveries::warn_at.eq(warn_at.map(to_db))).execute(conn)?;
    Ok(true)
}

/// Notes that the sender had the notification sent again: the delivery waits for it like a new one.
pub fn set_renotified(conn: &mut Connection, id: DeliveryId, now: DateTime<Utc>) -> Result<bool, Error> {
    let open = deliveries::table.find(id).filter(deliveries::ended_at.is_null());
    Ok(diesel::update(open)
        .set((deliveries::state.eq(DeliveryState::Queued), deliveries::renotified_at.eq(to_db(now))))
        .execute(conn)?
        == 1)
}

/// The deliveries of a message whose key can still be destroyed.
pub fn list_open(conn: &mut Connection, message_id: MessageId) -> Result<Vec<Delivery>, Error> {
    Ok(deliveries::table
        .filter(deliveries::message_id.eq(message_id))
        .filter(deliveries::ended_at.is_null())
        .filter(deliveries::state.eq_any(HELD))
        .order(deliveries::id)
        .select(Delivery::as_select())
        .load(conn)?)
}

/// The deliveries whose time is over, the longest over first.
pub fn list_due(conn: &mut Connection, now: DateTime<Utc>, limit: i64) -> Result<Vec<Delivery>, Error> {
    Ok(deliveries::table
        .filter(deliveries::expires_at.le(to_db(now)))
        .filter(deliveries::ended_at.is_null())
        .filter(deliveries::state.eq_any(HELD))
        .order(deliveries::expires_at)
        .limit(limit)
        .select(Delivery::as_select())
        .load(conn)?)
}

/// Ends a delivery: its wrap and its ticket's text are destroyed. The ticket's hash stays, so that the link
/// still shows what became of the message.
pub(super) fn end(
    conn: &mut Connection,
    id: DeliveryId,
    state: DeliveryState,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let held = deliveries::table.find(id).filter(deliveries::state.eq_any(HELD)).filter(deliveries::ended_at.is_null());
    Ok(diesel::update(held)
        .set((
            deliveries::state.eq(state),
            deliveries::ended_at.eq(to_db(now)),
            deliveries::warn_at.eq(None::<chrono::NaiveDateTime>),
            deliveries::wrap.eq(None::<Vec<u8>>),
            deliveries::key_id.eq(None::<String>),
            deliveries::sealed_ticket.eq(None::<Vec<u8>>),
            deliveries::ticket_key_id.eq(None::<String>),
            deliveries::sealed_report.eq(None::<Vec<u8>>),
            deliveries::report_key_id.eq(None::<String>),
        ))
        .execute(conn)?
        == 1)
}
