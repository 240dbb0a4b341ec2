//! `GET /references/{code}`: staff look up a code that somebody reads out to them.

use actix_web::{HttpRequest, HttpResponse, web};
use shared::api::{
    Mailbox,
    account::Role,
    api_token::Scope,
    problem::{Problem, ProblemName},
    reference::Reference,
};

use super::{Caller, Error, Result, Server, client};
use crate::{
    clock::rfc3339,
    intake::{cover, reference},
    store::{deliveries, messages},
};

/// Whether a code stands in a notification of this portal, and who of the staff sent it when, for staff alone. Subject
/// and recipients are told to nobody here; the message itself is named to its sender and its recipients.
#[utoipa::path(
    get, path = "/references/{code}", tag = "messages", params(("code" = String, Path)),
    responses(
        (status = 200, body = Reference), (status = 403, description = "Only for staff", body = Problem),
        (status = 404, description = "No notification of this portal holds this code", body = Problem),
    )
)]
pub async fn show(server: web::Data<Server>, caller: Caller, request: HttpRequest, code: web::Path<String>) -> Result {
    caller.may(Scope::MessagesRead)?;
    let app = &server.app;
    server.limit.count(client::address(&request, &app.config.http.trusted_proxies))?;
    if caller.role != Role::Sender {
        return Err(Error::with(ProblemName::Forbidden, "Only staff can look up reference codes."));
    }
    let code = reference::read(&code).ok_or(Error::not_found())?;
    let reader = caller.account.email;
    let found = app
        .store
        .read(move |conn| {
            let Some(message) = messages::find_by_reference(conn, &code)?.filter(|message| message.listed) else {
                return Ok(None);
            };
            let is_party = message.sender == reader || deliveries::find_for(conn, message.id, &reader)?.is_some();
            Ok(Some((message, is_party)))
        })
        .await?;
    let (message, is_party) = found.ok_or(Error::not_found())?;
    let is_staff = app.config.organisation.is_sender(&message.sender);
    let sender = cover::open(app, &message)
        .filter(|_| is_staff || is_party)
        .map(|cover| Mailbox { name: cover.sender.name, address: cover.sender.address.written().to_owned() });
    Ok(HttpResponse::Ok().json(Reference {
        sent_at: rfc3339(message.sent_at),
        sender,
        message_id: is_party.then(|| message.id.to_string()),
        reference: message.reference,
    }))
}
