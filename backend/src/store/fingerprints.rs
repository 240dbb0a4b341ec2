//! Fingerprints of mail taken lately, so that a sender's second try changes nothing.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use shared::EmailAddress;

use super::{
    Connection, Error,
    dialect::insert_if_absent,
    schema::fingerprints,
    value::{Time, to_db},
};
use crate::id::MessageId;

/// A mail that was taken for one recipient.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = fingerprints)]
pub struct Fingerprint {
    /// The message it became.
    pub message_id: Option<MessageId>,
    /// When it was taken.
    #[diesel(deserialize_as = Time)]
    pub created_at: DateTime<Utc>,
}

/// Whether a mail with one of these fingerprints (one a key of the ring) was taken for this recipient.
pub fn find(
    conn: &mut Connection,
    candidates: &[[u8; 32]],
    recipient: &EmailAddress,
) -> Result<Option<Fingerprint>, Error> {
    // One after the other, so that the database compiles the query once: a ring has one key, or for a while two.
    for candidate in candidates {
        let found = fingerprints::table
            .filter(fingerprints::fingerprint.eq(candidate.as_slice()))
            .filter(fingerprints::recipient.eq(recipient.as_str()))
            .select(Fingerprint::as_select())
            .first(conn)
            .optional()?;
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

/// The message that a mail with one of these fingerprints became, whoever it was for.
pub fn find_message(conn: &mut Connection, candidates: &[[u8; 32]]) -> Result<Option<MessageId>, Error> {
    for candidate in candidates {
        let found: Option<Option<MessageId>> = fingerprints::table
            .filter(fingerprints::fingerprint.eq(candidate.as_slice()))
            .filter(fingerprints::message_id.is_not_null())
            .order(fingerprints::created_at)
            .select(fingerprints::message_id)
            .first(conn)
            .optional()?;
        if let Some(message) = found.flatten() {
            return Ok(Some(message));
        }
    }
    Ok(None)
}

/// Remembers a mail for a recipient. Answers whether it was new: if not, another session took it just now.
pub fn insert(
    conn: &mut Connection,
    fingerprint: &[u8; 32],
    recipient: &EmailAddress,
    message_id: Option<MessageId>,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    insert_if_absent!(
        conn,
        fingerprints::table,
        (
            fingerprints::fingerprint.eq(fingerprint.as_slice()),
            fingerprints::recipient.eq(recipient.as_str()),
            fingerprints::message_id.eq(message_id),
            fingerprints::created_at.eq(to_db(now)),
        )
    )
}

/// Forgets what was taken before `before`.
pub fn purge(conn: &mut Connection, before: DateTime<Utc>) -> Result<usize, Error> {
    Ok(diesel::delete(fingerprints::table.filter(fingerprints::created_at.lt(to_db(before)))).execute(conn)?)
}
