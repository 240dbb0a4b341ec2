//! `/extensions/{token}`: the link in the warning that a message ends unread. Whoever holds the sender's mail may use
//! it, once; looking at it changes nothing.

use actix_web::{HttpResponse, web};
use chrono::{DateTime, Utc};
use shared::api::{
    extension::Extension,
    problem::{Problem, ProblemName},
};

use super::{Error, Result, Server};
use crate::{
    app::App,
    clock::rfc3339,
    intake::cover,
    seal::{Token, TokenHash},
    store::{
        self, Connection,
        deliveries::Delivery,
        messages::{self, Message},
        one_time_tokens::{self, OneTimeToken, Purpose},
    },
    tracking,
};

/// What the link would do.
#[utoipa::path(
    get, path = "/extensions/{token}", tag = "messages", params(("token" = String, Path)), security(()),
    responses((status = 200, body = Extension), (status = 410, description = "token-used", body = Problem))
)]
pub async fn show(server: web::Data<Server>, token: web::Path<String>) -> Result {
    let app = &server.app;
    let (now, hash) = (app.clock.now(), hash(&token)?);
    let found = app.store.read(move |conn| find(conn, &hash, now)).await?;
    let (_, message, unread) = found.ok_or(used())?;
    Ok(HttpResponse::Ok().json(extension(app, &message, &unread)?))
}

/// Lets those who have not opened the message read it for longer, and uses the link up.
#[utoipa::path(
    post, path = "/extensions/{token}", tag = "messages", params(("token" = String, Path)), security(()),
    responses(
        (status = 200, body = Extension), (status = 410, description = "token-used", body = Problem),
        (status = 422, body = Problem),
    )
)]
pub async fn extend(server: web::Data<Server>, token: web::Path<String>) -> Result {
    let app = &server.app;
    let (now, hash) = (app.clock.now(), hash(&token)?);
    let inner = app.clone();
    let done = app
        .store
        .write(move |conn| {
            let Some((link, message, unread)) = find(conn, &hash, now)? else { return Ok(None) };
            let until = tracking::one_click_end(&inner.config, &message, end_of(&message, &unread));
            let actor = (message.sender.clone(), "link");
            if tracking::extend(conn, &inner, &unread, until, actor)?.is_empty() {
                return Ok(Some(None));
            }
            one_time_tokens::mark_used(conn, link.id, now)?;
            Ok(Some(Some((message, unread, until))))
        })
        .await?;
    let Some((message, unread, until)) = done.ok_or(used())? else {
        return Err(Error::field("until", "out-of-range", "Its time cannot be extended any further."));
    };
    let extended = Extension { expires_at: rfc3339(until), ..extension(app, &message, &unread)? };
    Ok(HttpResponse::Ok().json(extended))
}

type Found = (OneTimeToken, Message, Vec<Delivery>);

/// The link with its message, and who has not opened that yet.
fn find(
    conn: &mut Connection,
    hash: &TokenHash,
    now: DateTime<Utc>,
) -> std::result::Result<Option<Found>, store::Error> {
    let link = one_time_tokens::find_by_hash(conn, hash)?
        .filter(|link| link.purpose == Purpose::Extend && link.used_at.is_none() && link.expires_at > now);
    let Some((link, id)) = link.and_then(|link| link.message_id.map(|id| (link, id))) else { return Ok(None) };
    let Some(message) = messages::find(conn, id)? else { return Ok(None) };
    let unread = tracking::unread(conn, id, now)?;
    Ok(Some((link, message, unread)))
}

fn hash(token: &str) -> Result<TokenHash> {
    Token::parse(token).map(|token| token.hash()).ok_or(used())
}

fn used() -> Error {
    Error::with(ProblemName::TokenUsed, "Log in and look at the message among those that you sent.")
}

/// When it ends for the last of those who have not opened it; for the sender where there are none.
fn end_of(message: &Message, unread: &[Delivery]) -> DateTime<Utc> {
    let last = unread.iter().filter_map(|delivery| delivery.expires_at).max();
    last.or(message.expires_at).unwrap_or(message.received_at)
}

fn extension(app: &App, message: &Message, unread: &[Delivery]) -> Result<Extension> {
    let end = end_of(message, unread);
    Ok(Extension {
        message_id: message.id.to_string(),
        subject: cover::open(app, message).ok_or(Error::new(ProblemName::Internal))?.subject,
        recipients: unread.iter().map(|delivery| delivery.recipient.written().to_owned()).collect(),
        expires_at: rfc3339(end),
        until: rfc3339(tracking::one_click_end(&app.config, message, end)),
    })
}
