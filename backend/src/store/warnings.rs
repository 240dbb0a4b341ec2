//! Deliveries that are about to end unread, and of which recipient and sender are to be warned.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::{
    Connection, Error,
    deliveries::{Delivery, DeliveryState},
    schema::deliveries,
    value::to_db,
};
use crate::id::MessageId;

/// The messages with notified, unread deliveries whose end is to be warned of now, at most `limit`.
pub fn list_messages(conn: &mut Connection, now: DateTime<Utc>, limit: i64) -> Result<Vec<MessageId>, Error> {
    Ok(deliveries::table
        .filter(deliveries::warn_at.le(to_db(now)))
        .filter(deliveries::state.eq(DeliveryState::Notified))
        .filter(deliveries::ended_at.is_null())
        .filter(deliveries::expires_at.gt(to_db(now)))
        .select(deliveries::message_id)
        .distinct()
        .limit(limit)
        .load(conn)?)
}

/// Takes the right to warn of the end of a message's deliveries now. Answers those that are to be warned of: no other
/// worker gets them again.
pub fn take(conn: &mut Connection, message_id: MessageId, now: DateTime<Utc>) -> Result<Vec<Delivery>, Error> {
    let due: Vec<Delivery> = deliveries::table
        .filter(deliveries::message_id.eq(message_id))
        .filter(deliveries::warn_at.le(to_db(now)))
        .filter(deliveries::state.eq(DeliveryState::Notified))
        .filter(deliveries::ended_at.is_null())
        .filter(deliveries::expires_at.gt(to_db(now)))
        .order(deliveries::id)
        .select(Delivery::as_select())
        .load(conn)?;
    let mut taken = Vec::new();
    for delivery in due {
        let still = deliveries::table.find(delivery.id).filter(deliveries::warn_at.is_not_null());
        if diesel::update(still).set(deliveries::warn_at.eq(None::<chrono::NaiveDateTime>)).execute(conn)? == 1 {
            taken.push(delivery);
        }
    }
    Ok(taken)
}
