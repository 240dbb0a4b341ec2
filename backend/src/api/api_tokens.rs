//! `/api-tokens`: for programs.

use actix_web::{HttpResponse, web};
use chrono::{DateTime, Utc};
use shared::api::{
    Page,
    api_token::{ApiToken, CreatedApiToken, NewApiToken},
    problem::Problem,
};

use super::{Caller, Error, Result, Server};
use crate::{accounts::api_token, clock::rfc3339, id::ApiTokenId, store::api_tokens};

/// The longest name, in characters.
const LONGEST_NAME: usize = 100;

fn shown(row: &api_tokens::ApiToken) -> ApiToken {
    ApiToken {
        id: row.id.to_string(),
        name: row.name.clone(),
        scopes: api_token::scopes(row),
        created_at: rfc3339(row.created_at),
        expires_at: row.expires_at.map(rfc3339),
        last_used_at: row.last_used_at.map(rfc3339),
    }
}

/// The tokens of the account, newest first.
#[utoipa::path(get, path = "/api-tokens", tag = "api-tokens", responses((status = 200, body = Page<ApiToken>)))]
pub async fn list(server: web::Data<Server>, caller: Caller) -> Result {
    caller.session()?;
    let rows = server.app.store.read(move |conn| api_tokens::list_of(conn, caller.account.id)).await?;
    let items = rows.iter().filter(|row| row.revoked_at.is_none()).map(shown).collect();
    Ok(HttpResponse::Ok().json(Page::<ApiToken> { items, next: None }))
}

/// Makes a token, whose text is shown this once.
#[utoipa::path(
    post, path = "/api-tokens", tag = "api-tokens", request_body = NewApiToken,
    responses((status = 201, body = CreatedApiToken), (status = 422, body = Problem))
)]
pub async fn create(server: web::Data<Server>, caller: Caller, body: web::Json<NewApiToken>) -> Result {
    caller.session()?;
    let NewApiToken { name, mut scopes, expires_at } = body.into_inner();
    let name = name.trim().to_owned();
    if name.is_empty() || name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
        return Err(Error::field("name", "malformed", "Say in at most 100 characters what the token is for."));
    }
    if scopes.is_empty() {
        return Err(Error::field("scopes", "missing", "Give at least one of: messages:send, messages:read."));
    }
    let mut seen = Vec::new();
    scopes.retain(|scope| {
        !seen.contains(scope) && {
            seen.push(*scope);
            true
        }
    });
    let expires_at = match expires_at {
        None => None,
        Some(text) => Some(future(&text, server.app.clock.now())?),
    };
    let (row, token) = api_token::create(&server.app, caller.account.id, name, &scopes, expires_at).await?;
    Ok(HttpResponse::Created().json(CreatedApiToken { details: shown(&row), token }))
}

fn future(text: &str, now: DateTime<Utc>) -> Result<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(text).ok().map(|time| time.with_timezone(&Utc)).filter(|time| *time > now).ok_or_else(
        || Error::field("expires_at", "malformed", "Give a time in the future, such as 2030-01-31T00:00:00Z."),
    )
}

/// Ends a token.
#[utoipa::path(
    delete, path = "/api-tokens/{id}", tag = "api-tokens", params(("id" = String, Path)),
    responses((status = 204), (status = 404, body = Problem))
)]
pub async fn revoke(server: web::Data<Server>, caller: Caller, id: web::Path<String>) -> Result {
    caller.session()?;
    let id: ApiTokenId = id.parse().map_err(|_| Error::not_found())?;
    let now = server.app.clock.now();
    let done = server.app.store.write(move |conn| api_tokens::revoke(conn, caller.account.id, id, now)).await?;
    if done { Ok(HttpResponse::NoContent().finish()) } else { Err(Error::not_found()) }
}
