//! `/extensions`.

use shared::api::extension::Extension;

use super::{Failure, Request, encoded, read, send};

/// What a link would do.
pub async fn get(token: &str) -> Result<Extension, Failure> {
    read(&send(&Request::get(path(token)), None).await?)
}

/// Does it.
pub async fn extend(token: &str) -> Result<Extension, Failure> {
    read(&send(&Request::post(path(token)), None).await?)
}

fn path(token: &str) -> String {
    format!("/extensions/{}", encoded(token))
}
