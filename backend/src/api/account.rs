//! `GET /account`, `PATCH /account`.

use actix_web::{HttpResponse, web};
use shared::api::{
    account::{Account, ChangeAccount},
    problem::{FieldError, Problem},
};

use super::{Caller, Error, Result, Server, registrations::clean_name};
use crate::{accounts, store, words::Language};

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
        account.locale = known_locale(&locale).map_err(|error| Error::fields(vec![error]))?;
    }
    let changed = account.clone();
    server
        .app
        .store
        .write(move |conn| store::accounts::set_profile(conn, changed.id, &changed.display_name, &changed.locale))
        .await?;
    Ok(HttpResponse::Ok().json(accounts::shown(&server.app, &account)))
}

/// The code of a language that is spoken here.
pub(super) fn known_locale(locale: &str) -> std::result::Result<String, FieldError> {
    Language::by_code(locale).map(|language| language.code().to_owned()).ok_or_else(|| FieldError {
        field: "locale".to_owned(),
        code: "unknown".to_owned(),
        message: format!("Choose one of: {}.", Language::codes()),
    })
}
