//! A request whose sender gave it a key: whoever did not hear the answer asks again, and nothing is sent twice.

use data_encoding::HEXLOWER;

use super::{
    fingerprint::Fingerprint,
    submit::{SubmitError, Submitted},
};
use crate::{
    app::App,
    id::AccountId,
    store::{self, deliveries, sendings, sendings::Sending},
};

/// The key, and what is to be sent under it.
#[derive(Clone, Debug)]
pub struct Once {
    /// Whose key it is.
    pub account: AccountId,
    /// Its hash.
    pub key_hash: [u8; 32],
    /// What is asked for.
    pub content: Fingerprint,
}

impl Once {
    /// What two requests that come at the same time wait for.
    pub(super) fn name(&self) -> String {
        format!("{} {}", self.account, HEXLOWER.encode(&self.key_hash))
    }
}

/// What was sent under the key.
pub async fn find(app: &App, account: AccountId, key_hash: [u8; 32]) -> Result<Option<Sending>, store::Error> {
    let found = app.store.read(move |conn| sendings::find(conn, account, &key_hash)).await?;
    if found.is_some() {
        // What can be read may not have reached the disk yet. Whatever is written after it has not before it has.
        app.store.write(|_| Ok(())).await?;
    }
    Ok(found)
}

/// What came of it, if the same was asked for.
pub async fn came_of(app: &App, once: &Once, sending: Sending) -> Result<Submitted, SubmitError> {
    if !once.content.candidates.iter().any(|mac| mac.as_slice() == sending.content_mac) {
        return Err(SubmitError::OtherContent);
    }
    let id = sending.message_id;
    let deliveries = app.store.read(move |conn| deliveries::list_of(conn, id)).await;
    Ok(Submitted { id, deliveries: deliveries.map_err(super::keep::Error::from)? })
}
