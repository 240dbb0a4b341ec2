//! A forgotten password: a mailed link, used once, that ends all other log-ins.

use chrono::Duration;
use shared::EmailAddress;

use super::{Error, password, registration::LINK_HOURS};
use crate::{
    app::App,
    audit,
    id::{JobId, OneTimeTokenId},
    outbox::{Job, enqueue, job::About},
    seal::Token,
    store::{
        accounts,
        one_time_tokens::{self, NewOneTimeToken, Purpose},
        sessions,
    },
};

/// Mails a link to the owner of an account; an address without one gets nothing, and nobody is told.
pub async fn ask(app: &App, email: EmailAddress) -> Result<(), Error> {
    let (now, seal) = (app.clock.now(), app.seal.clone());
    app.store
        .write(move |conn| {
            let Some(account) = accounts::find_by_email(conn, &email)?.filter(|account| account.disabled_at.is_none())
            else {
                return one_time_tokens::insert_idle(conn, Purpose::Reset, now);
            };
            let token = Token::generate();
            // The newest link alone works.
            one_time_tokens::end_all_of(conn, account.id, now)?;
            one_time_tokens::insert(
                conn,
                &NewOneTimeToken {
                    id: OneTimeTokenId::new(now),
                    token_hash: token.hash(),
                    purpose: Purpose::Reset,
                    registration_id: None,
                    account_id: Some(account.id),
                    return_delivery_id: None,
                    message_id: None,
                    created_at: now,
                    expires_at: now + Duration::hours(LINK_HOURS),
                },
            )?;
            let job = Job::PasswordReset { to: account.email, token: token.reveal() };
            enqueue(conn, &seal, now, JobId::new(now), &job, About::default())
        })
        .await?;
    app.wake.wake();
    Ok(())
}

/// The owner of a link that still works, to check a new password against.
pub async fn owner(app: &App, token: &str) -> Result<accounts::Account, Error> {
    let hash = Token::parse(token).ok_or(Error::TokenUsed)?.hash();
    let now = app.clock.now();
    app.store
        .read(move |conn| {
            let link = one_time_tokens::find_by_hash(conn, &hash)?
                .filter(|link| link.purpose == Purpose::Reset && link.used_at.is_none() && link.expires_at > now);
            match link.and_then(|link| link.account_id) {
                Some(account) => accounts::find(conn, account),
                None => Ok(None),
            }
        })
        .await?
        .ok_or(Error::TokenUsed)
}

/// Sets the new password, ends every log-in, tells the owner.
pub async fn complete(app: &App, token: &str, new_password: String) -> Result<(), Error> {
    let account = owner(app, token).await?;
    let hash = Token::parse(token).ok_or(Error::TokenUsed)?.hash();
    let password_hash = password::hash(new_password).await?;
    let (now, inner) = (app.clock.now(), app.clone());
    let done = app
        .store
        .write(move |conn| {
            let Some(link) = one_time_tokens::find_by_hash(conn, &hash)? else { return Ok(false) };
            if !one_time_tokens::mark_used(conn, link.id, now)? {
                return Ok(false);
            }
            accounts::set_password(conn, account.id, &password_hash, now)?;
            sessions::end_all_of(conn, account.id, None, now)?;
            let entry = audit::Entry {
                event: audit::Event::PasswordChanged,
                actor: Some(account.email.clone()),
                message_id: None,
                delivery_id: None,
                reason: Some("reset"),
            };
            audit::record(conn, &inner, &entry)?;
            let job = Job::PasswordChanged { to: account.email };
            enqueue(conn, &inner.seal, now, JobId::new(now), &job, About::default())?;
            Ok(true)
        })
        .await?;
    app.wake.wake();
    if done { Ok(()) } else { Err(Error::TokenUsed) }
}
