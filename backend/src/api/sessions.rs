//! `POST /sessions`, `POST /sessions/refresh`, `DELETE /sessions/current`.

use actix_web::{HttpRequest, HttpResponse, ResponseError as _, web};
use shared::{
    EmailAddress,
    api::{
        problem::{Problem, ProblemName, ProblemReason},
        session::{LogIn, Session},
    },
};

use super::{Error, Result, Server, client, cookie};
use crate::accounts::{
    self,
    session::{self, LoggedIn},
};

/// Logs in. The answer and the time it takes are the same whether the account exists or not.
#[utoipa::path(
    post, path = "/sessions", tag = "accounts", request_body = LogIn, security(()),
    responses(
        (status = 200, body = Session),
        (status = 401, description = "wrong-credentials; with `Retry-After` when the next try must wait", body = Problem),
        (status = 429, description = "Wait `Retry-After` seconds", body = Problem),
    )
)]
pub async fn log_in(server: web::Data<Server>, request: HttpRequest, body: web::Json<LogIn>) -> Result {
    let app = &server.app;
    let client = client::address(&request, &app.config.http.trusted_proxies);
    server.limit.count(client)?;
    let client = client::network(client);
    let LogIn { email, password } = body.into_inner();
    // What is no address has no account: the same answer.
    let email: EmailAddress = email.trim().parse().map_err(|_| Error::new(ProblemName::WrongCredentials))?;
    if let Some(seconds) = server.throttle.wait(&email, Some(client), app.clock.now()) {
        return Err(Error::wait(seconds).because(ProblemReason::WrongPasswords));
    }
    match session::log_in(app, &email, password).await {
        Ok(logged_in) => {
            server.throttle.right(&email, Some(client));
            Ok(answer(&server, logged_in))
        }
        Err(error) => {
            if !matches!(error, accounts::Error::WrongCredentials) {
                return Err(error.into());
            }
            let now = app.clock.now();
            server.throttle.wrong(&email, Some(client), now);
            Err(Error::from(error).after(server.throttle.wait(&email, Some(client), now)))
        }
    }
}

fn answer(server: &Server, logged_in: LoggedIn) -> HttpResponse {
    let app = &server.app;
    HttpResponse::Ok().cookie(cookie::set(&app.config.portal, logged_in.refresh_token)).json(Session {
        access_token: logged_in.access_token,
        expires_in: session::ACCESS_SECONDS,
        account: accounts::shown(app, &logged_in.account),
    })
}

/// Exchanges the cookie for a new access token and a new cookie.
#[utoipa::path(
    post, path = "/sessions/refresh", tag = "accounts", security(()),
    responses(
        (status = 200, body = Session), (status = 204, description = "There is no cookie"),
        (status = 401, body = Problem), (status = 403, description = "Not asked for by the portal", body = Problem),
    )
)]
pub async fn refresh(server: web::Data<Server>, request: HttpRequest) -> Result {
    let app = &server.app;
    cookie::require_origin(&app.config.portal, &request)?;
    let Some(token) = cookie::read(&app.config.portal, &request) else {
        return Ok(HttpResponse::NoContent().finish());
    };
    match session::refresh(app, &token).await {
        Ok(logged_in) => Ok(answer(&server, logged_in)),
        Err(accounts::Error::NotLoggedIn) => {
            let mut refused = Error::new(ProblemName::NotAuthenticated).error_response();
            // A cookie that cannot be read by the next answer either way is better gone.
            drop(refused.add_cookie(&cookie::clear(&app.config.portal)));
            Ok(refused)
        }
        Err(error) => Err(error.into()),
    }
}

/// Logs out.
#[utoipa::path(
    delete, path = "/sessions/current", tag = "accounts", security(()),
    responses((status = 204), (status = 403, description = "Not asked for by the portal", body = Problem))
)]
pub async fn log_out(server: web::Data<Server>, request: HttpRequest) -> Result {
    let app = &server.app;
    cookie::require_origin(&app.config.portal, &request)?;
    if let Some(token) = cookie::read(&app.config.portal, &request) {
        session::log_out(app, &token).await?;
    }
    Ok(HttpResponse::NoContent().cookie(cookie::clear(&app.config.portal)).finish())
}
