//! `GET /messages/unread`.

use actix_web::{HttpResponse, web};
use shared::api::{api_token::Scope, message::Unread};

use crate::{
    api::{Caller, Result, Server},
    store::correspondence,
};

/// How many messages of the inbox can be read and never were.
#[utoipa::path(get, path = "/messages/unread", tag = "messages", responses((status = 200, body = Unread)))]
pub async fn count(server: web::Data<Server>, caller: Caller) -> Result {
    caller.may(Scope::MessagesRead)?;
    let (reader, now) = (caller.account.email, server.app.clock.now());
    let count = server.app.store.read(move |conn| correspondence::count_unread(conn, &reader, now)).await?;
    Ok(HttpResponse::Ok().json(Unread { count: u32::try_from(count).unwrap_or(u32::MAX) }))
}
