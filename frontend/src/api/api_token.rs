//! `/api-tokens`.

use shared::api::{
    Page,
    api_token::{ApiToken, CreatedApiToken, NewApiToken},
};

use super::{Failure, Request, encoded, read};
use crate::session::Session;

/// All tokens of the account.
pub async fn list(session: Session) -> Result<Vec<ApiToken>, Failure> {
    let page: Page<ApiToken> = read(&session.send(Request::get("/api-tokens?limit=200")).await?)?;
    Ok(page.items)
}

/// A new one.
pub async fn create(session: Session, body: &NewApiToken) -> Result<CreatedApiToken, Failure> {
    read(&session.send(Request::post("/api-tokens").json(body)).await?)
}

/// Ends one.
pub async fn revoke(session: Session, id: &str) -> Result<(), Failure> {
    session.send(Request::delete(format!("/api-tokens/{}", encoded(id)))).await.map(drop)
}
