//! Log-ins: a short access token that the page keeps in memory, and a rotating refresh token in a cookie.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::Duration;
use jsonwebtoken::{DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode};
use serde::{Deserialize, Serialize};
use shared::EmailAddress;

use super::{
    Error,
    password::{self, Verified},
    signature,
};
use crate::{
    app::App,
    id::{AccountId, SessionId},
    seal::{KeyId, MacPurpose, Token},
    store::{
        accounts::{self, Account},
        sessions::{self, NewSession, Session},
    },
};

/// How long an access token works, in seconds.
pub const ACCESS_SECONDS: u32 = 600;
/// How long a log-in lasts.
pub const SESSION_DAYS: i64 = 30;
/// How long a refresh token works beside its successor: two tabs, or an answer that was lost.
const OVERLAP_SECONDS: i64 = 60;

/// What an access token says.
#[derive(Serialize, Deserialize)]
struct Claims {
    /// The account.
    sub: String,
    /// The session.
    sid: String,
    /// Seconds since 1970.
    iat: i64,
    /// Likewise.
    exp: i64,
}

/// What a log-in gives.
pub struct LoggedIn {
    /// Who.
    pub account: Account,
    /// For `Authorization`.
    pub access_token: String,
    /// For the cookie.
    pub refresh_token: String,
}

/// Logs in with address and password.
pub async fn log_in(app: &App, email: &EmailAddress, password: String) -> Result<LoggedIn, Error> {
    let wanted = email.clone();
    let account = app.store.read(move |conn| accounts::find_by_email(conn, &wanted)).await?;
    let account = account.filter(|account| account.disabled_at.is_none());
    let hash = account.as_ref().map(|account| account.password_hash.clone());
    match password::verify(password.clone(), hash.clone()).await? {
        Verified::Wrong => return Err(Error::WrongCredentials),
        Verified::Right => {}
        Verified::RightButWeak => {
            let new = password::hash(password).await?;
            if let (Some(account), Some(old)) = (&account, hash) {
                let id = account.id;
                app.store.write(move |conn| accounts::set_password_hash(conn, id, &old, &new)).await?;
            }
        }
    }
    begin(app, account.ok_or(Error::WrongCredentials)?).await
}

/// Begins a session for an account whose owner is known.
pub async fn begin(app: &App, account: Account) -> Result<LoggedIn, Error> {
    let now = app.clock.now();
    let (id, refresh) = (SessionId::new(now), Token::generate());
    let new = NewSession {
        id,
        account_id: account.id,
        refresh_hash: refresh.hash(),
        created_at: now,
        expires_at: now + Duration::days(SESSION_DAYS),
    };
    app.store.write(move |conn| sessions::insert(conn, &new)).await?;
    let access_token = access_token(app, account.id, id)?;
    Ok(LoggedIn { account, access_token, refresh_token: cookie(id, &refresh) })
}

/// The cookie names the session, so that an old token still tells which family it belongs to.
fn cookie(id: SessionId, token: &Token) -> String {
    format!("{}.{}", id.as_uuid().simple(), token.reveal())
}

fn read_cookie(text: &str) -> Option<(SessionId, Token)> {
    let (id, token) = text.split_once('.')?;
    Some((id.parse().ok()?, Token::parse(token)?))
}

/// Exchanges a refresh token. Its successor follows from it, so that whoever asks twice gets the same one.
pub async fn refresh(app: &App, cookie_value: &str) -> Result<LoggedIn, Error> {
    let (id, token) = read_cookie(cookie_value).ok_or(Error::NotLoggedIn)?;
    let now = app.clock.now();
    let session = app.store.read(move |conn| sessions::find(conn, id)).await?.ok_or(Error::NotLoggedIn)?;
    if !is_alive(app, &session) {
        return Err(Error::NotLoggedIn);
    }
    let next = successor(app, id, &token)?;
    let (hash, next_hash) = (token.hash(), next.hash());
    let is_current = session.refresh_hash == hash;
    let overlaps = session.previous_hash.as_ref() == Some(&hash)
        && now - session.rotated_at <= Duration::seconds(OVERLAP_SECONDS)
        && session.refresh_hash == next_hash;
    if is_current {
        let current = hash;
        app.store.write(move |conn| sessions::rotate(conn, id, &current, &next_hash, Some(&current), now)).await?;
    } else if !overlaps {
        // A token used up long ago: somebody has a copy. The whole family ends.
        tracing::warn!(session = %id, "a refresh token was used again, its session ends");
        app.store.write(move |conn| sessions::end(conn, id, now)).await?;
        return Err(Error::NotLoggedIn);
    }
    let account_id = session.account_id;
    let account = app.store.read(move |conn| accounts::get(conn, account_id)).await?;
    if account.disabled_at.is_some() {
        return Err(Error::NotLoggedIn);
    }
    Ok(LoggedIn { access_token: access_token(app, account.id, id)?, account, refresh_token: cookie(id, &next) })
}

