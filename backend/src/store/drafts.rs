//! Drafts: what an account has written and not sent yet.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::{
    Connection, Error,
    dialect::insert_if_absent,
    schema::drafts,
    sealed::Columns,
    value::{Time, to_db},
};
use crate::{
    id::{AccountId, DraftId},
    seal::SealedRecord,
};

/// A draft.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = drafts)]
pub struct Draft {
    /// Its id.
    pub id: DraftId,
    /// Its texts.
    #[diesel(select_expression = (drafts::sealed_content, drafts::key_id), deserialize_as = Columns)]
    pub content: SealedRecord,
    /// When it was kept.
    #[diesel(deserialize_as = Time)]
    pub updated_at: DateTime<Utc>,
}

/// The account's draft of this name, if there is one.
pub fn find(conn: &mut Connection, account: AccountId, name: &str) -> Result<Option<Draft>, Error> {
    Ok(named(account, name).select(Draft::as_select()).first(conn).optional()?)
}

#[diesel::dsl::auto_type(no_type_alias)]
fn named<'a>(account: AccountId, name: &'a str) -> _ {
    drafts::table.filter(drafts::account_id.eq(account)).filter(drafts::name.eq(name))
}

/// Keeps a draft in the place of the one that had its id. [`Error::Duplicate`] when another has its name.
pub fn put(
    conn: &mut Connection,
    account: AccountId,
    name: &str,
    (id, content): (DraftId, &SealedRecord),
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let changed = (
        drafts::sealed_content.eq(&content.bytes),
        drafts::key_id.eq(&content.key_id),
        drafts::updated_at.eq(to_db(now)),
    );
    if diesel::update(drafts::table.find(id)).set(changed).execute(conn)? == 1 {
        return Ok(());
    }
    let new = (drafts::id.eq(id), drafts::account_id.eq(account), drafts::name.eq(name));
    if insert_if_absent!(conn, drafts::table, (new, changed))? { Ok(()) } else { Err(Error::Duplicate) }
}

/// How many the account has.
pub fn count(conn: &mut Connection, account: AccountId) -> Result<i64, Error> {
    Ok(drafts::table.filter(drafts::account_id.eq(account)).count().get_result(conn)?)
}

/// Deletes a draft. Answers whether there was one.
pub fn delete(conn: &mut Connection, account: AccountId, name: &str) -> Result<bool, Error> {
    Ok(diesel::delete(named(account, name)).execute(conn)? == 1)
}

/// Forgets those that were left alone since before `before`.
pub fn purge(conn: &mut Connection, before: DateTime<Utc>) -> Result<usize, Error> {
    Ok(diesel::delete(drafts::table.filter(drafts::updated_at.lt(to_db(before)))).execute(conn)?)
}
