//! `/tickets/{ticket}`: the cover of a message, for whoever holds the link.

use serde::{Deserialize, Serialize};

use super::Mailbox;

/// What the notification's link shows before any log-in. Never the content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Ticket {
    /// The message, for `/messages/{id}` after log-in.
    pub message_id: String,
    /// The address the message was sent to.
    pub recipient: String,
    /// Who wrote it.
    pub sender: Mailbox,
    /// The subject, with personal data masked.
    pub subject: String,
    /// When it was sent.
    pub sent_at: String,
    /// Until when it can be read.
    pub expires_at: String,
    /// The short code that stands in the notification and on the page.
    pub reference: String,
    /// Whether it can be read.
    pub state: MessageState,
    /// Whether the recipient's address has an account.
    pub account: AccountState,
    /// When the recipient last asked the sender to send it again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requested_at: Option<String>,
    /// When the recipient said that it is not for them; it is `recalled` since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused_at: Option<String>,
    /// Whether its sender asked to be told by mail when it is first opened.
    pub read_notice: bool,
}

/// Whether a message can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum MessageState {
    /// It can be read.
    Available,
    /// Its time is over.
    Expired,
    /// Its sender took it back.
    Recalled,
}

/// Whether an address has an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum AccountState {
    /// Never registered.
    None,
    /// Registered, the mailed link not yet followed.
    Unconfirmed,
    /// Can log in.
    Active,
}
