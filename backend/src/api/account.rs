//! `GET /account`, `PATCH /account`.

use actix_web::{HttpResponse, web};
use shared::api::{
    account::{Account, ChangeAccount},
    problem::Problem,
};

use super::{Caller, Error, Result, Server, registrations::clean_name};
use crate::{accounts, store};

/// Languages the portal speaks.
const LOCALES: [&str; 2] = ["en", "es"];

/// Who is logged in.
#[utoipa::path(get, path = "/account", tag = "accounts", responses((status = 200, body = Account)))]
pub async fn show(server: web::Data<Server>, caller: Caller) -> Result {
    Ok(HttpResponse::Ok().json(accounts::shown(&server.app, &caller.account)))
}

/// Changes name or language; the address cannot be changed.
#[utoipa::path(
    patch, path = "/account", tag = "accounts", request_body = ChangeAccount,
    responses((status = 200, body = Account), (status = 422, body = Problem))
)]
pub async fn change(server: web::Data<Server>, caller: Caller, body: web::Json<ChangeAccount>) -> Result {
    caller.session()?;
    let ChangeAccount { display_name, locale } = body.into_inner();
    let mut account = caller.account;
    if let Some(name) = display_name {
        account.display_name = clean_name(&name).map_err(|error| Error::fields(vec![error]))?;
    }
    if let Some(locale) = locale {
        if !LOCALES.contains(&locale.as_str()) {
            return Err(Error::field("locale", "unknown", "Choose one of: en, es."));
        }
        account.locale = locale;
    }
    let changed = account.clone();
    server
        .app
        .store
        .write(move |conn| store::accounts::set_profile(conn, changed.id, &changed.display_name, &changed.locale))
        .await?;
    Ok(HttpResponse::Ok().json(accounts::shown(&server.app, &account)))
}
