//! `/extensions/{token}`: the one-click link in the warning that a message ends unread.

use serde::{Deserialize, Serialize};

/// What the link would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Extension {
    /// The message, for its tracking page.
    pub message_id: String,
    /// Its subject, masked.
    pub subject: String,
    /// Who has not opened it yet.
    pub recipients: Vec<String>,
    /// Until when it can be read now.
    pub expires_at: String,
    /// Until when it could be read then.
    pub until: String,
}
