//! `POST /messages/{id}/views`: grants for frames, images and downloads, which cannot carry a header.

use actix_web::{HttpResponse, web};
use shared::api::{
    api_token::Scope,
    message::{AttachmentView, Views},
    problem::Problem,
};

use super::{access, read::note_reading};
use crate::api::{
    Caller, Result, Server,
    grant::{self, Grant, Target},
};

/// Makes addresses that need no header. They end with the log-in, and after a few minutes.
#[utoipa::path(
    post, path = "/messages/{id}/views", tag = "messages", params(("id" = String, Path)),
    responses((status = 201, body = Views), (status = 404, body = Problem), (status = 410, body = Problem))
)]
pub async fn create(server: web::Data<Server>, caller: Caller, id: web::Path<String>) -> Result {
    caller.may(Scope::MessagesRead)?;
    let session = caller.session()?;
    let opened = access::open(&server.app, &caller.account.email, access::id(&id)?).await?;
    note_reading(&server, &caller, &opened).await?;
    let expires_at = server.app.clock.now().timestamp() + i64::from(grant::LIFETIME_SECONDS);
    let url = |target| grant::url(&server.app.seal, &Grant { session, message: opened.message.id, target, expires_at });
    let attachments = (0u32..)
        .zip(opened.outline.attachments())
        .map(|(index, _)| Ok(AttachmentView { index, url: url(Target::Attachment(index))? }))
        .collect::<Result<_>>()?;
    Ok(HttpResponse::Created().json(Views {
        url: url(Target::Body)?,
        source: url(Target::Source)?,
        attachments,
        expires_in: grant::LIFETIME_SECONDS,
    }))
}
