//! `/account`.

use shared::api::account::{Account, ChangeAccount};

use super::{Failure, Request, read};
use crate::session::Session;

/// Changes the account.
pub async fn change(session: Session, body: &ChangeAccount) -> Result<Account, Failure> {
    read(&session.send(Request::patch("/account").json(body)).await?)
}
