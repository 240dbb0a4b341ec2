//! `/drafts`.

use shared::api::draft::{Draft, Fields, KeepDraft};

use super::{Failure, Request, encoded, read};
use crate::session::Session;

/// What was kept under this name.
pub async fn get(session: Session, name: &str) -> Result<Draft, Failure> {
    read(&session.send(Request::get(path(name))).await?)
}

/// Keeps the texts, or deletes what was kept when there are none.
pub async fn keep(session: Session, name: &str, fields: Fields) -> Result<(), Failure> {
    session.send(keeping(name, fields)).await.map(drop)
}

/// The same, although the page goes away now.
pub fn leave_behind(session: Session, name: &str, fields: Fields) {
    session.leave_behind(&keeping(name, fields));
}

fn keeping(name: &str, fields: Fields) -> Request {
    if fields.0.is_empty() { Request::delete(path(name)) } else { Request::put(path(name)).json(&KeepDraft { fields }) }
}

fn path(name: &str) -> String {
    format!("/drafts/{}", encoded(name))
}
