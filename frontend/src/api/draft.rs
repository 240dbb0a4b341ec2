//! `/drafts`.

use shared::api::draft::{Draft, Fields, KeepDraft};

use super::{Failure, Request, encoded, read};
use crate::session::Session;

/// What was kept under this name.
pub async fn get(session: Session, name: &str) -> Result<Draft, Failure> {
    read(&session.send(Request::get(path(name))).await?)
}

/// Keeps it.
pub async fn put(session: Session, name: &str, fields: Fields) -> Result<(), Failure> {
    session.send(Request::put(path(name)).json(&KeepDraft { fields })).await.map(drop)
}

/// Deletes it.
pub async fn delete(session: Session, name: &str) -> Result<(), Failure> {
    session.send(Request::delete(path(name))).await.map(drop)
}

fn path(name: &str) -> String {
    format!("/drafts/{}", encoded(name))
}
