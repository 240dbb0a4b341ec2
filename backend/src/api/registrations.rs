//! `POST /registrations`, `GET /registrations/{token}`, `POST /registrations/confirm`.

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;
use shared::{
    EmailAddress,
    api::{
        problem::{FieldError, Problem},
        registration::{Confirm, Confirmed, Register, Registration},
    },
    password,
};

use super::{
    Error, Result, Server,
    account::known_locale,
    client::{self, Purpose},
    cookie,
};
use crate::{
    accounts::{
        self,
        confirmation::{self, Proof},
        registration, session,
    },
    message::header::{AT_SIGNS, one_line},
    seal::Token,
};

/// The longest name, in characters.
const LONGEST_NAME: usize = 100;

/// Registers an address, pending until the mailed link is followed. The answer is the same for every address.
#[utoipa::path(
    post, path = "/registrations", tag = "accounts", request_body = Register, security(()),
    responses(
        (status = 202, description = "Taken; what happens next comes by mail"), (status = 422, body = Problem),
        (status = 429, description = "too-many-requests: this client called too often", body = Problem),
    )
)]
pub async fn register(server: web::Data<Server>, request: HttpRequest, body: web::Json<Register>) -> Result {
    server.limit.count(client::address(&request, &server.app.config.http.trusted_proxies))?;
    let Register { email, display_name, password, ticket, locale } = body.into_inner();
    let mut errors = Vec::new();
    let parsed = email.trim().parse::<EmailAddress>();
    if let Err(error) = &parsed {
        errors.push(FieldError { field: "email".into(), code: "malformed".into(), message: error.to_string() });
    }
    let display_name = clean_name(&display_name).map_err(|error| errors.push(error));
    errors.extend(password_error("password", &password, &email, display_name.as_deref().unwrap_or_default()));
    let locale = locale.as_deref().map(known_locale).transpose().unwrap_or_else(|error| {
        errors.push(error);
        None
    });
    match (parsed, display_name) {
        (Ok(email), Ok(display_name)) if errors.is_empty() => {
            if server.limit.allows_mail(email.clone(), Purpose::Confirm) {
                let ticket = ticket.as_deref().and_then(Token::parse);
                let wanted = registration::Request { email, display_name, password, ticket, locale };
                registration::register(&server.app, wanted).await?;
            }
            Ok(HttpResponse::Accepted().json(json!({})))
        }
        _ => Err(Error::fields(errors)),
    }
}

/// A name as it is shown: in one line, without blanks around it.
pub(super) fn clean_name(name: &str) -> std::result::Result<String, FieldError> {
    let name = name.trim();
    let wrong = |code: &str, message: &str| FieldError {
        field: "display_name".to_owned(),
        code: code.to_owned(),
        message: message.to_owned(),
    };
    if name.is_empty() {
        return Err(wrong("missing", "Give your name."));
    }
    // In a mail's From a name that looks like an address would pass for who wrote it.
    let is_unfit = name.contains(AT_SIGNS) || one_line(name) != name;
    if is_unfit || name.chars().count() > LONGEST_NAME {
        return Err(wrong("malformed", "A name has at most 100 characters in one line, and is no address."));
    }
    Ok(name.to_owned())
}

/// What is wrong with a new password.
pub(super) fn password_error(field: &str, text: &str, email: &str, name: &str) -> Option<FieldError> {
    password::check(text, email, name).err().map(|problem| FieldError {
        field: field.to_owned(),
        code: problem.code().to_owned(),
        message: problem.label().to_owned(),
    })
}

/// What a mailed link is good for. Looking uses nothing up.
#[utoipa::path(
    get, path = "/registrations/{token}", tag = "accounts", params(("token" = String, Path)), security(()),
    responses((status = 200, body = Registration), (status = 410, description = "token-used", body = Problem))
)]
pub async fn show(server: web::Data<Server>, request: HttpRequest, token: web::Path<String>) -> Result {
    server.limit.count(client::address(&request, &server.app.config.http.trusted_proxies))?;
    Ok(HttpResponse::Ok().json(confirmation::look(&server.app, &token).await?))
}

/// Confirms an address with the mailed token and the password, and logs in.
#[utoipa::path(
    post, path = "/registrations/confirm", tag = "accounts", request_body = Confirm, security(()),
    responses(
        (status = 200, body = Confirmed), (status = 401, description = "wrong-password; the link stays", body = Problem),
        (status = 410, description = "token-used", body = Problem), (status = 422, body = Problem),
    )
)]
pub async fn confirm(server: web::Data<Server>, request: HttpRequest, body: web::Json<Confirm>) -> Result {
    let app = &server.app;
    server.limit.count(client::address(&request, &app.config.http.trusted_proxies))?;
    let (token, proof) = match body.into_inner() {
        Confirm::Known(known) => (known.token, Proof::Known(known.password)),
        Confirm::Anew(anew) => {
            let mut errors = Vec::new();
            let name = clean_name(&anew.display_name).map_err(|error| errors.push(error)).unwrap_or_default();
            errors.extend(password_error("new_password", &anew.new_password, "", &name));
            if !errors.is_empty() {
                return Err(Error::fields(errors));
            }
            (anew.token, Proof::Anew { password: anew.new_password, display_name: name })
        }
    };
    let (account, return_to) = confirmation::confirm(app, &token, proof).await?;
    let logged_in = session::begin(app, account).await?;
    let confirmed = Confirmed {
        email: logged_in.account.email.written().to_owned(),
        return_to,
        access_token: logged_in.access_token,
        expires_in: session::ACCESS_SECONDS,
        account: accounts::shown(app, &logged_in.account),
    };
    Ok(HttpResponse::Ok().cookie(cookie::set(&app.config.portal, logged_in.refresh_token)).json(confirmed))
}
