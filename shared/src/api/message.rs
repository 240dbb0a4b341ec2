//! `/messages`: list, read, send, reply, recall, and view grants.

use serde::{Deserialize, Serialize};

use super::{Mailbox, ticket::MessageState};

/// A line of the inbox or of the sent box.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MessageSummary {
    /// UUIDv7.
    pub id: String,
    /// The short code of the notification.
    pub reference: String,
    /// Who wrote it.
    pub sender: Mailbox,
    /// Its visible recipients (To and Cc).
    pub recipients: Vec<Mailbox>,
    /// The subject without its marker; masked once the message cannot be read any more.
    pub subject: String,
    /// When it was sent.
    pub sent_at: String,
    /// Until when it can be read.
    pub expires_at: String,
    /// When this reader first opened it; in the sent box when the first recipient did.
    pub first_opened_at: Option<String>,
    /// Whether it has attachments.
    pub has_attachments: bool,
    /// Octets of the whole message.
    pub size: u64,
    /// Whether it can be read.
    pub state: MessageState,
    /// How far it got with its recipients; only in the sent box.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub progress: Option<Progress>,
}

/// How many recipients a message has, and how far it got with them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Progress {
    /// How many recipients it is sealed for.
    pub sealed: u32,
    /// How many of them have opened it.
    pub opened: u32,
    /// How many recipients could not be told of it.
    pub failed: u32,
    /// How many said that it is not for them.
    pub refused: u32,
    /// From how many it was taken back.
    pub recalled: u32,
}

/// A message opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Message {
    /// What the list shows.
    #[serde(flatten)]
    pub summary: MessageSummary,
    /// The text; made from the HTML where there is none.
    pub text: String,
    /// The HTML, sanitised; null where there is none.
    pub html: Option<String>,
    /// Whether the HTML shows images from elsewhere, which load only when asked for.
    #[serde(default, skip_serializing_if = "is_false")]
    pub remote_images: bool,
    /// The attachments.
    pub attachments: Vec<Attachment>,
    /// The message this one answers, if it is known here and readable by the caller.
    pub in_reply_to: Option<String>,
    /// Whether its sender asked to be told by mail when a recipient first opens it.
    pub read_notice: bool,
}

/// The media type of every attachment that only Outlook can look into.
pub const TNEF: &str = "application/ms-tnef";

/// One attachment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Attachment {
    /// Its number within the message, for `/attachments/{index}`.
    pub index: u32,
    /// Its file name.
    pub name: String,
    /// Its media type.
    pub content_type: String,
    /// Octets after decoding.
    pub size: u64,
    /// Whether the HTML shows it in its place.
    #[serde(default, skip_serializing_if = "is_false")]
    pub inline: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that is wanted")]
const fn is_false(value: &bool) -> bool {
    !*value
}

/// Answer of `GET /messages/unread`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Unread {
    /// How many messages of the inbox can be read and never were, without those that went on as ordinary mail.
    pub count: u32,
}

/// Which list of messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum MessageBox {
    /// What came.
    #[default]
    Inbox,
    /// What went.
    Sent,
}

/// Body of `POST /messages`, and the part `message` of its multipart form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SendMessage {
    /// Addresses, with or without a name (`Anna Smith <anna@example.org>`).
    #[serde(default)]
    pub to: Vec<String>,
    /// Likewise.
    #[serde(default)]
    pub cc: Vec<String>,
    /// Likewise; nobody else learns of them.
    #[serde(default)]
    pub bcc: Vec<String>,
    /// The subject, which is never encrypted.
    pub subject: String,
    /// The text.
    pub text: String,
    /// The same as HTML.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub html: Option<String>,
    /// Days until it expires; the setting's default if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_in_days: Option<u32>,
    /// Send although the subject holds strong findings; they are masked all the same.
    #[serde(default)]
    pub accept_subject_findings: bool,
    /// Tell the sender by mail when a recipient first opens it.
    #[serde(default)]
    pub read_notice: bool,
    /// The draft that this was, which is deleted with the sending.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draft: Option<String>,
}

/// Body of `POST /messages/{id}/replies`, and the part `message` of its multipart form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Reply {
    /// The text.
    pub text: String,
    /// The same as HTML.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub html: Option<String>,
    /// To everyone visible, not the sender alone.
    #[serde(default)]
    pub all: bool,
    /// Days until it expires for external recipients.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_in_days: Option<u32>,
    /// The draft that this was, which is deleted with the sending.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draft: Option<String>,
}

/// Answer of `POST /messages` and `POST /messages/{id}/replies`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Sent {
    /// The message.
    pub id: String,
    /// Its deliveries.
    pub deliveries: Vec<super::delivery::Delivery>,
}

/// Body of `POST /messages/{id}/recall`: `{}` recalls for all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Recall {
    /// The addresses to recall from; absent means everyone, empty is an error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipients: Option<Vec<String>>,
}

/// Body of `POST /messages/{id}/extension`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Extend {
    /// Days from now until it expires.
    pub expires_in_days: u32,
    /// For whom; absent means everyone, empty is an error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipients: Option<Vec<String>>,
}

/// Body of `POST /messages/{id}/notifications`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NotifyAgain {
    /// Whom to notify; absent means everyone who has not opened it, empty is an error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipients: Option<Vec<String>>,
}

/// Answer of `POST /messages/{id}/notifications`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NotifiedAgain {
    /// To whom a notification is on its way again.
    pub recipients: Vec<String>,
}

/// Answer of `POST /messages/{id}/views`: addresses that need no header, for frames, images and downloads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Views {
    /// The HTML body, for a sandboxed frame; `?remote=1` lets remote images load, `?print=1` sets it out for paper,
    /// `?language=` says in which language.
    pub url: String,
    /// The whole message as a file.
    pub source: String,
    /// The attachments.
    pub attachments: Vec<AttachmentView>,
    /// Seconds until the addresses end.
    pub expires_in: u32,
}

/// A view of one attachment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AttachmentView {
    /// Its number within the message.
    pub index: u32,
    /// Where to load it from; with `?inline=1` browsers show harmless images and PDF.
    pub url: String,
}
