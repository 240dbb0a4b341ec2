//! One value for each key ever used, to tell the right key ring from a wrong one.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::{
    Connection, Error,
    dialect::insert_if_absent,
    schema::key_checks,
    value::{MaybeTime, Time, to_db},
};
use crate::seal::KeyId;

/// What a key must compute to be the right one.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = key_checks)]
pub struct KeyCheck {
    /// The key.
    pub key_id: KeyId,
    /// The value.
    pub check_value: Vec<u8>,
    /// When the key was first seen.
    #[diesel(deserialize_as = Time)]
    pub created_at: DateTime<Utc>,
    /// When it was taken out of the ring for good.
    #[diesel(deserialize_as = MaybeTime)]
    pub retired_at: Option<DateTime<Utc>>,
}

/// All of them.
pub fn all(conn: &mut Connection) -> Result<Vec<KeyCheck>, Error> {
    Ok(key_checks::table.order(key_checks::key_id).select(KeyCheck::as_select()).load(conn)?)
}

/// Remembers a key's value. Answers whether it was new.
pub fn insert_if_absent(
    conn: &mut Connection,
    key_id: &KeyId,
    check_value: &[u8],
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    insert_if_absent!(
        conn,
        key_checks::table,
        (key_checks::key_id.eq(key_id), key_checks::check_value.eq(check_value), key_checks::created_at.eq(to_db(now)),)
    )
}

/// Remembers that a key is needed no more.
pub fn retire(conn: &mut Connection, key_id: &KeyId, now: DateTime<Utc>) -> Result<(), Error> {
    diesel::update(key_checks::table.find(key_id)).set(key_checks::retired_at.eq(to_db(now))).execute(conn)?;
    Ok(())
}
