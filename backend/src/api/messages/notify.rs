//! `POST /messages/{id}/notifications`.

use actix_web::{HttpResponse, web};
use shared::api::{
    api_token::Scope,
    message::{NotifiedAgain, NotifyAgain},
    problem::{Problem, ProblemName},
};

use super::{access, extend::available, named};
use crate::{
    api::{Caller, Error, Result, Server},
    intake::cover,
    store::lifecycle::Recipients,
    tracking,
};

/// What came of it.
enum Outcome {
    /// These are notified again.
    Sent(Vec<String>),
    /// Seconds until the first of them may be.
    Wait(u32),
    /// There is nobody to notify.
    Nobody,
}

/// Sends the notification again: to the named recipients, or to all who have not opened the message yet. To each at most
/// once an hour.
#[utoipa::path(
    post, path = "/messages/{id}/notifications", tag = "messages", params(("id" = String, Path)),
    request_body = NotifyAgain,
    responses(
        (status = 202, body = NotifiedAgain), (status = 404, body = Problem),
        (status = 410, description = "message-recalled or message-expired", body = Problem),
        (status = 422, body = Problem), (status = 429, body = Problem),
    )
)]
pub async fn notify(
    server: web::Data<Server>,
    caller: Caller,
    id: web::Path<String>,
    body: web::Json<NotifyAgain>,
) -> Result {
    caller.may(Scope::MessagesSend)?;
    let app = &server.app;
    let message = access::owned(app, &caller.account.email, access::id(&id)?).await?;
    let now = app.clock.now();
    available(now, &message)?;
    let recipients = named::recipients(&server, message.id, body.into_inner().recipients).await?;
    let cover = cover::open(app, &message).ok_or(Error::new(ProblemName::Internal))?;
    let inner = app.clone();
    let outcome = app
        .store
        .write(move |conn| {
            let mut chosen = match &recipients {
                Recipients::All => tracking::unread(conn, message.id, now)?,
                Recipients::Some(_) => tracking::open(conn, message.id, now)?,
            };
            // Staff have it as ordinary mail.
            chosen.retain(|delivery| recipients.holds(&delivery.recipient) && delivery.ticket.is_some());
            let wait = chosen.iter().filter_map(|delivery| tracking::wait(delivery, now)).min();
            chosen.retain(|delivery| tracking::wait(delivery, now).is_none());
            let mut sent = Vec::new();
            for delivery in &chosen {
                if tracking::notify_again(conn, &inner, &message, &cover, delivery)? {
                    sent.push(delivery.recipient.written().to_owned());
                }
            }
            Ok(match wait {
                _ if !sent.is_empty() => Outcome::Sent(sent),
                Some(seconds) => Outcome::Wait(seconds),
                None => Outcome::Nobody,
            })
        })
        .await?;
    match outcome {
        Outcome::Sent(recipients) => {
            app.wake.wake();
            Ok(HttpResponse::Accepted().json(NotifiedAgain { recipients }))
        }
        Outcome::Wait(seconds) => {
            Err(Error::wait(seconds).about("recipients", "too-soon", "They were notified less than an hour ago."))
        }
        Outcome::Nobody => {
            Err(Error::field("recipients", "nobody", "They have opened it already, or cannot read it any more."))
        }
    }
}
