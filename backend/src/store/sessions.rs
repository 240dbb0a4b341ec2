//! Sessions: a log-in and the refresh token that keeps it alive.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::{
    Connection, Error,
    schema::sessions,
    value::{MaybeTime, Time, to_db},
};
use crate::{
    id::{AccountId, SessionId},
    seal::TokenHash,
};

/// A session.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = sessions)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// Whose it is.
    pub account_id: AccountId,
    /// The hash of the refresh token given out last.
    pub refresh_hash: TokenHash,
    /// The hash of the one before, until its successor is used.
    pub previous_hash: Option<TokenHash>,
    /// When the last one was given out.
    #[diesel(deserialize_as = Time)]
    pub rotated_at: DateTime<Utc>,
    /// When its owner logged in.
    #[diesel(deserialize_as = Time)]
    pub created_at: DateTime<Utc>,
    /// When it was last used.
    #[diesel(deserialize_as = Time)]
    pub last_seen_at: DateTime<Utc>,
    /// Until when it can be refreshed.
    #[diesel(deserialize_as = Time)]
    pub expires_at: DateTime<Utc>,
    /// When it was ended.
    #[diesel(deserialize_as = MaybeTime)]
    pub ended_at: Option<DateTime<Utc>>,
}

/// A session to be inserted.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// Its id.
    pub id: SessionId,
    /// Whose it is.
    pub account_id: AccountId,
    /// The hash of its first refresh token.
    pub refresh_hash: TokenHash,
    /// Now.
    pub created_at: DateTime<Utc>,
    /// Until when it can be refreshed.
    pub expires_at: DateTime<Utc>,
}

/// Adds a session.
pub fn insert(conn: &mut Connection, new: &NewSession) -> Result<(), Error> {
    diesel::insert_into(sessions::table)
        .values((
            sessions::id.eq(new.id),
            sessions::account_id.eq(new.account_id),
            sessions::refresh_hash.eq(&new.refresh_hash),
            sessions::rotated_at.eq(to_db(new.created_at)),
            sessions::created_at.eq(to_db(new.created_at)),
            sessions::last_seen_at.eq(to_db(new.created_at)),
            sessions::expires_at.eq(to_db(new.expires_at)),
        ))
        .execute(conn)?;
    Ok(())
}

/// The session, ended or not.
pub fn find(conn: &mut Connection, id: SessionId) -> Result<Option<Session>, Error> {
    Ok(sessions::table.find(id).select(Session::as_select()).first(conn).optional()?)
}

/// Gives out a new refresh token, if the last one is still `expected`. Answers whether it was: two calls at the same
/// time cannot both win. `previous` is the one that stays valid beside the new one.
pub fn rotate(
    conn: &mut Connection,
    id: SessionId,
    expected: &TokenHash,
    refresh: &TokenHash,
    previous: Option<&TokenHash>,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let unchanged =
        sessions::table.find(id).filter(sessions::refresh_hash.eq(expected)).filter(sessions::ended_at.is_null());
    Ok(diesel::update(unchanged)
        .set((
            sessions::refresh_hash.eq(refresh),
            sessions::previous_hash.eq(previous),
            sessions::rotated_at.eq(to_db(now)),
            sessions::last_seen_at.eq(to_db(now)),
        ))
        .execute(conn)?
        == 1)
}

/// Ends a session. Answers whether it was alive.
pub fn end(conn: &mut Connection, id: SessionId, now: DateTime<Utc>) -> Result<bool, Error> {
    let alive = sessions::table.find(id).filter(sessions::ended_at.is_null());
    Ok(diesel::update(alive).set(sessions::ended_at.eq(to_db(now))).execute(conn)? == 1)
}

/// Ends all sessions of an account, but for `except`.
pub fn end_all_of(
    conn: &mut Connection,
    account_id: AccountId,
    except: Option<SessionId>,
    now: DateTime<Utc>,
) -> Result<usize, Error> {
    let alive = sessions::table.filter(sessions::account_id.eq(account_id)).filter(sessions::ended_at.is_null());
    let ended = sessions::ended_at.eq(to_db(now));
    Ok(match except {
        Some(except) => diesel::update(alive.filter(sessions::id.ne(except))).set(ended).execute(conn)?,
        None => diesel::update(alive).set(ended).execute(conn)?,
    })
}

/// How many sessions of an account are alive.
pub fn count_of(conn: &mut Connection, account_id: AccountId, now: DateTime<Utc>) -> Result<i64, Error> {
    let alive = sessions::table
        .filter(sessions::account_id.eq(account_id))
        .filter(sessions::ended_at.is_null())
        .filter(sessions::expires_at.gt(to_db(now)));
    Ok(alive.count().get_result(conn)?)
}

/// Forgets sessions that expired before `before`.
pub fn purge(conn: &mut Connection, before: DateTime<Utc>) -> Result<usize, Error> {
    Ok(diesel::delete(sessions::table.filter(sessions::expires_at.lt(to_db(before)))).execute(conn)?)
}
