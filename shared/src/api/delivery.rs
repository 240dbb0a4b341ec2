//! `GET /messages/{id}/deliveries`: how far a message got with each of its recipients.

use serde::{Deserialize, Serialize};

use super::message::MessageSummary;

/// How far a message got, as its sender sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Deliveries {
    /// The message, as the sent box shows it.
    pub message: MessageSummary,
    /// One for each recipient.
    pub items: Vec<Delivery>,
    /// Always null: all of them are here.
    pub next: Option<String>,
}

/// One message to one recipient, as its sender sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Delivery {
    /// UUIDv7.
    pub id: String,
    /// The recipient's address as written.
    pub recipient: String,
    /// How far it got.
    pub state: DeliveryState,
    /// When the notification (or, to staff, the mail) left.
    pub notified_at: Option<String>,
    /// When the recipient first opened it.
    pub first_opened_at: Option<String>,
    /// When the recipient first replied.
    pub replied_at: Option<String>,
    /// Until when it can be read here.
    pub expires_at: Option<String>,
    /// When the recipient last asked for it again, after it had expired.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requested_at: Option<String>,
    /// When the recipient said that it is not for them; it is `recalled` since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused_at: Option<String>,
}

/// How far a delivery got.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum DeliveryState {
    /// Stored; its notification waits.
    Queued,
    /// The notification was handed on.
    Notified,
    /// Handed on as ordinary mail.
    Relayed,
    /// The notification could not be delivered.
    Failed,
    /// Its time is over.
    Expired,
    /// The sender took it back.
    Recalled,
}
