//! Links of one use.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::{
    Connection, Error,
    schema::one_time_tokens,
    value::{MaybeTime, Time, codes, to_db},
};
use crate::{
    id::{AccountId, DeliveryId, MessageId, OneTimeTokenId, RegistrationId},
    seal::{Token, TokenHash},
};

codes! {
    /// What a link is for.
    Purpose {
        /// Confirms an address.
        Confirm = "confirm",
        /// Sets a new password.
        Reset = "reset",
        /// Moves the end of a message.
        Extend = "extend",
    }
}

/// A link of one use.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = one_time_tokens)]
pub struct OneTimeToken {
    /// Its id.
    pub id: OneTimeTokenId,
    /// The hash of what stands in the link.
    pub token_hash: TokenHash,
    /// What it is for.
    pub purpose: Purpose,
    /// The registration it confirms.
    pub registration_id: Option<RegistrationId>,
    /// The account whose password it sets.
    pub account_id: Option<AccountId>,
    /// The delivery to return to.
    pub return_delivery_id: Option<DeliveryId>,
    /// The message whose end it moves.
    pub message_id: Option<MessageId>,
    /// How many wrong passwords came with it.
    pub wrong_tries: i32,
    /// When it was made.
    #[diesel(deserialize_as = Time)]
    pub created_at: DateTime<Utc>,
    /// Until when it works.
    #[diesel(deserialize_as = Time)]
    pub expires_at: DateTime<Utc>,
    /// When it was used up.
    #[diesel(deserialize_as = MaybeTime)]
    pub used_at: Option<DateTime<Utc>>,
}

/// A link to be inserted.
#[derive(Clone, Debug)]
pub struct NewOneTimeToken {
    /// Its id.
    pub id: OneTimeTokenId,
    /// The hash of what stands in the link.
    pub token_hash: TokenHash,
    /// What it is for.
    pub purpose: Purpose,
    /// The registration it confirms.
    pub registration_id: Option<RegistrationId>,
    /// The account whose password it sets.
    pub account_id: Option<AccountId>,
    /// The delivery to return to.
    pub return_delivery_id: Option<DeliveryId>,
    /// The message whose end it moves.
    pub message_id: Option<MessageId>,
    /// Now.
    pub created_at: DateTime<Utc>,
    /// Until when it works.
    pub expires_at: DateTime<Utc>,
}

/// Adds a link.
pub fn insert(conn: &mut Connection, new: &NewOneTimeToken) -> Result<(), Error> {
    diesel::insert_into(one_time_tokens::table)
        .values((
            one_time_tokens::id.eq(new.id),
            one_time_tokens::token_hash.eq(&new.token_hash),
            one_time_tokens::purpose.eq(new.purpose),
            one_time_tokens::registration_id.eq(new.registration_id),
            one_time_tokens::account_id.eq(new.account_id),
            one_time_tokens::return_delivery_id.eq(new.return_delivery_id),
            one_time_tokens::message_id.eq(new.message_id),
            one_time_tokens::wrong_tries.eq(0),
            one_time_tokens::created_at.eq(to_db(new.created_at)),
            one_time_tokens::expires_at.eq(to_db(new.expires_at)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Adds a link that leads nowhere and was told to nobody: what is written where an address has nothing to be mailed
/// about takes as long to commit as what is written where it has.
pub fn insert_idle(conn: &mut Connection, purpose: Purpose, now: DateTime<Utc>) -> Result<(), Error> {
    insert(
        conn,
        &NewOneTimeToken {
            id: OneTimeTokenId::new(now),
            token_hash: Token::generate().hash(),
            purpose,
            registration_id: None,
            account_id: None,
            return_delivery_id: None,
            message_id: None,
            created_at: now,
            expires_at: now,
        },
    )
}

/// The link with this hash, used up or not.
pub fn find_by_hash(conn: &mut Connection, hash: &TokenHash) -> Result<Option<OneTimeToken>, Error> {
    Ok(one_time_tokens::table
        .filter(one_time_tokens::token_hash.eq(hash))
        .select(OneTimeToken::as_select())
        .first(conn)
        .optional()?)
}

/// Counts a wrong password. Answers how many there were, this one included.
pub fn count_wrong_try(conn: &mut Connection, id: OneTimeTokenId) -> Result<i32, Error> {
    diesel::update(one_time_tokens::table.find(id))
        .set(one_time_tokens::wrong_tries.eq(one_time_tokens::wrong_tries + 1))
        .execute(conn)?;
    Ok(one_time_tokens::table.find(id).select(one_time_tokens::wrong_tries).first(conn)?)
}

/// Uses a link up. Answers whether it was still unused.
pub fn mark_used(conn: &mut Connection, id: OneTimeTokenId, now: DateTime<Utc>) -> Result<bool, Error> {
    let unused = one_time_tokens::table.find(id).filter(one_time_tokens::used_at.is_null());
    Ok(diesel::update(unused).set(one_time_tokens::used_at.eq(to_db(now))).execute(conn)? == 1)
}

/// Uses up all links of an account, as when its password was changed.
pub fn end_all_of(conn: &mut Connection, account_id: AccountId, now: DateTime<Utc>) -> Result<usize, Error> {
    let unused = one_time_tokens::table
        .filter(one_time_tokens::account_id.eq(account_id))
        .filter(one_time_tokens::used_at.is_null());
    Ok(diesel::update(unused).set(one_time_tokens::used_at.eq(to_db(now))).execute(conn)?)
}

/// Forgets what expired before `before`.
pub fn purge(conn: &mut Connection, before: DateTime<Utc>) -> Result<usize, Error> {
    Ok(diesel::delete(one_time_tokens::table.filter(one_time_tokens::expires_at.lt(to_db(before)))).execute(conn)?)
}
