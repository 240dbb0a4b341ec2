//! `POST /password-resets`, `POST /password-resets/complete`.

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;
use shared::{
    EmailAddress,
    api::{
        problem::Problem,
        session::{AskPasswordReset, CompletePasswordReset},
    },
};

use super::{Error, Result, Server, client, registrations::password_error};
use crate::accounts::reset;

/// Mails a link that sets a new password. The answer is the same whether the address has an account or not.
#[utoipa::path(
    post, path = "/password-resets", tag = "accounts", request_body = AskPasswordReset, security(()),
    responses((status = 202, description = "If the address has an account, a mail is on its way"))
)]
pub async fn ask(server: web::Data<Server>, request: HttpRequest, body: web::Json<AskPasswordReset>) -> Result {
    server.limit.count(client::address(&request, &server.app.config.http.trusted_proxies))?;
    if let Ok(email) = body.email.trim().parse::<EmailAddress>()
        && server.limit.may_mail(&email)
    {
        reset::ask(&server.app, email).await?;
    }
    Ok(HttpResponse::Accepted().json(json!({})))
}

/// Sets the new password and ends every log-in.
#[utoipa::path(
    post, path = "/password-resets/complete", tag = "accounts", request_body = CompletePasswordReset, security(()),
    responses((status = 204), (status = 410, description = "token-used", body = Problem), (status = 422, body = Problem))
)]
pub async fn complete(
    server: web::Data<Server>,
    request: HttpRequest,
    body: web::Json<CompletePasswordReset>,
) -> Result {
    server.limit.count(client::address(&request, &server.app.config.http.trusted_proxies))?;
    let CompletePasswordReset { token, password } = body.into_inner();
    let owner = reset::owner(&server.app, &token).await?;
    if let Some(error) = password_error("password", &password, owner.email.as_str(), &owner.display_name) {
        return Err(Error::fields(vec![error]));
    }
    reset::complete(&server.app, &token, password).await?;
    Ok(HttpResponse::NoContent().finish())
}
