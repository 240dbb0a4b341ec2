//! `GET /references/{code}`: whether a reference code is genuine, for staff to whom somebody reads one out.

use serde::{Deserialize, Serialize};

use super::Mailbox;

/// A code that stands in a notification of this portal. Neither the subject nor the recipients are told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Reference {
    /// The code, as it is written.
    pub reference: String,
    /// When the message was sent.
    pub sent_at: String,
    /// Who of the staff sent it; absent where somebody outside did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sender: Option<Mailbox>,
    /// The message, for its sender and for its recipients.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message_id: Option<String>,
}
