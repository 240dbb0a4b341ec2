//! How a message ends: by recall, or when its time is over. Each destroys keys and cancels jobs in one transaction,
//! so call these within [`super::Store::write`], and [`super::Store::truncate_log`] after it.

use chrono::{DateTime, Utc};
use shared::EmailAddress;

use super::{
    Connection, Error,
    deliveries::{self, Delivery, DeliveryState},
    message_chunks, messages,
    outbox::{self, JobKind},
};
use crate::id::{DeliveryId, MessageId};

/// From whom a message is taken back.
#[derive(Clone, Debug)]
pub enum Recipients {
    /// From all.
    All,
    /// From these; who is no recipient of it is passed over.
    Some(Vec<EmailAddress>),
}

impl Recipients {
    /// Whether this address is among them.
    pub fn holds(&self, address: &EmailAddress) -> bool {
        match self {
            Self::All => true,
            Self::Some(addresses) => addresses.contains(address),
        }
    }
}

/// What a recall did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recalled {
    /// The deliveries whose keys were destroyed. Those that ended before are not among them.
    pub deliveries: Vec<DeliveryId>,
    /// Whether nothing of the message is left to read, for its sender either.
    pub whole: bool,
}

/// Takes a message back. From all: every wrap is destroyed, the sender's too, and every job cancelled. From some: theirs;
/// once nobody is left, nothing of it can be read any more, but what was to go on to colleagues as ordinary mail still
/// does: they were not named.
pub fn recall(
    conn: &mut Connection,
    message_id: MessageId,
    recipients: &Recipients,
    now: DateTime<Utc>,
) -> Result<Recalled, Error> {
    let mut recalled = Vec::new();
    for delivery in deliveries::list_open(conn, message_id)? {
        if recipients.holds(&delivery.recipient) && end(conn, &delivery, DeliveryState::Recalled, now)? {
            recalled.push(delivery.id);
        }
    }
    let whole = match recipients {
        Recipients::All => true,
        Recipients::Some(_) => {
            let all = deliveries::list_of(conn, message_id)?;
            !recalled.is_empty() && all.iter().all(|delivery| delivery.ended_at.is_some())
        }
    };
    if whole {
        match recipients {
            Recipients::All => outbox::cancel_for_message(conn, message_id)?,
            Recipients::Some(_) => outbox::cancel_all_but_relay(conn, message_id)?,
        };
        messages::mark_recalled(conn, message_id, now)?;
        messages::set_sender_wrap(conn, message_id, None)?;
        settle(conn, message_id, now)?;
    }
    Ok(Recalled { deliveries: recalled, whole })
}

/// The recipient says that the message is not for them: their key is destroyed. The others keep theirs, and the sender
/// too, who may want to send it to the right one. Answers whether there was a key.
pub fn refuse(conn: &mut Connection, delivery: &Delivery, now: DateTime<Utc>) -> Result<bool, Error> {
    let refused = end(conn, delivery, DeliveryState::Recalled, now)?;
    if refused {
        deliveries::set_refused(conn, delivery.id, now)?;
    }
    Ok(refused)
}

/// What has come to its end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expired {
    /// Deliveries whose time was over.
    pub deliveries: Vec<DeliveryId>,
    /// Messages of which nothing is left to read.
    pub messages: Vec<MessageId>,
}

impl Expired {
    /// Whether nothing was due.
    pub fn is_empty(&self) -> bool {
        self.deliveries.is_empty() && self.messages.is_empty()
    }
}

/// Ends what is due, at most `limit` deliveries and messages: with the last delivery of a message all its keys are
/// destroyed. A relay job that still holds the message's key keeps it until it is done.
pub fn expire(conn: &mut Connection, now: DateTime<Utc>, limit: i64) -> Result<Expired, Error> {
    let mut expired = Expired::default();
    for delivery in deliveries::list_due(conn, now, limit)? {
        if end(conn, &delivery, DeliveryState::Expired, now)? {
            expired.deliveries.push(delivery.id);
        }
    }
    for message_id in messages::list_expired(conn, now, limit)? {
        outbox::cancel_for_message(conn, message_id)?;
        messages::destroy_keys(conn, message_id, now)?;
        expired.messages.push(message_id);
    }
    Ok(expired)
}

/// Lets a delivery be read until `until`, and its message with it; `warn_at` is when that end is to be warned of. What
/// was to warn of the earlier end never leaves.
pub fn extend(
    conn: &mut Connection,
    delivery: DeliveryId,
    until: DateTime<Utc>,
    warn_at: Option<DateTime<Utc>>,
) -> Result<bool, Error> {
    let message_id = deliveries::get(conn, delivery)?.message_id;
    let extended = deliveries::extend(conn, delivery, until, warn_at)?;
    if extended {
        messages::extend(conn, message_id, until)?;
        outbox::cancel_kind(conn, message_id, delivery, JobKind::WarnRecipient)?;
    }
    Ok(extended)
}

/// After a relay job: destroys the keys of mail that was kept only to be relayed, or was taken back meanwhile, once no job
/// needs them.
pub fn settle(conn: &mut Connection, message_id: MessageId, now: DateTime<Utc>) -> Result<bool, Error> {
    let message = messages::get(conn, message_id)?;
    let can_be_read = message.listed && message.recalled_at.is_none();
    if can_be_read || message.keys_destroyed_at.is_some() || outbox::holds_key_of(conn, message_id)? {
        return Ok(false);
    }
    messages::destroy_keys(conn, message_id, now)
}

/// Deletes the content of messages whose keys were destroyed before `before`. Answers how many.
pub fn purge(conn: &mut Connection, before: DateTime<Utc>, now: DateTime<Utc>, limit: i64) -> Result<usize, Error> {
    let purgeable = messages::list_purgeable(conn, before, limit)?;
    for message_id in &purgeable {
        message_chunks::delete_of(conn, *message_id)?;
        messages::set_purged(conn, *message_id, now)?;
    }
    Ok(purgeable.len())
}

/// Deletes all that is left of messages whose keys were destroyed before `before` and whose content is gone. Answers how
/// many.
pub fn forget(conn: &mut Connection, before: DateTime<Utc>, limit: i64) -> Result<usize, Error> {
    let removable = messages::list_removable(conn, before, limit)?;
    for message_id in &removable {
        messages::remove(conn, *message_id)?;
    }
    Ok(removable.len())
}

/// Ends a delivery and cancels its jobs. What left as ordinary mail cannot be undone: only its key here is destroyed.
fn end(conn: &mut Connection, delivery: &Delivery, state: DeliveryState, now: DateTime<Utc>) -> Result<bool, Error> {
    let state = if delivery.state == DeliveryState::Relayed { DeliveryState::Relayed } else { state };
    let ended = deliveries::end(conn, delivery.id, state, now)?;
    if ended {
        outbox::cancel_for_delivery(conn, delivery.message_id, delivery.id)?;
    }
    Ok(ended)
}
