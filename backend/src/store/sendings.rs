//! What was sent lately under a key of the sender's choice, so that a second try changes nothing.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::{Connection, Error, schema::sendings, value::to_db};
use crate::id::{AccountId, MessageId};

/// A sending.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = sendings)]
pub struct Sending {
    /// The message that was sent.
    pub message_id: MessageId,
    /// The authentication code over what was asked for.
    pub content_mac: Vec<u8>,
}

/// What the account sent under a key with this hash.
pub fn find(conn: &mut Connection, account: AccountId, key_hash: &[u8; 32]) -> Result<Option<Sending>, Error> {
    Ok(sendings::table.find((account, key_hash.as_slice())).select(Sending::as_select()).first(conn).optional()?)
}

/// Remembers a sending.
pub fn insert(
    conn: &mut Connection,
    (account, key_hash): (AccountId, &[u8; 32]),
    content_mac: &[u8; 32],
    message_id: MessageId,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let row = (
        sendings::account_id.eq(account),
        sendings::key_hash.eq(key_hash.as_slice()),
        sendings::content_mac.eq(content_mac.as_slice()),
        sendings::message_id.eq(message_id),
        sendings::created_at.eq(to_db(now)),
    );
    diesel::insert_into(sendings::table).values(row).execute(conn)?;
    Ok(())
}

/// Forgets what was sent before `before`.
pub fn purge(conn: &mut Connection, before: DateTime<Utc>) -> Result<usize, Error> {
    Ok(diesel::delete(sendings::table.filter(sendings::created_at.lt(to_db(before)))).execute(conn)?)
}
