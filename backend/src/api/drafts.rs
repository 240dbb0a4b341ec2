//! `/drafts/{name}`: what was written in the portal and not sent yet, sealed, so that it survives the page and can be
//! gone on with on another device.

use actix_web::{HttpResponse, web};
use chrono::{DateTime, Utc};
use shared::api::{
    draft::{Draft, KeepDraft},
    problem::{Problem, ProblemName},
};

use super::{Caller, Error, Result, Server};
use crate::{
    app::App,
    clock::rfc3339,
    id::{AccountId, DraftId},
    seal::Purpose,
    store::{self, Connection, drafts},
};

/// Octets of a draft's texts.
const LONGEST: usize = 512 * 1024;
/// Drafts of one account.
const MOST: i64 = 200;

/// What was kept under this name.
#[utoipa::path(
    get, path = "/drafts/{name}", tag = "drafts", params(("name" = String, Path)),
    responses((status = 200, body = Draft), (status = 404, body = Problem))
)]
pub async fn show(server: web::Data<Server>, caller: Caller, name: web::Path<String>) -> Result {
    caller.session()?;
    let (account, name) = (caller.account.id, checked(name.into_inner())?);
    let found = server.app.store.read(move |conn| drafts::find(conn, account, &name)).await?;
    let found = found.ok_or(Error::not_found())?;
    let plain = server.app.seal.open_record(Purpose::Draft, found.id.as_uuid(), &found.content)?;
    let fields = serde_json::from_slice(plain.as_ref()).map_err(|_| Error::new(ProblemName::Internal))?;
    Ok(HttpResponse::Ok().json(Draft { fields, updated_at: rfc3339(found.updated_at) }))
}

/// Keeps a draft, in the place of the one before. It is deleted when it is sent, or after 30 days without a change.
#[utoipa::path(
    put, path = "/drafts/{name}", tag = "drafts", params(("name" = String, Path)), request_body = KeepDraft,
    responses((status = 204), (status = 413, body = Problem), (status = 422, body = Problem))
)]
pub async fn keep(
    server: web::Data<Server>,
    caller: Caller,
    name: web::Path<String>,
    body: web::Json<KeepDraft>,
) -> Result {
    caller.session()?;
    let (account, name, fields) = (caller.account.id, checked(name.into_inner())?, body.into_inner().fields);
    let plain = serde_json::to_vec(&fields).map_err(|_| Error::new(ProblemName::Internal))?;
    if plain.len() > LONGEST {
        return Err(Error::with(ProblemName::TooLarge, "A draft holds at most 512 kB of text."));
    }
    let (app, now) = (server.app.clone(), server.app.clock.now());
    let kept = server.app.store.write(move |conn| put(conn, &app, account, &name, &plain, now)).await?;
    if kept {
        Ok(HttpResponse::NoContent().finish())
    } else {
        Err(Error::field("name", "too-many", "There are 200 drafts already: send or delete one."))
    }
}

/// Deletes a draft, if there is one.
#[utoipa::path(
    delete, path = "/drafts/{name}", tag = "drafts", params(("name" = String, Path)), responses((status = 204))
)]
pub async fn discard(server: web::Data<Server>, caller: Caller, name: web::Path<String>) -> Result {
    caller.session()?;
    let (account, name) = (caller.account.id, checked(name.into_inner())?);
    server.app.store.write(move |conn| drafts::delete(conn, account, &name)).await?;
    Ok(HttpResponse::NoContent().finish())
}

fn put(
    conn: &mut Connection,
    app: &App,
    account: AccountId,
    name: &str,
    plain: &[u8],
    now: DateTime<Utc>,
) -> std::result::Result<bool, store::Error> {
    let known = drafts::find(conn, account, name)?.map(|draft| draft.id);
    if known.is_none() && drafts::count(conn, account)? >= MOST {
        return Ok(false);
    }
    let id = known.unwrap_or_else(|| DraftId::new(now));
    let sealed = app.seal.seal_record(Purpose::Draft, id.as_uuid(), plain);
    let sealed = sealed.map_err(|error| store::Error::Unavailable(error.to_string()))?;
    drafts::put(conn, account, name, (id, &sealed), now)?;
    Ok(true)
}

fn checked(name: String) -> Result<String> {
    let is_good = (1..=100).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if is_good {
        Ok(name)
    } else {
        Err(Error::field("name", "malformed", "A draft's name has at most 100 letters, digits and dashes."))
    }
}
