//! `POST /messages/{id}/extension`.

use actix_web::{HttpResponse, web};
use chrono::Utc;
use shared::api::{
    Page,
    api_token::Scope,
    delivery::Delivery,
    message::Extend,
    problem::{Problem, ProblemName},
    ticket::MessageState,
};

use super::{access, named, shown};
use crate::{
    api::{Caller, Error, Result, Server, tickets::state},
    store::{deliveries, messages::Message},
    tracking,
};

/// Lets a message be read for longer, by all or by some. Whoever can read it longer than that already keeps their time.
#[utoipa::path(
    post, path = "/messages/{id}/extension", tag = "messages", params(("id" = String, Path)), request_body = Extend,
    responses(
        (status = 200, body = Page<Delivery>), (status = 404, body = Problem),
        (status = 410, description = "message-recalled or message-expired", body = Problem),
        (status = 422, body = Problem),
    )
)]
pub async fn extend(
    server: web::Data<Server>,
    caller: Caller,
    id: web::Path<String>,
    body: web::Json<Extend>,
) -> Result {
    caller.may(Scope::MessagesSend)?;
    let app = &server.app;
    let message = access::owned(app, &caller.account.email, access::id(&id)?).await?;
    available(app.clock.now(), &message)?;
    let Extend { expires_in_days, recipients } = body.into_inner();
    let recipients = named::recipients(&server, message.id, recipients).await?;
    let until = app.config.end_after(app.clock.now(), expires_in_days.min(36_500));
    let latest = app.config.latest_end(message.received_at);
    if expires_in_days == 0 || until > latest {
        let days = (latest - app.clock.now()).num_days().max(0);
        return Err(Error::field("expires_in_days", "out-of-range", format!("It lies between 1 and {days} days.")));
    }
    let (inner, actor) = (app.clone(), caller.account.email.clone());
    let (found, extended, rows) = app
        .store
        .write(move |conn| {
            let mut open = tracking::open(conn, message.id, inner.clock.now())?;
            open.retain(|delivery| recipients.holds(&delivery.recipient));
            let extended = tracking::extend(conn, &inner, &open, until, (actor.clone(), "sender"))?;
            Ok((!open.is_empty(), !extended.is_empty(), deliveries::list_of(conn, message.id)?))
        })
        .await?;
    if !found {
        return Err(Error::field("recipients", "ended", "They cannot read it any more; send it again instead."));
    }
    if !extended {
        return Err(Error::field("expires_in_days", "too-short", "It can be read for at least that long already."));
    }
    Ok(HttpResponse::Ok().json(Page::<Delivery> { items: rows.iter().map(shown::delivery).collect(), next: None }))
}

/// Refuses a message of which nothing is left to read.
pub(super) fn available(now: chrono::DateTime<Utc>, message: &Message) -> Result<()> {
    match state(message, None, now) {
        MessageState::Available => Ok(()),
        MessageState::Recalled => Err(Error::new(ProblemName::MessageRecalled)),
        MessageState::Expired => Err(Error::with(ProblemName::MessageExpired, "Send the message again instead.")),
    }
}
