//! The cover: what a ticket shows.

use serde::{Deserialize, Serialize};

use crate::{app::App, message::Mailbox, seal::Purpose, store::messages};

/// What a ticket shows, sealed under a key of its own: a recalled message still has its cover.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Cover {
    /// Without its marker, masked.
    pub subject: String,
    /// Who wrote it.
    pub sender: Mailbox,
    /// Visible recipients.
    pub recipients: Vec<Mailbox>,
    /// Whether anything is attached.
    pub has_attachments: bool,
}

/// A message's cover.
pub fn open(app: &App, message: &messages::Message) -> Option<Cover> {
    let plain = app.seal.open_record(Purpose::Cover, message.id.as_uuid(), &message.cover).ok()?;
    serde_json::from_slice(plain.as_ref()).ok()
}
