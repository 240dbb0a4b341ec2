//! Messages: what is known of a mail without opening it.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use shared::EmailAddress;

use super::{
    Connection, Error,
    deliveries::Delivery,
    dialect::on_either,
    schema::{deliveries, messages, outbox},
    sealed::{Columns, MaybeColumns},
    value::{Address, MaybeTime, Time, codes, to_db},
};
use crate::{
    id::MessageId,
    seal::{SealedOutline, SealedRecord, Wrap},
};

codes! {
    /// The door a message came in by.
    Origin {
        /// The SMTP server.
        Smtp = "smtp",
        /// The portal's pages.
        Portal = "portal",
        /// A program with an API token.
        Api = "api",
    }
}

/// A message.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = messages)]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// The version of the sealed format.
    pub format: i16,
    /// The cipher.
    pub algorithm: i16,
    /// The door it came in by.
    pub origin: Origin,
    /// Who owns tracking and recall.
    #[diesel(select_expression = messages::sender_written, deserialize_as = Address)]
    pub sender: EmailAddress,
    /// The short code in the notification and on the page.
    pub reference: String,
    /// False for mail kept only to be relayed.
    pub listed: bool,
    /// Octets of the whole mail.
    pub size: i64,
    /// Chunks of its content.
    pub chunk_count: i32,
    /// The MIME tree, under the message's key.
    pub sealed_outline: SealedOutline,
    /// What a ticket shows, under a key of its own.
    #[diesel(select_expression = (messages::sealed_cover, messages::cover_key_id), deserialize_as = Columns)]
    pub cover: SealedRecord,
    /// The message's key, wrapped for its sender.
    #[diesel(select_expression = (messages::sender_wrap, messages::sender_key_id), deserialize_as = MaybeColumns)]
    pub sender_wrap: Option<Wrap>,
    /// The message this one answers.
    pub in_reply_to: Option<MessageId>,
    /// The Date field if sane, else the arrival.
    #[diesel(deserialize_as = Time)]
    pub sent_at: DateTime<Utc>,
    /// When it arrived.
    #[diesel(deserialize_as = Time)]
    pub received_at: DateTime<Utc>,
    /// Until when it can be read.
    #[diesel(deserialize_as = MaybeTime)]
    pub expires_at: Option<DateTime<Utc>>,
    /// When all of it was recalled.
    #[diesel(deserialize_as = MaybeTime)]
    pub recalled_at: Option<DateTime<Utc>>,
    /// When the last wrap of its key was destroyed.
    #[diesel(deserialize_as = MaybeTime)]
    pub keys_destroyed_at: Option<DateTime<Utc>>,
    /// When its content was deleted.
    #[diesel(deserialize_as = MaybeTime)]
    pub purged_at: Option<DateTime<Utc>>,
    /// Whether the sender is told by mail when a recipient first opens it.
    pub read_notice: bool,
}

/// A message to be inserted.
#[derive(Clone, Debug)]
pub struct NewMessage {
    /// Its id.
    pub id: MessageId,
    /// The version of the sealed format.
    pub format: i16,
    /// The cipher.
    pub algorithm: i16,
    /// The door it came in by.
    pub origin: Origin,
    /// Who owns tracking and recall.
    pub sender: EmailAddress,
    /// The short code in the notification and on the page.
    pub reference: String,
    /// False for mail kept only to be relayed.
    pub listed: bool,
    /// Octets of the whole mail.
    pub size: i64,
    /// Chunks of its content.
    pub chunk_count: i32,
    /// The MIME tree, under the message's key.
    pub sealed_outline: SealedOutline,
    /// What a ticket shows.
    pub cover: SealedRecord,
    /// The message's key, wrapped for its sender.
    pub sender_wrap: Option<Wrap>,
    /// The message this one answers.
    pub in_reply_to: Option<MessageId>,
    /// The Date field if sane, else the arrival.
    pub sent_at: DateTime<Utc>,
    /// When it arrived.
    pub received_at: DateTime<Utc>,
    /// Until when it can be read.
    pub expires_at: Option<DateTime<Utc>>,
    /// Whether the sender is told by mail when a recipient first opens it.
    pub read_notice: bool,
}

