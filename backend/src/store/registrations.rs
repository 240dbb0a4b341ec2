//! Registrations: what was typed, until the address is confirmed.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use shared::EmailAddress;

use super::{
    Connection, Error,
    schema::registrations,
    value::{Address, MaybeTime, Time, to_db},
};
use crate::id::{DeliveryId, RegistrationId};

/// A registration.
#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = registrations)]
pub struct Registration {
    /// Its id.
    pub id: RegistrationId,
    /// The address that must be confirmed.
    #[diesel(select_expression = registrations::email_written, deserialize_as = Address)]
    pub email: EmailAddress,
    /// The name that was typed.
    pub display_name: String,
    /// The hash of the password that was typed.
    pub password_hash: String,
    /// The delivery to return to.
    pub return_delivery_id: Option<DeliveryId>,
    /// The language that the page spoke.
    pub locale: Option<String>,
    /// When it was made.
    #[diesel(deserialize_as = Time)]
    pub created_at: DateTime<Utc>,
    /// Until when it can be confirmed.
    #[diesel(deserialize_as = Time)]
    pub expires_at: DateTime<Utc>,
    /// When it was confirmed or voided.
    #[diesel(deserialize_as = MaybeTime)]
    pub ended_at: Option<DateTime<Utc>>,
}

/// A registration to be inserted.
#[derive(Clone)]
pub struct NewRegistration {
    /// Its id.
    pub id: RegistrationId,
    /// The address that must be confirmed.
    pub email: EmailAddress,
    /// The name that was typed.
    pub display_name: String,
    /// The hash of the password that was typed.
    pub password_hash: String,
    /// The delivery to return to.
    pub return_delivery_id: Option<DeliveryId>,
    /// The language that the page spoke.
    pub locale: Option<String>,
    /// Now.
    pub created_at: DateTime<Utc>,
    /// Until when it can be confirmed.
    pub expires_at: DateTime<Utc>,
}

/// Adds a registration.
pub fn insert(conn: &mut Connection, new: &NewRegistration) -> Result<(), Error> {
    diesel::insert_into(registrations::table)
        .values((
            registrations::id.eq(new.id),
            registrations::email.eq(new.email.as_str()),
            registrations::email_written.eq(new.email.written()),
            registrations::display_name.eq(&new.display_name),
            registrations::password_hash.eq(&new.password_hash),
            registrations::return_delivery_id.eq(new.return_delivery_id),
            registrations::locale.eq(&new.locale),
            registrations::created_at.eq(to_db(new.created_at)),
            registrations::expires_at.eq(to_db(new.expires_at)),
        ))
        .execute(conn)?;
    Ok(())
}

/// The registration, if there is one.
pub fn find(conn: &mut Connection, id: RegistrationId) -> Result<Option<Registration>, Error> {
    Ok(registrations::table.find(id).select(Registration::as_select()).first(conn).optional()?)
}

/// The registration.
pub fn get(conn: &mut Connection, id: RegistrationId) -> Result<Registration, Error> {
    find(conn, id)?.ok_or(Error::NotFound)
}

/// The newest registration of an address that can still be confirmed.
pub fn latest_pending(
    conn: &mut Connection,
    email: &EmailAddress,
    now: DateTime<Utc>,
) -> Result<Option<Registration>, Error> {
    Ok(registrations::table
        .filter(registrations::email.eq(email.as_str()))
        .filter(registrations::ended_at.is_null())
        .filter(registrations::expires_at.gt(to_db(now)))
        .order((registrations::created_at.desc(), registrations::id.desc()))
        .select(Registration::as_select())
        .first(conn)
        .optional()?)
}

/// The delivery to which the newest registration of an address returns, whether it can still be confirmed or not.
pub fn latest_return(conn: &mut Connection, email: &EmailAddress) -> Result<Option<DeliveryId>, Error> {
    let latest: Option<Option<DeliveryId>> = registrations::table
        .filter(registrations::email.eq(email.as_str()))
        .order((registrations::created_at.desc(), registrations::id.desc()))
        .select(registrations::return_delivery_id)
        .first(conn)
        .optional()?;
    Ok(latest.flatten())
}

/// Ends all registrations of an address.
pub fn end_all_of(conn: &mut Connection, email: &EmailAddress, now: DateTime<Utc>) -> Result<usize, Error> {
    let pending =
        registrations::table.filter(registrations::email.eq(email.as_str())).filter(registrations::ended_at.is_null());
    Ok(diesel::update(pending).set(registrations::ended_at.eq(to_db(now))).execute(conn)?)
}

/// Forgets what expired before `before`, with the tokens sent for it.
pub fn purge(conn: &mut Connection, before: DateTime<Utc>) -> Result<usize, Error> {
    Ok(diesel::delete(registrations::table.filter(registrations::expires_at.lt(to_db(before)))).execute(conn)?)
}
