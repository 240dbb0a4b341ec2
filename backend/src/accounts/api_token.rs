//! API tokens: for programs, with scopes, shown once.

use chrono::{DateTime, Duration, Utc};
use shared::{EmailAddress, api::api_token::Scope};

use super::Error;
use crate::{
    app::App,
    id::{AccountId, ApiTokenId},
    seal::Token,
    store::{
        accounts::{self, Account},
        api_tokens::{self, ApiToken, NewApiToken},
    },
};

/// The last use is written down at most so often.
const TOUCH_SECONDS: i64 = 60;

/// Makes a token; the text is shown once.
pub async fn create(
    app: &App,
    account_id: AccountId,
    name: String,
    scopes: &[Scope],
    expires_at: Option<DateTime<Utc>>,
) -> Result<(ApiToken, String), Error> {
    let (now, token) = (app.clock.now(), Token::generate());
    let id = ApiTokenId::new(now);
    let scopes = to_column(scopes);
    let new = NewApiToken {
        id,
        account_id,
        name: name.clone(),
        scopes: scopes.clone(),
        token_hash: token.hash(),
        created_at: now,
        expires_at,
    };
    app.store.write(move |conn| api_tokens::insert(conn, &new)).await?;
    let row =
        ApiToken { id, account_id, name, scopes, created_at: now, expires_at, last_used_at: None, revoked_at: None };
    Ok((row, token.reveal()))
}

fn to_column(scopes: &[Scope]) -> String {
    let names: Vec<&str> = scopes.iter().map(|scope| code(*scope)).collect();
    names.join(" ")
}

const fn code(scope: Scope) -> &'static str {
    match scope {
        Scope::MessagesSend => "messages:send",
        Scope::MessagesRead => "messages:read",
    }
}

/// The scopes of a row.
pub fn scopes(row: &ApiToken) -> Vec<Scope> {
    [Scope::MessagesSend, Scope::MessagesRead]
        .into_iter()
        .filter(|scope| row.scopes.split(' ').any(|name| name == code(*scope)))
        .collect()
}

/// Whose token this is, and what it allows.
pub async fn authenticate(app: &App, token: &str) -> Result<(Account, Vec<Scope>), Error> {
    let hash = Token::parse(token).ok_or(Error::NotLoggedIn)?.hash();
    let now = app.clock.now();
    let found = app
        .store
        .read(move |conn| match api_tokens::find_by_hash(conn, &hash)? {
            Some(row) => accounts::find(conn, row.account_id).map(|account| account.map(|account| (account, row))),
            None => Ok(None),
        })
        .await?;
    let (account, row) = found.ok_or(Error::NotLoggedIn)?;
    let is_valid =
        row.revoked_at.is_none() && row.expires_at.is_none_or(|end| end > now) && account.disabled_at.is_none();
    if !is_valid {
        return Err(Error::NotLoggedIn);
    }
    if row.last_used_at.is_none_or(|last| now - last > Duration::seconds(TOUCH_SECONDS)) {
        let id = row.id;
        app.store.write(move |conn| api_tokens::touch(conn, id, now)).await?;
    }
    Ok((account, scopes(&row)))
}

/// Whether `token` lets its owner `address`, an active sender, send by SMTP.
///
/// # Errors
/// When that cannot be told now.
pub async fn may_send_as(app: &App, address: &EmailAddress, token: &str) -> Result<bool, Error> {
    match authenticate(app, token).await {
        Ok((account, scopes)) => Ok(&account.email == address
            && scopes.contains(&Scope::MessagesSend)
            && app.config.organisation.is_sender(address)),
        Err(Error::NotLoggedIn) => Ok(false),
        Err(error) => Err(error),
    }
}
