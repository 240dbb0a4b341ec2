//! `POST /tickets/{ticket}/requests`, `POST /messages/{id}/requests`: asks the sender to send an expired message again.

use actix_web::{HttpRequest, HttpResponse, web};
use shared::api::{
    api_token::Scope,
    problem::{Problem, ProblemName, ProblemReason},
    ticket::MessageState,
};

use super::{named, state};
use crate::{
    api::{Caller, Error, Result, Server, client, messages::access},
    store::{deliveries::Delivery, messages::Message},
    ticket::{self, Asked},
};

/// Asks the sender by mail to send an expired message again, once a day at most. The ticket proves who asks.
#[utoipa::path(
    post, path = "/tickets/{ticket}/requests", tag = "messages", params(("ticket" = String, Path)), security(()),
    responses(
        (status = 204, description = "The sender is told"), (status = 404, body = Problem),
        (status = 410, description = "message-recalled", body = Problem),
        (status = 422, description = "It can still be read", body = Problem),
        (status = 429, description = "asked-already: the sender was told less than a day ago", body = Problem),
    )
)]
pub async fn ask(server: web::Data<Server>, request: HttpRequest, ticket: web::Path<String>) -> Result {
    server.limit.count(client::address(&request, &server.app.config.http.trusted_proxies))?;
    let (message, delivery) = named(&server.app, &ticket).await?;
    ask_for(&server, message, delivery).await
}

/// The same for a recipient who is logged in.
#[utoipa::path(
    post, path = "/messages/{id}/requests", tag = "messages", params(("id" = String, Path)),
    responses(
        (status = 204, description = "The sender is told"), (status = 404, body = Problem),
        (status = 410, description = "message-recalled", body = Problem),
        (status = 422, description = "It can still be read", body = Problem),
        (status = 429, description = "asked-already: the sender was told less than a day ago", body = Problem),
    )
)]
pub async fn ask_as_recipient(server: web::Data<Server>, caller: Caller, id: web::Path<String>) -> Result {
    caller.may(Scope::MessagesRead)?;
    let (message, delivery) = access::find(&server.app, &caller.account.email, access::id(&id)?).await?;
    // Its own sender need not ask.
    ask_for(&server, message, delivery.ok_or(Error::not_found())?).await
}

async fn ask_for(server: &Server, message: Message, delivery: Delivery) -> Result {
    match state(&message, Some(&delivery), server.app.clock.now()) {
        MessageState::Expired => {}
        MessageState::Recalled => return Err(Error::new(ProblemName::MessageRecalled)),
        MessageState::Available => {
            return Err(Error::with(ProblemName::Invalid, "The message can still be read: open it."));
        }
    }
    match ticket::ask_again(&server.app, message, delivery).await? {
        Asked::Told => Ok(HttpResponse::NoContent().finish()),
        Asked::Lately(seconds) => Err(Error::wait(seconds).because(ProblemReason::AskedAlready)),
    }
}
