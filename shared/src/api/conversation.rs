//! `GET /messages/{id}/conversation`.

use serde::{Deserialize, Serialize};

use super::Mailbox;

/// A message of a conversation, as far as it can be told without opening it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Turn {
    /// UUIDv7.
    pub id: String,
    /// Who wrote it.
    pub sender: Mailbox,
    /// The subject without its marker.
    pub subject: String,
    /// When it was sent.
    pub sent_at: String,
    /// When the caller first opened it; of an own one, when the first recipient did.
    pub first_opened_at: Option<String>,
    /// Whether the caller wrote it.
    pub own: bool,
    /// Its first words without what it quotes; null while the caller has not opened it.
    pub excerpt: Option<String>,
}
