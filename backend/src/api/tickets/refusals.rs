//! `POST /tickets/{ticket}/refusals`, `POST /messages/{id}/refusals`: the message is not for the one who got it.

use actix_web::{HttpRequest, HttpResponse, web};
use shared::api::{
    problem::{Problem, ProblemName},
    ticket::MessageState,
};

use super::{named, state};
use crate::{
    api::{Caller, Error, Result, Server, client, messages::access},
    store::{deliveries::Delivery, messages::Message},
    ticket,
};

/// Says that the message is not for this recipient: their key is destroyed, the sender is told by mail. The ticket proves
/// who says so. Once more changes nothing.
#[utoipa::path(
    post, path = "/tickets/{ticket}/refusals", tag = "messages", params(("ticket" = String, Path)), security(()),
    responses(
        (status = 204, description = "The message is gone for this recipient, and the sender is told"),
        (status = 404, body = Problem), (status = 410, description = "message-recalled or message-expired", body = Problem),
    )
)]
pub async fn refuse(server: web::Data<Server>, request: HttpRequest, ticket: web::Path<String>) -> Result {
    server.limit.count(client::address(&request, &server.app.config.http.trusted_proxies))?;
    let (message, delivery) = named(&server.app, &ticket).await?;
    refuse_for(&server, message, delivery, "ticket").await
}

/// The same for a recipient who is logged in; a program has no eyes to see it with.
#[utoipa::path(
    post, path = "/messages/{id}/refusals", tag = "messages", params(("id" = String, Path)),
    responses(
        (status = 204, description = "The message is gone for this recipient, and the sender is told"),
        (status = 404, body = Problem), (status = 410, description = "message-recalled or message-expired", body = Problem),
    )
)]
pub async fn refuse_as_recipient(server: web::Data<Server>, caller: Caller, id: web::Path<String>) -> Result {
    caller.session()?;
    let (message, delivery) = access::find(&server.app, &caller.account.email, access::id(&id)?).await?;
    // Its own sender takes it back instead.
    refuse_for(&server, message, delivery.ok_or(Error::not_found())?, "session").await
}

async fn refuse_for(server: &Server, message: Message, delivery: Delivery, reason: &'static str) -> Result {
    match state(&message, Some(&delivery), server.app.clock.now()) {
        MessageState::Available => ticket::refuse(&server.app, message, delivery, reason).await?,
        MessageState::Recalled if delivery.refused_at.is_some() => {}
        MessageState::Recalled => return Err(Error::new(ProblemName::MessageRecalled)),
        MessageState::Expired => return Err(Error::new(ProblemName::MessageExpired)),
    }
    Ok(HttpResponse::NoContent().finish())
}
