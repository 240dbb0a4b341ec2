//! Registering: pending data and a mailed link, never an account yet.

use chrono::Duration;
use shared::EmailAddress;

use super::{Error, password};
use crate::{
    app::App,
    id::{JobId, OneTimeTokenId, RegistrationId},
    outbox::{Job, enqueue, job::About},
    seal::Token,
    store::{
        accounts, deliveries,
        one_time_tokens::{self, NewOneTimeToken, Purpose},
        registrations::{self, NewRegistration},
    },
};

/// How long the mailed link works.
pub const LINK_HOURS: i64 = 24;

/// What was asked for.
pub struct Request {
    /// The address.
    pub email: EmailAddress,
    /// The name.
    pub display_name: String,
    /// The password.
    pub password: String,
    /// The ticket of the message that waits.
    pub ticket: Option<Token>,
    /// The language of the page.
    pub locale: Option<String>,
}

/// Takes a registration. What happens depends on the address, and nobody is told: an address with an account gets a
/// word, one without a waiting message (and outside the sender domains) gets nothing.
pub async fn register(app: &App, request: Request) -> Result<(), Error> {
    let Request { email, display_name, password, ticket, locale } = request;
    // Hashed in every case, so that the answer takes the same time.
    let password_hash = password::hash(password).await?;
    let now = app.clock.now();
    let (seal, is_sender) = (app.seal.clone(), app.config.organisation.is_sender(&email));
    app.store
        .write(move |conn| {
            let waiting = match &ticket {
                Some(ticket) => {
                    deliveries::find_by_ticket(conn, &ticket.hash())?.filter(|delivery| delivery.recipient == email)
                }
                None => None,
            };
            if accounts::find_by_email(conn, &email)?.is_some() {
                let ticket = ticket.filter(|_| waiting.is_some()).map(|ticket| ticket.reveal());
                let job = Job::AccountExists { to: email, ticket };
                return enqueue(conn, &seal, now, JobId::new(now), &job, About::default());
            }
            if !is_sender && !deliveries::has_waiting_for(conn, &email, now)? {
                return one_time_tokens::insert_idle(conn, Purpose::Confirm, now);
            }
            // Whoever comes from a link that is too old has no ticket any more, and goes on to the same message.
            let return_delivery_id = match &ticket {
                Some(_) => waiting.map(|delivery| delivery.id),
                None => registrations::latest_return(conn, &email)?,
            };
            let expires_at = now + Duration::hours(LINK_HOURS);
            let id = RegistrationId::new(now);
            let new = NewRegistration {
                id,
                email: email.clone(),
                display_name,
                password_hash,
                return_delivery_id,
                locale: locale.clone(),
                created_at: now,
                expires_at,
            };
            registrations::insert(conn, &new)?;
            let token = Token::generate();
            one_time_tokens::insert(
                conn,
                &NewOneTimeToken {
                    id: OneTimeTokenId::new(now),
                    token_hash: token.hash(),
                    purpose: Purpose::Confirm,
                    registration_id: Some(id),
                    account_id: None,
                    return_delivery_id,
                    message_id: None,
                    created_at: now,
                    expires_at,
                },
            )?;
            let job = Job::ConfirmRegistration { to: email, token: token.reveal(), locale };
            enqueue(conn, &seal, now, JobId::new(now), &job, About::default())
        })
        .await?;
    app.wake.wake();
    Ok(())
}
