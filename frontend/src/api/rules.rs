//! `/rules/check`.

use shared::api::rules::{CheckRules, CheckedRules};

use super::{Failure, Request, read};
use crate::session::Session;

/// Asks what would happen.
pub async fn check(session: Session, body: &CheckRules) -> Result<CheckedRules, Failure> {
    read(&session.send(Request::post("/rules/check").json(body)).await?)
}
