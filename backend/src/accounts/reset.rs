//! A forgotten password: a mailed link, used once, that ends all other log-ins.

use shared::EmailAddress;

use super::{Error, administration::give_link, confirmation::way_back, password};
use crate::{
    app::App,
    audit,
    id::{JobId, MessageId},
    outbox::{Job, enqueue, job::About},
    seal::{Token, TokenHash},
    store::{
        accounts, deliveries,
        one_time_tokens::{self, Purpose},
        sessions,
    },
};

/// What waits for whoever forgot the password: the way back to it.
pub enum Waiting {
    /// The message of this ticket.
    Ticket(TokenHash),
    /// This message.
    Message(MessageId),
}

/// Mails a link to the owner of an account; an address without one gets nothing, and nobody is told.
pub async fn ask(app: &App, email: EmailAddress, waiting: Option<Waiting>) -> Result<(), Error> {
    let (now, seal) = (app.clock.now(), app.seal.clone());
    app.store
        .write(move |conn| {
            let Some(account) = accounts::find_by_email(conn, &email)?.filter(|account| account.disabled_at.is_none())
            else {
                return one_time_tokens::insert_idle(conn, Purpose::Reset, now);
            };
            let token = Token::generate();
            let waiting = match waiting {
                Some(Waiting::Ticket(hash)) => deliveries::find_by_ticket(conn, &hash)?,
                Some(Waiting::Message(id)) => deliveries::find_for(conn, id, &account.email)?,
                None => None,
            };
            let return_delivery_id =
                waiting.filter(|delivery| delivery.recipient == account.email).map(|delivery| delivery.id);
            // Links that were mailed before work until one is used: whoever asks twice may open either mail.
            give_link(conn, account.id, &token, return_delivery_id, now)?;
            let job = Job::PasswordReset { to: account.email, token: token.reveal() };
            enqueue(conn, &seal, now, JobId::new(now), &job, About::default())
        })
        .await?;
    app.wake.wake();
    Ok(())
}

/// The owner of a link that still works, and where to go on.
pub async fn owner(app: &App, token: &str) -> Result<(accounts::Account, String), Error> {
    let hash = Token::parse(token).ok_or(Error::TokenUsed)?.hash();
    let now = app.clock.now();
    app.store
        .read(move |conn| {
            let link = one_time_tokens::find_by_hash(conn, &hash)?
                .filter(|link| link.purpose == Purpose::Reset && link.used_at.is_none() && link.expires_at > now);
            let Some(link) = link else { return Ok(None) };
            let Some(account) = link.account_id.map(|id| accounts::find(conn, id)).transpose()?.flatten() else {
                return Ok(None);
            };
            let return_to = way_back(conn, link.return_delivery_id, &account.email)?;
            Ok(Some((account, return_to)))
        })
        .await?
        .ok_or(Error::TokenUsed)
}

/// Sets the new password, ends every log-in, tells the owner.
pub async fn complete(app: &App, token: &str, new_password: String) -> Result<(), Error> {
    let (account, _) = owner(app, token).await?;
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
            one_time_tokens::end_all_of(conn, account.id, now)?;
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
