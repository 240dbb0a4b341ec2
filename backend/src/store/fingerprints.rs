//! Fingerprints of mail taken lately, so that a sender's second try changes nothing.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use shared::EmailAddress;

use super::{
    Connection, Error,
    dialect::{insert_if_absent, on_either},
    schema::fingerprints,
    value::{Address, Time, to_db},
};
use crate::id::MessageId;

/// A mail that was taken for one recipient.
#[derive(Clone, Debug, Queryable)]
pub struct Fingerprint {
    /// For whom.
    #[diesel(deserialize_as = Address)]
    pub recipient: EmailAddress,
    /// The message it became.
    pub message_id: Option<MessageId>,
    /// When it was taken.
    #[diesel(deserialize_as = Time)]
    pub created_at: DateTime<Utc>,
}

/// For whom a mail with one of these fingerprints (one a key of the ring) was taken, the first time first.
pub fn list(conn: &mut Connection, candidates: &[[u8; 32]]) -> Result<Vec<Fingerprint>, Error> {
    let mut found = Vec::new();
    // One after the other, so that the database compiles the query once: a ring has one key, or for a while two.
    for candidate in candidates {
        let taken = fingerprints::table
            .filter(fingerprints::fingerprint.eq(candidate.as_slice()))
            .order(fingerprints::created_at)
            .select((fingerprints::recipient, fingerprints::message_id, fingerprints::created_at));
        let taken: Vec<Fingerprint> = on_either!(conn, taken.load(conn))?;
        found.extend(taken);
    }
    Ok(found)
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
