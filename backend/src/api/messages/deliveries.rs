//! `GET /messages/{id}/deliveries`.

use actix_web::{HttpResponse, web};
use shared::api::{api_token::Scope, delivery::Deliveries, problem::Problem};

use super::{access, shown};
use crate::{
    api::{Caller, Result, Server},
    store::deliveries,
};

/// How far a message got with each of its recipients; for its sender.
#[utoipa::path(
    get, path = "/messages/{id}/deliveries", tag = "messages", params(("id" = String, Path)),
    responses((status = 200, body = Deliveries), (status = 404, body = Problem))
)]
pub async fn list(server: web::Data<Server>, caller: Caller, id: web::Path<String>) -> Result {
    caller.may(Scope::MessagesRead)?;
    let message = access::owned(&server.app, &caller.account.email, access::id(&id)?).await?;
    let id = message.id;
    let rows = server.app.store.read(move |conn| deliveries::list_of(conn, id)).await?;
    Ok(HttpResponse::Ok().json(Deliveries {
        message: shown::summary(&server.app, &message, None, &rows),
        items: rows.iter().map(shown::delivery).collect(),
        next: None,
    }))
}
