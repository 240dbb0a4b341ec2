//! Sealing: messages, records, the key ring and tokens. Nothing else sees plaintext and keys together.
//!
//! `docs/SEALING.md` has the format byte by byte, with test vectors that a test checks against this code.

mod cipher;
mod context;
mod error;
mod key_id;
mod mac;
mod message;
mod record;
mod ring;
mod secret;
mod stored;
mod token;
mod vault;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod vectors;

use std::{
    fmt,
    sync::{Arc, PoisonError, RwLock},
};

pub use self::{
    error::Error,
    key_id::KeyId,
    mac::{Mac, MacPurpose},
    message::{CHUNK_LEN, Holder, MessageOpener, MessageSealer, Wrap, chunk_count},
    record::{Purpose, SealedRecord},
    ring::{KeyInfo, KeyRing},
    secret::{Plain, Secret},
    stored::{SealedChunk, SealedOutline},
    token::{Token, TokenHash},
    vault::Vault,
};

/// The layout of what is sealed; stands with each message, so that older ones stay readable when it changes.
pub const FORMAT: i16 = 1;

/// XChaCha20-Poly1305 with HKDF-SHA-256; stands with each message.
pub const ALGORITHM: i16 = 1;

/// Everything that seals and opens, over the ring's keys. Clones are cheap and share one ring, which can be
/// exchanged while serving.
#[derive(Clone)]
pub struct Seal(Arc<RwLock<Arc<dyn Vault>>>);

impl Seal {
    /// Seals under the keys of `vault`, most often a [`KeyRing`].
    pub fn new(vault: impl Vault + 'static) -> Self {
        Self(Arc::new(RwLock::new(Arc::new(vault))))
    }

    /// Takes another ring in the place of the one so far, for all clones.
    pub fn reload(&self, vault: impl Vault + 'static) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(vault);
    }

    /// The key that new wraps are made under.
    pub fn active_key(&self) -> KeyId {
        self.vault().active()
    }

    /// Every key there is, the oldest first.
    pub fn key_ids(&self) -> Vec<KeyId> {
        self.vault().ids()
    }

    /// A value that tells whether another node's key of that id is the same, without telling the key.
    pub fn check_value(&self, key: KeyId) -> Option<[u8; 32]> {
        vault::check_value(&*self.vault(), key)
    }

    /// The ring as it is now. Each operation takes it once, so that a reload never falls into its middle.
    fn vault(&self) -> Arc<dyn Vault> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Seal").field("active", &self.active_key()).finish_non_exhaustive()
    }
}
