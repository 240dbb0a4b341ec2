//! What one address has to read: how much of it is new, and what passed between it and others.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use shared::EmailAddress;

use super::{
    Connection, Error,
    deliveries::Delivery,
    messages::Message,
    schema::{deliveries, messages},
    value::to_db,
};

/// How many messages `reader` can read and has never opened. What went on as ordinary mail does not count: it is read in
/// the mailbox that it went to.
pub fn count_unread(conn: &mut Connection, reader: &EmailAddress, now: DateTime<Utc>) -> Result<i64, Error> {
    Ok(deliveries::table
        .inner_join(messages::table)
        .filter(deliveries::recipient.eq(reader.as_str()))
        .filter(deliveries::first_opened_at.is_null())
        .filter(deliveries::wrap.is_not_null())
        .filter(deliveries::ticket_hash.is_not_null())
        .filter(deliveries::expires_at.gt(to_db(now)))
        .filter(messages::listed.eq(true))
        .count()
        .get_result(conn)?)
}

/// The newest messages that one of `others` sent to `reader`, each with its delivery.
pub fn list_from(
    conn: &mut Connection,
    reader: &EmailAddress,
    others: &[EmailAddress],
    limit: i64,
) -> Result<Vec<(Message, Delivery)>, Error> {
    Ok(messages::table
        .inner_join(deliveries::table)
        .filter(deliveries::recipient.eq(reader.as_str()))
        .filter(messages::sender.eq_any(others.iter().map(EmailAddress::as_str)))
        .filter(messages::listed.eq(true))
        .order(messages::id.desc())
        .limit(limit)
        .select((Message::as_select(), Delivery::as_select()))
        .load(conn)?)
}

/// The newest messages that `reader` sent to one of `others`.
pub fn list_to(
    conn: &mut Connection,
    reader: &EmailAddress,
    others: &[EmailAddress],
    limit: i64,
) -> Result<Vec<Message>, Error> {
    let theirs = deliveries::table
        .filter(deliveries::message_id.eq(messages::id))
        .filter(deliveries::recipient.eq_any(others.iter().map(EmailAddress::as_str)));
    Ok(messages::table
        .filter(messages::sender.eq(reader.as_str()))
        .filter(messages::listed.eq(true))
        .filter(diesel::dsl::exists(theirs))
        .order(messages::id.desc())
        .limit(limit)
        .select(Message::as_select())
        .load(conn)?)
}
