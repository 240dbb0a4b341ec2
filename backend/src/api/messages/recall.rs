//! `POST /messages/{id}/recall`.

use actix_web::{HttpResponse, web};
use shared::{
    EmailAddress,
    api::{
        api_token::Scope,
        message::Recall,
        problem::{FieldError, Problem},
    },
};

use super::access;
use crate::{
    api::{Caller, Error, Result, Server},
    audit, store,
    store::{deliveries, lifecycle::Recipients},
};

/// Takes a message back, from all or from some: the keys are destroyed, waiting notifications never leave.
#[utoipa::path(
    post, path = "/messages/{id}/recall", tag = "messages", params(("id" = String, Path)), request_body = Recall,
    responses((status = 204), (status = 404, body = Problem), (status = 422, body = Problem))
)]
pub async fn recall(
    server: web::Data<Server>,
    caller: Caller,
    id: web::Path<String>,
    body: web::Json<Recall>,
) -> Result {
    caller.may(Scope::MessagesSend)?;
    let app = &server.app;
    let message = access::owned(app, &caller.account.email, access::id(&id)?).await?;
    let recipients = match body.into_inner().recipients {
        None => Recipients::All,
        Some(addresses) if addresses.is_empty() => {
            return Err(Error::field("recipients", "missing", "Name at least one, or leave it out for all."));
        }
        Some(addresses) => Recipients::Some(parse(server.as_ref(), message.id, &addresses).await?),
    };
    let (now, inner, actor) = (app.clock.now(), app.clone(), caller.account.email.clone());
    app.store
        .write(move |conn| {
            let recalled = store::recall(conn, message.id, &recipients, now)?;
            let reason = if recalled.whole { "whole" } else { "some-recipients" };
            let entry = audit::Entry::of_message(audit::Event::Recalled, Some(actor.clone()), message.id, Some(reason));
            audit::record(conn, &inner, &entry)
        })
        .await?;
    // The keys stand in the log of the database until it is emptied.
    if let Err(error) = app.store.truncate_log().await {
        tracing::warn!(%error, "the log of the database could not be emptied after a recall");
    }
    Ok(HttpResponse::NoContent().finish())
}

/// The addresses, each of which must be a recipient.
async fn parse(server: &Server, id: crate::id::MessageId, addresses: &[String]) -> Result<Vec<EmailAddress>> {
    let known = server.app.store.read(move |conn| deliveries::list_of(conn, id)).await?;
    let (mut parsed, mut errors) = (Vec::new(), Vec::new());
    for (index, text) in addresses.iter().enumerate() {
        match text.parse::<EmailAddress>() {
            Ok(address) if known.iter().any(|delivery| delivery.recipient == address) => parsed.push(address),
            Ok(_) | Err(_) => errors.push(FieldError {
                field: format!("recipients[{index}]"),
                code: "unknown".to_owned(),
                message: "This is no recipient of the message.".to_owned(),
            }),
        }
    }
    if errors.is_empty() { Ok(parsed) } else { Err(Error::fields(errors)) }
}
