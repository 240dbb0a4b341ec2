//! The associated data: what a ciphertext is bound to besides its key.

use uuid::Uuid;

use super::{ALGORITHM, FORMAT, KeyId};

const DOMAIN: &[u8; 12] = b"octothorpe/1";

/// The length of the associated data, which is the same everywhere.
pub(super) const LEN: usize = 57;

/// What a ciphertext is for and where it belongs. What does not apply is filled with zeros.
#[derive(Clone, Copy, Debug)]
pub(super) struct Context {
    /// One code for each kind of ciphertext; `docs/SEALING.md` lists them.
    pub purpose: u8,
    /// The key of the ring it is wrapped under.
    pub key: Option<KeyId>,
    /// The message; for a record, the record.
    pub message: Uuid,
    /// The delivery or the job.
    pub delivery: Uuid,
}

impl Context {
    /// The associated data.
    pub fn to_bytes(self) -> [u8; LEN] {
        let mut bytes = [0; LEN];
        bytes[..12].copy_from_slice(DOMAIN);
        bytes[12] = self.purpose;
        bytes[13..15].copy_from_slice(&FORMAT.to_be_bytes());
        bytes[15..17].copy_from_slice(&ALGORITHM.to_be_bytes());
        bytes[17..25].copy_from_slice(&self.key.map_or([0; 8], KeyId::to_bytes));
        bytes[25..41].copy_from_slice(self.message.as_bytes());
        bytes[41..].copy_from_slice(self.delivery.as_bytes());
        bytes
    }
}
