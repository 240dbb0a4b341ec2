//! The key ring: the keys that wrap all others, kept outside the store.

mod file;
#[cfg(test)]
mod tests;

use std::fmt;

use chacha20poly1305::XChaCha20Poly1305;
use chrono::{DateTime, Utc};

use super::{
    Error, KeyId, Secret, Vault,
    cipher::{self, NONCE_LEN, Nonce},
    vault,
};

/// Several keys, one of them active.
#[derive(Clone)]
pub struct KeyRing {
    /// In the order in which they were added.
    keys: Vec<Key>,
    active: KeyId,
}

#[derive(Clone)]
struct Key {
    id: KeyId,
    created_at: DateTime<Utc>,
    secret: Secret,
}

/// What may be told of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyInfo {
    /// Its name.
    pub id: KeyId,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Whether new wraps are made under it.
    pub active: bool,
}

impl KeyRing {
    /// A ring of one new key.
    pub fn generate(now: DateTime<Utc>) -> Self {
        let key = Key::generate(now);
        Self { active: key.id, keys: vec![key] }
    }

    /// A ring of these keys, checked.
    fn new(keys: Vec<(Key, bool)>) -> Result<Self, Error> {
        let mut active = None;
        for (place, (key, is_active)) in keys.iter().enumerate() {
            if keys[..place].iter().any(|(other, _)| other.id == key.id) {
                return Err(Error::RingDuplicate(key.id));
            }
            if *is_active && let Some(other) = active.replace(key.id) {
                return Err(Error::RingSeveralActive(other, key.id));
            }
        }
        let active = active.ok_or(Error::RingNoActive)?;
        Ok(Self { keys: keys.into_iter().map(|(key, _)| key).collect(), active })
    }

    /// The key for new wraps.
    pub fn active(&self) -> KeyId {
        self.active
    }

    /// The names of all keys, the oldest first.
    pub fn ids(&self) -> Vec<KeyId> {
        self.keys.iter().map(|key| key.id).collect()
    }

    /// All that may be told of the keys, the oldest first.
    pub fn keys(&self) -> impl Iterator<Item = KeyInfo> + '_ {
        self.keys.iter().map(|key| KeyInfo { id: key.id, created_at: key.created_at, active: key.id == self.active })
    }

    /// Adds a new key without making it the active one, so that every node can have it before it is used.
    pub fn add(&mut self, now: DateTime<Utc>) -> KeyId {
        let key = Key::generate(now);
        let id = key.id;
        self.keys.push(key);
        id
    }

    /// Makes the newest key the active one, a new one if the newest is that already. The others stay, to open what
    /// they wrapped.
    pub fn rotate(&mut self, now: DateTime<Utc>) -> KeyId {
        let newest = self.keys.last().map(|key| key.id).filter(|newest| *newest != self.active);
        self.active = newest.unwrap_or_else(|| self.add(now));
        self.active
    }

    /// Takes a key out. What is still wrapped under it can then never be opened: the caller must have looked.
    pub fn remove(&mut self, id: KeyId) -> Result<(), Error> {
        if id == self.active {
            return Err(Error::ActiveKey(id));
        }
        let place = self.keys.iter().position(|key| key.id == id).ok_or(Error::UnknownKey(id))?;
        self.keys.remove(place);
        Ok(())
    }

    /// A value that tells whether another node's key of that id is the same, without telling the key.
    pub fn check_value(&self, id: KeyId) -> Option<[u8; 32]> {
        vault::check_value(self, id)
    }

    /// Wraps with this nonce, which must never come twice. Product code draws it at random, in [`Vault::wrap`].
    pub(super) fn wrap_with_nonce(
        &self,
        key: KeyId,
        nonce: &Nonce,
        associated: &[u8],
        secret: &Secret,
    ) -> Result<Vec<u8>, Error> {
        Ok(cipher::seal(&self.key(key)?.wrapping(), nonce, associated, nonce, secret.expose()))
    }

    fn key(&self, id: KeyId) -> Result<&Key, Error> {
        self.keys.iter().find(|key| key.id == id).ok_or(Error::UnknownKey(id))
    }
}

impl Key {
    fn generate(now: DateTime<Utc>) -> Self {
        Self { id: KeyId::generate(), created_at: now, secret: Secret::new(cipher::random()) }
    }

    /// The cipher that wraps: nonce, encrypted secret and tag, 72 octets.
    fn wrapping(&self) -> XChaCha20Poly1305 {
        cipher::cipher(&cipher::derive(&self.secret, "wrap"))
    }

    fn unwrap(&self, associated: &[u8], wrapped: &[u8]) -> Result<Secret, Error> {
        let (nonce, body) = wrapped.split_first_chunk::<NONCE_LEN>().ok_or(Error::NotAuthentic)?;
        let plain = cipher::open(&self.wrapping(), nonce, associated, body)?;
        let mut secret = Secret::new([0; 32]);
        if plain.len() != secret.expose().len() {
            return Err(Error::NotAuthentic);
        }
        secret.expose_mut().copy_from_slice(&plain);
        Ok(secret)
    }
}

impl Vault for KeyRing {
    fn active(&self) -> KeyId {
        self.active
    }

    fn ids(&self) -> Vec<KeyId> {
        self.ids()
    }

    fn wrap(&self, key: KeyId, associated: &[u8], secret: &Secret) -> Result<Vec<u8>, Error> {
        self.wrap_with_nonce(key, &cipher::random(), associated, secret)
    }

    fn unwrap(&self, key: KeyId, associated: &[u8], wrapped: &[u8]) -> Result<Secret, Error> {
        self.key(key)?.unwrap(associated, wrapped)
    }

    fn subkey(&self, key: KeyId, label: &str) -> Result<Secret, Error> {
        Ok(cipher::derive(&self.key(key)?.secret, label))
    }
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.keys()).finish()
    }
}
