//! The audit trail's rows. What they mean and how they are chained is the audit module's.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::{
    Connection, Error,
    dialect::on_either,
    schema::audit_events,
    value::{Time, to_db},
};
use crate::{
    id::{AuditEventId, DeliveryId, MessageId},
    seal::KeyId,
};

/// A row of the trail, read or to be inserted.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = audit_events)]
pub struct AuditEvent {
    /// Its id.
    pub id: AuditEventId,
    /// Whose chain it is in.
    pub node: String,
    /// Its place in the chain.
    pub sequence: i64,
    /// When it happened.
    #[diesel(deserialize_as = Time)]
    pub at: DateTime<Utc>,
    /// What happened, as a code.
    pub event: String,
    /// Who did it: an address.
    pub actor: Option<String>,
    /// The message it happened to.
    pub message_id: Option<MessageId>,
    /// The delivery it happened to.
    pub delivery_id: Option<DeliveryId>,
    /// Why, as a code.
    pub reason: Option<String>,
    /// The key the HMAC is under.
    pub key_id: KeyId,
    /// The HMAC of the row before.
    pub previous_mac: Vec<u8>,
    /// The HMAC over this row and the one before.
    pub mac: Vec<u8>,
}

/// Adds a row. [`Error::Duplicate`] when its place is taken.
pub fn insert(conn: &mut Connection, new: &AuditEvent) -> Result<(), Error> {
    let row = diesel::insert_into(audit_events::table).values((
        audit_events::id.eq(new.id),
        audit_events::node.eq(&new.node),
        audit_events::sequence.eq(new.sequence),
        audit_events::at.eq(to_db(new.at)),
        audit_events::event.eq(&new.event),
        audit_events::actor.eq(&new.actor),
        audit_events::message_id.eq(new.message_id),
        audit_events::delivery_id.eq(new.delivery_id),
        audit_events::reason.eq(&new.reason),
        audit_events::key_id.eq(&new.key_id),
        audit_events::previous_mac.eq(&new.previous_mac),
        audit_events::mac.eq(&new.mac),
    ));
    on_either!(conn, row.execute(conn))?;
    Ok(())
}

/// The last row of a node's chain.
pub fn last_of(conn: &mut Connection, node: &str) -> Result<Option<AuditEvent>, Error> {
    let chain = audit_events::table.filter(audit_events::node.eq(node)).order(audit_events::sequence.desc());
    Ok(on_either!(conn, chain.select(AuditEvent::as_select()).first(conn)).optional()?)
}

/// A node's chain behind place `after`, in order.
pub fn list_of(conn: &mut Connection, node: &str, after: i64, limit: i64) -> Result<Vec<AuditEvent>, Error> {
    Ok(audit_events::table
        .filter(audit_events::node.eq(node))
        .filter(audit_events::sequence.gt(after))
        .order(audit_events::sequence)
        .limit(limit)
        .select(AuditEvent::as_select())
        .load(conn)?)
}

/// How many rows were written under a key, and when the last one was; none if there are none.
pub fn written_under(conn: &mut Connection, key: &KeyId) -> Result<Option<(i64, DateTime<Utc>)>, Error> {
    let rows = audit_events::table.filter(audit_events::key_id.eq(key));
    let last = rows.order(audit_events::at.desc()).select(AuditEvent::as_select()).first(conn).optional()?;
    let Some(last) = last else { return Ok(None) };
    Ok(Some((rows.count().get_result(conn)?, last.at)))
}
