//! `POST /messages/{id}/recall`.

use actix_web::{HttpResponse, web};
use shared::api::{api_token::Scope, message::Recall, problem::Problem};

use super::{access, named};
use crate::{
    api::{Caller, Result, Server},
    audit, store,
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
    let recipients = named::recipients(&server, message.id, body.into_inner().recipients).await?;
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