/// Which page of a list: newest first, at most `limit`, only what stands before the message `before`.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// At most so many.
    pub limit: i64,
    /// Only older ones than this.
    pub before: Option<MessageId>,
    /// Only the one with this reference.
    pub reference: Option<String>,
}

/// Adds a message.
pub fn insert(conn: &mut Connection, new: &NewMessage) -> Result<(), Error> {
    let (sender_wrap, sender_key_id) = new.sender_wrap.as_ref().map(|wrap| (&wrap.bytes, &wrap.key_id)).unzip();
    let row = diesel::insert_into(messages::table).values((
        messages::id.eq(new.id),
        messages::format.eq(new.format),
        messages::algorithm.eq(new.algorithm),
        messages::origin.eq(new.origin),
        messages::sender.eq(new.sender.as_str()),
        messages::sender_written.eq(new.sender.written()),
        messages::reference.eq(&new.reference),
        messages::listed.eq(new.listed),
        messages::size.eq(new.size),
        messages::chunk_count.eq(new.chunk_count),
        messages::sealed_outline.eq(&new.sealed_outline),
        messages::sealed_cover.eq(&new.cover.bytes),
        messages::cover_key_id.eq(&new.cover.key_id),
        messages::sender_wrap.eq(sender_wrap),
        messages::sender_key_id.eq(sender_key_id),
        messages::in_reply_to.eq(new.in_reply_to),
        messages::sent_at.eq(to_db(new.sent_at)),
        messages::received_at.eq(to_db(new.received_at)),
        messages::expires_at.eq(new.expires_at.map(to_db)),
        messages::read_notice.eq(new.read_notice),
    ));
    on_either!(conn, row.execute(conn))?;
    Ok(())
}

/// The message, if there is one.
pub fn find(conn: &mut Connection, id: MessageId) -> Result<Option<Message>, Error> {
    Ok(messages::table.find(id).select(Message::as_select()).first(conn).optional()?)
}

/// The message.
pub fn get(conn: &mut Connection, id: MessageId) -> Result<Message, Error> {
    find(conn, id)?.ok_or(Error::NotFound)
}

/// The message with this reference code.
pub fn find_by_reference(conn: &mut Connection, reference: &str) -> Result<Option<Message>, Error> {
    Ok(messages::table.filter(messages::reference.eq(reference)).select(Message::as_select()).first(conn).optional()?)
}

/// The listed messages that were sent to `recipient` and not refused, each with the delivery, newest first.
pub fn list_inbox(
    conn: &mut Connection,
    recipient: &EmailAddress,
    page: &Page,
) -> Result<Vec<(Message, Delivery)>, Error> {
    let mut query = messages::table
        .inner_join(deliveries::table)
        .filter(deliveries::recipient.eq(recipient.as_str()))
        .filter(deliveries::refused_at.is_null())
        .filter(messages::listed.eq(true))
        .order(messages::id.desc())
        .limit(page.limit)
        .select((Message::as_select(), Delivery::as_select()))
        .into_boxed();
    if let Some(before) = page.before {
        query = query.filter(messages::id.lt(before));
    }
    if let Some(reference) = &page.reference {
        query = query.filter(messages::reference.eq(reference));
    }
    Ok(query.load(conn)?)
}

/// The listed messages that `sender` owns, newest first.
pub fn list_sent(conn: &mut Connection, sender: &EmailAddress, page: &Page) -> Result<Vec<Message>, Error> {
    let mut query = messages::table
        .filter(messages::sender.eq(sender.as_str()))
        .filter(messages::listed.eq(true))
        .order(messages::id.desc())
        .limit(page.limit)
        .select(Message::as_select())
        .into_boxed();
    if let Some(before) = page.before {
        query = query.filter(messages::id.lt(before));
    }
    if let Some(reference) = &page.reference {
        query = query.filter(messages::reference.eq(reference));
    }
    Ok(query.load(conn)?)
}

