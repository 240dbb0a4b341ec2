//! Which keys of the ring anything in the store depends on.

use std::collections::BTreeSet;

use diesel::prelude::*;

use super::{
    Connection, Error,
    schema::{audit_events, deliveries, drafts, messages, outbox},
};
use crate::seal::KeyId;

/// Every key that something in the store depends on, in order. Those that only the audit trail needs are among them.
pub fn key_usage(conn: &mut Connection) -> Result<Vec<KeyId>, Error> {
    let mut keys: BTreeSet<KeyId> = sealed_key_usage(conn)?.into_iter().collect();
    keys.extend(audit_key_usage(conn)?);
    Ok(keys.into_iter().collect())
}

/// Every key without which something could not be opened, in order: none of them may be retired.
pub fn sealed_key_usage(conn: &mut Connection) -> Result<Vec<KeyId>, Error> {
    let mut keys = BTreeSet::new();
    keys.extend(messages::table.select(messages::cover_key_id).distinct().load::<KeyId>(conn)?);
    keys.extend(drafts::table.select(drafts::key_id).distinct().load::<KeyId>(conn)?);
    let optional = [
        messages::table.select(messages::sender_key_id).distinct().load::<Option<KeyId>>(conn)?,
        deliveries::table.select(deliveries::key_id).distinct().load(conn)?,
        deliveries::table.select(deliveries::ticket_key_id).distinct().load(conn)?,
        deliveries::table.select(deliveries::report_key_id).distinct().load(conn)?,
        outbox::table.select(outbox::payload_key_id).distinct().load(conn)?,
        outbox::table.select(outbox::wrap_key_id).distinct().load(conn)?,
    ];
    keys.extend(optional.into_iter().flatten().flatten());
    Ok(keys.into_iter().collect())
}

/// Every key that the audit trail's chains were written under.
pub fn audit_key_usage(conn: &mut Connection) -> Result<Vec<KeyId>, Error> {
    Ok(audit_events::table.select(audit_events::key_id).distinct().order(audit_events::key_id).load(conn)?)
}
