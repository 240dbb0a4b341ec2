//! `POST /tickets/{ticket}/refusals`: the message is not for the one who got it.

use actix_web::{HttpRequest, HttpResponse, web};
use shared::api::{
    problem::{Problem, ProblemName},
    ticket::MessageState,
};

use super::{named, state};
use crate::{
    api::{Error, Result, Server, client},
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
    match state(&message, Some(&delivery), server.app.clock.now()) {
        MessageState::Available => ticket::refuse(&server.app, message, delivery).await?,
        MessageState::Recalled if delivery.refused_at.is_some() => {}
        MessageState::Recalled => return Err(Error::new(ProblemName::MessageRecalled)),
        MessageState::Expired => return Err(Error::new(ProblemName::MessageExpired)),
    }
    Ok(HttpResponse::NoContent().finish())
}