/// Sets or destroys the sender's wrap.
pub fn set_sender_wrap(conn: &mut Connection, id: MessageId, wrap: Option<&Wrap>) -> Result<(), Error> {
    let (bytes, key_id) = wrap.map(|wrap| (&wrap.bytes, &wrap.key_id)).unzip();
    diesel::update(messages::table.find(id))
        .set((messages::sender_wrap.eq(bytes), messages::sender_key_id.eq(key_id)))
        .execute(conn)?;
    Ok(())
}

/// Notes that all of it was recalled. Answers whether it had not been before.
pub fn mark_recalled(conn: &mut Connection, id: MessageId, now: DateTime<Utc>) -> Result<bool, Error> {
    let fresh = messages::table.find(id).filter(messages::recalled_at.is_null());
    Ok(diesel::update(fresh).set(messages::recalled_at.eq(to_db(now))).execute(conn)? == 1)
}

/// Destroys the sender's wrap and notes that none is left. Those of deliveries and jobs must be gone already.
pub fn destroy_keys(conn: &mut Connection, id: MessageId, now: DateTime<Utc>) -> Result<bool, Error> {
    set_sender_wrap(conn, id, None)?;
    let fresh = messages::table.find(id).filter(messages::keys_destroyed_at.is_null());
    Ok(diesel::update(fresh).set(messages::keys_destroyed_at.eq(to_db(now))).execute(conn)? == 1)
}

/// Moves the message's own end to `until` if that is later.
pub fn extend(conn: &mut Connection, id: MessageId, until: DateTime<Utc>) -> Result<(), Error> {
    let earlier = messages::table.find(id).filter(messages::expires_at.lt(to_db(until)));
    diesel::update(earlier).set(messages::expires_at.eq(to_db(until))).execute(conn)?;
    Ok(())
}

/// Messages past their end whose keys no delivery and no job holds any more, but perhaps the sender.
pub fn list_expired(conn: &mut Connection, now: DateTime<Utc>, limit: i64) -> Result<Vec<MessageId>, Error> {
    let held_by_delivery =
        deliveries::table.filter(deliveries::message_id.eq(messages::id)).filter(deliveries::wrap.is_not_null());
    let held_by_job =
        outbox::table.filter(outbox::message_id.eq(messages::id.nullable())).filter(outbox::wrap.is_not_null());
    Ok(messages::table
        .filter(messages::keys_destroyed_at.is_null())
        .filter(messages::expires_at.le(to_db(now)))
        .filter(diesel::dsl::not(diesel::dsl::exists(held_by_delivery)))
        .filter(diesel::dsl::not(diesel::dsl::exists(held_by_job)))
        .order(messages::expires_at)
        .limit(limit)
        .select(messages::id)
        .load(conn)?)
}

/// Messages whose keys were destroyed before `before` and whose content is still there.
pub fn list_purgeable(conn: &mut Connection, before: DateTime<Utc>, limit: i64) -> Result<Vec<MessageId>, Error> {
    Ok(messages::table
        .filter(messages::keys_destroyed_at.lt(to_db(before)))
        .filter(messages::purged_at.is_null())
        .order(messages::keys_destroyed_at)
        .limit(limit)
        .select(messages::id)
        .load(conn)?)
}

/// Notes that the content was deleted.
pub fn set_purged(conn: &mut Connection, id: MessageId, now: DateTime<Utc>) -> Result<(), Error> {
    diesel::update(messages::table.find(id)).set(messages::purged_at.eq(to_db(now))).execute(conn)?;
    Ok(())
}

/// Purged messages whose keys were destroyed before `before`: their covers may go as well.
pub(super) fn list_removable(
    conn: &mut Connection,
    before: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<MessageId>, Error> {
    Ok(messages::table
        .filter(messages::keys_destroyed_at.lt(to_db(before)))
        .filter(messages::purged_at.is_not_null())
        .order(messages::keys_destroyed_at)
        .limit(limit)
        .select(messages::id)
        .load(conn)?)
}

/// Deletes a message with its cover, deliveries, content and jobs.
pub(super) fn remove(conn: &mut Connection, id: MessageId) -> Result<(), Error> {
    diesel::delete(messages::table.find(id)).execute(conn)?;
    Ok(())
}
