//! Accounts.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use shared::EmailAddress;

use super::{
    Connection, Error,
    dialect::on_either,
    schema::accounts,
    value::{Address, MaybeTime, Time, to_db},
};
use crate::id::AccountId;

/// An account.
#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = accounts)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// Its address.
    #[diesel(select_expression = accounts::email_written, deserialize_as = Address)]
    pub email: EmailAddress,
    /// The name its owner chose.
    pub display_name: String,
    /// The password's hash, with its parameters.
    pub password_hash: String,
    /// The language of pages and mails.
    pub locale: String,
    /// When it was confirmed.
    #[diesel(deserialize_as = Time)]
    pub created_at: DateTime<Utc>,
    /// When the password was last set.
    #[diesel(deserialize_as = Time)]
    pub password_changed_at: DateTime<Utc>,
    /// Since when it may not log in.
    #[diesel(deserialize_as = MaybeTime)]
    pub disabled_at: Option<DateTime<Utc>>,
}

/// An account to be inserted.
#[derive(Clone)]
pub struct NewAccount {
    /// Its id.
    pub id: AccountId,
    /// Its address.
    pub email: EmailAddress,
    /// The name its owner chose.
    pub display_name: String,
    /// The password's hash, with its parameters.
    pub password_hash: String,
    /// The language of pages and mails.
    pub locale: String,
    /// Now.
    pub created_at: DateTime<Utc>,
}

/// Adds an account. [`Error::Duplicate`] when the address has one.
pub fn insert(conn: &mut Connection, new: &NewAccount) -> Result<(), Error> {
    diesel::insert_into(accounts::table)
        .values((
            accounts::id.eq(new.id),
            accounts::email.eq(new.email.as_str()),
            accounts::email_written.eq(new.email.written()),
            accounts::display_name.eq(&new.display_name),
            accounts::password_hash.eq(&new.password_hash),
            accounts::locale.eq(&new.locale),
            accounts::created_at.eq(to_db(new.created_at)),
            accounts::password_changed_at.eq(to_db(new.created_at)),
        ))
        .execute(conn)?;
    Ok(())
}

/// The account of this address.
pub fn find_by_email(conn: &mut Connection, email: &EmailAddress) -> Result<Option<Account>, Error> {
    let of_address = accounts::table.filter(accounts::email.eq(email.as_str()));
    Ok(on_either!(conn, of_address.select(Account::as_select()).first(conn)).optional()?)
}

/// All accounts whose address, in lower case, holds this text, by address.
pub fn list(conn: &mut Connection, text: &str) -> Result<Vec<Account>, Error> {
    let all = accounts::table.order(accounts::email).select(Account::as_select()).load::<Account>(conn)?;
    Ok(all.into_iter().filter(|account| account.email.as_str().contains(text)).collect())
}

/// The account, if there is one.
pub fn find(conn: &mut Connection, id: AccountId) -> Result<Option<Account>, Error> {
    Ok(accounts::table.find(id).select(Account::as_select()).first(conn).optional()?)
}

/// The account.
pub fn get(conn: &mut Connection, id: AccountId) -> Result<Account, Error> {
    find(conn, id)?.ok_or(Error::NotFound)
}

/// Sets a new password.
pub fn set_password(
    conn: &mut Connection,
    id: AccountId,
    password_hash: &str,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    diesel::update(accounts::table.find(id))
        .set((accounts::password_hash.eq(password_hash), accounts::password_changed_at.eq(to_db(now))))
        .execute(conn)?;
    Ok(())
}

/// Replaces the hash of an unchanged password, as when the parameters rose.
pub fn set_password_hash(conn: &mut Connection, id: AccountId, old: &str, new: &str) -> Result<bool, Error> {
    let unchanged = accounts::table.find(id).filter(accounts::password_hash.eq(old));
    Ok(diesel::update(unchanged).set(accounts::password_hash.eq(new)).execute(conn)? == 1)
}

/// Sets name and language.
pub fn set_profile(conn: &mut Connection, id: AccountId, display_name: &str, locale: &str) -> Result<(), Error> {
    diesel::update(accounts::table.find(id))
        .set((accounts::display_name.eq(display_name), accounts::locale.eq(locale)))
        .execute(conn)?;
    Ok(())
}

/// Shuts an account out, or lets it in again.
pub fn set_disabled(conn: &mut Connection, id: AccountId, since: Option<DateTime<Utc>>) -> Result<(), Error> {
    diesel::update(accounts::table.find(id)).set(accounts::disabled_at.eq(since.map(to_db))).execute(conn)?;
    Ok(())
}
