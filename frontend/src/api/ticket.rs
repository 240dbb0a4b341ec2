//! `/tickets`.

use shared::api::ticket::Ticket;

use super::{Failure, Request, encoded, read, send};

/// The cover of a message.
pub async fn get(ticket: &str) -> Result<Ticket, Failure> {
    read(&send(&Request::get(format!("/tickets/{}", encoded(ticket))), None).await?)
}
