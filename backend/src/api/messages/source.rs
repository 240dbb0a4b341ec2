//! `GET /messages/{id}/source`.

use actix_web::{
    HttpResponse,
    http::header::{CONTENT_DISPOSITION, CONTENT_TYPE},
    web,
};
use shared::api::{api_token::Scope, problem::Problem, problem::ProblemName};

use super::{
    access::{self, Opened},
    attachment::disposition,
};
use crate::{
    api::{Caller, Error, Result, Server},
    app::App,
    message::rewrite::without_bcc,
    reading,
};

/// The message as it came, but for its Bcc fields.
#[utoipa::path(
    get, path = "/messages/{id}/source", tag = "messages", params(("id" = String, Path)),
    responses((status = 200, description = "RFC 5322", content_type = "message/rfc822"), (status = 404, body = Problem))
)]
pub async fn source(server: web::Data<Server>, caller: Caller, id: web::Path<String>) -> Result {
    caller.may(Scope::MessagesRead)?;
    let opened = access::open(&server.app, &caller.account.email, access::id(&id)?).await?;
    file(&server.app, &opened).await
}

/// The message as a file to be saved.
pub(super) async fn file(app: &App, opened: &Opened) -> Result {
    let whole = reading::whole(app, opened.message.id, &opened.opener).await?;
    let whole = whole.ok_or(Error::new(ProblemName::Internal))?;
    let name = format!("message-{}.eml", opened.message.reference);
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "message/rfc822"))
        .insert_header((CONTENT_DISPOSITION, disposition("attachment", &name)))
        .body(without_bcc(&whole)))
}
