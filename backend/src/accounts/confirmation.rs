//! Confirming an address: only token and password together make the account, so that nobody can activate a password
//! that somebody else chose.

use chrono::{DateTime, Utc};
use shared::{
    EmailAddress,
    api::registration::{self, RegistrationState},
};

use super::{
    Error,
    password::{self, Verified},
};
use crate::{
    app::App,
    audit,
    id::{AccountId, DeliveryId},
    seal::Token,
    store::{
        self, Connection, accounts,
        accounts::{Account, NewAccount},
        deliveries,
        one_time_tokens::{self, OneTimeToken, Purpose},
        registrations::{self, Registration},
    },
};

/// After so many wrong passwords the link is void.
const MOST_WRONG: i32 = 5;

/// What proves the right to the registration.
pub enum Proof {
    /// The password chosen when registering.
    Known(String),
    /// A new password and name; what was registered is thrown away.
    Anew {
        /// From now on.
        password: String,
        /// From now on.
        display_name: String,
    },
}

/// What a mailed link is good for; for its holder, who is the owner of the address.
pub async fn look(app: &App, token: &str) -> Result<registration::Registration, Error> {
    let hash = Token::parse(token).ok_or(Error::TokenUsed)?.hash();
    let now = app.clock.now();
    app.store
        .read(move |conn| {
            let link = one_time_tokens::find_by_hash(conn, &hash)?;
            let Some((link, id)) = link.and_then(|link| link.registration_id.map(|id| (link, id))) else {
                return Ok(None);
            };
            let email = registrations::get(conn, id)?.email;
            let state = if accounts::find_by_email(conn, &email)?.is_some() {
                RegistrationState::Confirmed
            } else if pending(conn, &hash, now)?.is_some() {
                RegistrationState::Pending
            } else {
                RegistrationState::Over
            };
            let return_to = way_back(conn, link.return_delivery_id, &email)?;
            Ok(Some(registration::Registration { email: email.written().to_owned(), state, return_to }))
        })
        .await?
        .ok_or(Error::TokenUsed)
}

/// Makes the account. Answers it, and where to go on.
pub async fn confirm(app: &App, token: &str, proof: Proof) -> Result<(Account, String), Error> {
    let hash = Token::parse(token).ok_or(Error::TokenUsed)?.hash();
    let now = app.clock.now();
    let (link, registration) = app.store.read(move |conn| pending(conn, &hash, now)).await?.ok_or(Error::TokenUsed)?;
    let (password_hash, display_name) = match proof {
        Proof::Known(password) => {
            let known = registration.password_hash.clone();
            if password::verify(password, Some(known.clone())).await? == Verified::Wrong {
                let id = link.id;
                app.store
                    .write(move |conn| {
                        if one_time_tokens::count_wrong_try(conn, id)? >= MOST_WRONG {
                            one_time_tokens::mark_used(conn, id, now)?;
                        }
                        Ok(())
                    })
                    .await?;
                return Err(Error::WrongPassword);
            }
            (known, registration.display_name.clone())
        }
        Proof::Anew { password, display_name } => (password::hash(password).await?, display_name),
    };
    let locale = registration.locale.unwrap_or_else(|| app.config.portal.language().code().to_owned());
    let (email, inner) = (registration.email.clone(), app.clone());
    let made = app
        .store
        .write(move |conn| {
            if !one_time_tokens::mark_used(conn, link.id, now)? {
                return Ok(None);
            }
            registrations::end_all_of(conn, &email, now)?;
            if accounts::find_by_email(conn, &email)?.is_some() {
                return Ok(None);
            }
            let id = AccountId::new(now);
            accounts::insert(
                conn,
                &NewAccount { id, email: email.clone(), display_name, password_hash, locale, created_at: now },
            )?;
            let entry = audit::Entry {
                event: audit::Event::AccountConfirmed,
                actor: Some(email.clone()),
                message_id: None,
                delivery_id: None,
                reason: None,
            };
            audit::record(conn, &inner, &entry)?;
            let return_to = way_back(conn, link.return_delivery_id, &email)?;
            Ok(Some((accounts::get(conn, id)?, return_to)))
        })
        .await?;
    made.ok_or(Error::TokenUsed)
}

/// The link and its registration, if both can still be used.
fn pending(
    conn: &mut Connection,
    hash: &crate::seal::TokenHash,
    now: DateTime<Utc>,
) -> Result<Option<(OneTimeToken, Registration)>, store::Error> {
    let Some(link) = one_time_tokens::find_by_hash(conn, hash)? else { return Ok(None) };
    if link.purpose != Purpose::Confirm
        || link.used_at.is_some()
        || link.expires_at <= now
        || link.wrong_tries >= MOST_WRONG
    {
        return Ok(None);
    }
    let Some(id) = link.registration_id else { return Ok(None) };
    let registration = registrations::get(conn, id)?;
    Ok(if registration.ended_at.is_some() { None } else { Some((link, registration)) })
}

/// Where the owner of an address goes on: to the message that waits, or to the inbox.
pub(super) fn way_back(
    conn: &mut Connection,
    delivery: Option<DeliveryId>,
    email: &EmailAddress,
) -> Result<String, store::Error> {
    let waiting = match delivery {
        Some(id) => deliveries::find(conn, id)?.filter(|delivery| &delivery.recipient == email),
        None => None,
    };
    Ok(waiting.map_or_else(|| "/inbox".to_owned(), |delivery| format!("/messages/{}", delivery.message_id)))
}
