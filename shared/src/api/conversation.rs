//! `GET /messages/{id}/conversation`.

use serde::{Deserialize, Serialize};

use super::message::MessageSummary;

/// A message of a conversation, as far as it can be told without opening it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Turn {
    /// What the list shows.
    #[serde(flatten)]
    pub summary: MessageSummary,
    /// Whether the caller wrote it.
    pub own: bool,
    /// Its first words without what it quotes; null while the caller has not opened it.
    pub excerpt: Option<String>,
}
