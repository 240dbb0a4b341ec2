//! `POST /password-resets`, `GET /password-resets/{token}`, `POST /password-resets/complete`.

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;
use shared::{
    EmailAddress,
    api::{
        problem::Problem,
        session::{AskPasswordReset, CompletePasswordReset, PasswordReset},
    },
};

use super::{
    Error, Result, Server,
    client::{self, Purpose},
    registrations::password_error,
};
use crate::{
    accounts::reset::{self, Waiting},
    seal::Token,
};

/// Mails a link that sets a new password. The answer is the same whether the address has an account or not.
#[utoipa::path(
    post, path = "/password-resets", tag = "accounts", request_body = AskPasswordReset, security(()),
    responses(
        (status = 202, description = "If the address has an account, a mail is on its way"),
        (status = 429, description = "too-many-requests: this client called too often", body = Problem),
    )
)]
pub async fn ask(server: web::Data<Server>, request: HttpRequest, body: web::Json<AskPasswordReset>) -> Result {
    server.limit.count(client::address(&request, &server.app.config.http.trusted_proxies))?;
    let AskPasswordReset { email, ticket, message } = body.into_inner();
    let waiting = match (ticket.as_deref().and_then(Token::parse), message.and_then(|id| id.parse().ok())) {
        (Some(ticket), _) => Some(Waiting::Ticket(ticket.hash())),
        (None, Some(message)) => Some(Waiting::Message(message)),
        (None, None) => None,
    };
    if let Ok(email) = email.trim().parse::<EmailAddress>()
        && server.limit.allows_mail(email.clone(), Purpose::Reset)
    {
        reset::ask(&server.app, email, waiting).await?;
    }
    Ok(HttpResponse::Accepted().json(json!({})))
}

/// Whose password a mailed link sets, and where to go on. Looking uses nothing up.
#[utoipa::path(
    get, path = "/password-resets/{token}", tag = "accounts", params(("token" = String, Path)), security(()),
    responses((status = 200, body = PasswordReset), (status = 410, description = "token-used", body = Problem))
)]
pub async fn show(server: web::Data<Server>, request: HttpRequest, token: web::Path<String>) -> Result {
    server.limit.count(client::address(&request, &server.app.config.http.trusted_proxies))?;
    let (account, return_to) = reset::owner(&server.app, &token).await?;
    Ok(HttpResponse::Ok().json(PasswordReset { email: account.email.written().to_owned(), return_to }))
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
    let (owner, _) = reset::owner(&server.app, &token).await?;
    if let Some(error) = password_error("password", &password, owner.email.as_str(), &owner.display_name) {
        return Err(Error::fields(vec![error]));
    }
    reset::complete(&server.app, &token, password).await?;
    // Nobody who set a new password waits for the wrong ones.
    server.throttle.forgive(&owner.email);
    Ok(HttpResponse::NoContent().finish())
}
