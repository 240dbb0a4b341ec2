//! Tokens of programs.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::{
    Connection, Error,
    schema::api_tokens,
    value::{MaybeTime, Time, to_db},
};
use crate::{
    id::{AccountId, ApiTokenId},
    seal::TokenHash,
};

/// A program's token.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = api_tokens)]
pub struct ApiToken {
    /// Its id.
    pub id: ApiTokenId,
    /// Whose it is.
    pub account_id: AccountId,
    /// What its owner calls it.
    pub name: String,
    /// What it may do: the codes of its scopes with blanks between.
    pub scopes: String,
    /// When it was made.
    #[diesel(deserialize_as = Time)]
    pub created_at: DateTime<Utc>,
    /// Until when it works.
    #[diesel(deserialize_as = MaybeTime)]
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was last used.
    #[diesel(deserialize_as = MaybeTime)]
    pub last_used_at: Option<DateTime<Utc>>,
    /// When it was revoked.
    #[diesel(deserialize_as = MaybeTime)]
    pub revoked_at: Option<DateTime<Utc>>,
}

/// A token to be inserted.
#[derive(Clone, Debug)]
pub struct NewApiToken {
    /// Its id.
    pub id: ApiTokenId,
    /// Whose it is.
    pub account_id: AccountId,
    /// What its owner calls it.
    pub name: String,
    /// What it may do: the codes of its scopes with blanks between.
    pub scopes: String,
    /// The hash of the token.
    pub token_hash: TokenHash,
    /// Now.
    pub created_at: DateTime<Utc>,
    /// Until when it works.
    pub expires_at: Option<DateTime<Utc>>,
}

/// Adds a token.
pub fn insert(conn: &mut Connection, new: &NewApiToken) -> Result<(), Error> {
    diesel::insert_into(api_tokens::table)
        .values((
            api_tokens::id.eq(new.id),
            api_tokens::account_id.eq(new.account_id),
            api_tokens::name.eq(&new.name),
            api_tokens::scopes.eq(&new.scopes),
            api_tokens::token_hash.eq(&new.token_hash),
            api_tokens::created_at.eq(to_db(new.created_at)),
            api_tokens::expires_at.eq(new.expires_at.map(to_db)),
        ))
        .execute(conn)?;
    Ok(())
}

/// The account's tokens that were not revoked, newest first.
pub fn list_of(conn: &mut Connection, account_id: AccountId) -> Result<Vec<ApiToken>, Error> {
    Ok(api_tokens::table
        .filter(api_tokens::account_id.eq(account_id))
        .filter(api_tokens::revoked_at.is_null())
        .order(api_tokens::id.desc())
        .select(ApiToken::as_select())
        .load(conn)?)
}

/// The token with this hash, still working or not.
pub fn find_by_hash(conn: &mut Connection, hash: &TokenHash) -> Result<Option<ApiToken>, Error> {
    Ok(api_tokens::table
        .filter(api_tokens::token_hash.eq(hash))
        .select(ApiToken::as_select())
        .first(conn)
        .optional()?)
}

/// Revokes a token of this account. Answers whether there was one.
pub fn revoke(conn: &mut Connection, account_id: AccountId, id: ApiTokenId, now: DateTime<Utc>) -> Result<bool, Error> {
    let own = api_tokens::table
        .find(id)
        .filter(api_tokens::account_id.eq(account_id))
        .filter(api_tokens::revoked_at.is_null());
    Ok(diesel::update(own).set(api_tokens::revoked_at.eq(to_db(now))).execute(conn)? == 1)
}

/// Notes that a token was used.
pub fn touch(conn: &mut Connection, id: ApiTokenId, now: DateTime<Utc>) -> Result<(), Error> {
    diesel::update(api_tokens::table.find(id)).set(api_tokens::last_used_at.eq(to_db(now))).execute(conn)?;
    Ok(())
}
