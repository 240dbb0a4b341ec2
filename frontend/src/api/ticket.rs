//! `/tickets`.

use shared::api::ticket::Ticket;

use super::{Failure, Request, encoded, read, send};

/// Asks its sender to send it again.
pub async fn ask_again(ticket: &str) -> Result<(), Failure> {
    send(&Request::post(format!("/tickets/{}/requests", encoded(ticket))), None).await.map(drop)
}

/// Says that it is not for the one who got it.
pub async fn refuse(ticket: &str) -> Result<(), Failure> {
    send(&Request::post(format!("/tickets/{}/refusals", encoded(ticket))), None).await.map(drop)
}

/// The cover of a message.
pub async fn get(ticket: &str) -> Result<Ticket, Failure> {
    read(&send(&Request::get(format!("/tickets/{}", encoded(ticket))), None).await?)
}