fn successor(app: &App, id: SessionId, token: &Token) -> Result<Token, Error> {
    let mac = app.seal.mac(MacPurpose::AccessToken, &[b"refresh", id.as_bytes(), token.reveal().as_bytes()])?;
    Token::parse(&BASE64_URL_SAFE_NO_PAD.encode(mac.bytes)).ok_or(Error::NotLoggedIn)
}

/// Ends the session of a refresh token.
pub async fn log_out(app: &App, cookie_value: &str) -> Result<(), Error> {
    let Some((id, token)) = read_cookie(cookie_value) else { return Ok(()) };
    let now = app.clock.now();
    app.store
        .write(move |conn| match sessions::find(conn, id)? {
            Some(session)
                if session.refresh_hash == token.hash() || session.previous_hash.as_ref() == Some(&token.hash()) =>
            {
                sessions::end(conn, id, now).map(|_| ())
            }
            _ => Ok(()),
        })
        .await?;
    Ok(())
}

fn is_alive(app: &App, session: &Session) -> bool {
    session.ended_at.is_none() && session.expires_at > app.clock.now()
}

fn access_token(app: &App, account: AccountId, session: SessionId) -> Result<String, Error> {
    let now = app.clock.now().timestamp();
    let claims =
        Claims { sub: account.to_string(), sid: session.to_string(), iat: now, exp: now + i64::from(ACCESS_SECONDS) };
    let key = app.seal.active_key();
    let secret = app.seal.subkey(key, MacPurpose::AccessToken).ok_or(Error::NotLoggedIn)?;
    let header = Header { kid: Some(key.to_string()), ..Header::new(signature::ALGORITHM) };
    signature::install();
    encode(&header, &claims, &EncodingKey::from_secret(secret.as_ref())).map_err(|_| Error::NotLoggedIn)
}

/// Who an access token stands for, if its session is still alive.
pub async fn authenticate(app: &App, token: &str) -> Result<(Account, SessionId), Error> {
    let claims = claims(app, token).ok_or(Error::NotLoggedIn)?;
    let session: SessionId = claims.sid.parse().map_err(|_| Error::NotLoggedIn)?;
    let account: AccountId = claims.sub.parse().map_err(|_| Error::NotLoggedIn)?;
    alive(app, session).await?;
    let account = app.store.read(move |conn| accounts::find(conn, account)).await?;
    let account = account.filter(|account| account.disabled_at.is_none()).ok_or(Error::NotLoggedIn)?;
    Ok((account, session))
}

/// Whether a session goes on; its account.
pub async fn alive(app: &App, id: SessionId) -> Result<AccountId, Error> {
    let session = app.store.read(move |conn| sessions::find(conn, id)).await?.ok_or(Error::NotLoggedIn)?;
    if is_alive(app, &session) { Ok(session.account_id) } else { Err(Error::NotLoggedIn) }
}

fn claims(app: &App, token: &str) -> Option<Claims> {
    let key: KeyId = decode_header(token).ok()?.kid?.parse().ok()?;
    let secret = app.seal.subkey(key, MacPurpose::AccessToken)?;
    let mut validation = Validation::new(signature::ALGORITHM);
    // The clock is ours, so that tests can set it.
    validation.validate_exp = false;
    signature::install();
    let claims = decode::<Claims>(token, &DecodingKey::from_secret(secret.as_ref()), &validation).ok()?.claims;
    (claims.exp > app.clock.now().timestamp()).then_some(claims)
}
