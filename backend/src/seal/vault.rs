//! What keeps the keys that wrap keys.

use super::{
    Error, KeyId, Secret, cipher,
    context::Context,
    {ALGORITHM, FORMAT},
};

/// Holds the ring's keys and uses them without giving them away, so that a key management service can stand in later.
pub trait Vault: Send + Sync {
    /// The key for new wraps.
    fn active(&self) -> KeyId;

    /// All keys, the oldest first.
    fn ids(&self) -> Vec<KeyId>;

    /// Encrypts `secret` under `key`, bound to `associated`.
    fn wrap(&self, key: KeyId, associated: &[u8], secret: &Secret) -> Result<Vec<u8>, Error>;

    /// The secret in `wrapped`, if it was wrapped under `key` and with the same `associated`.
    fn unwrap(&self, key: KeyId, associated: &[u8], wrapped: &[u8]) -> Result<Secret, Error>;

    /// The subkey of `key` for `label`. Nothing tells the key, or another label's subkey, from it.
    fn subkey(&self, key: KeyId, label: &str) -> Result<Secret, Error>;
}

/// A value that is equal for equal keys, and tells nothing else.
pub(super) fn check_value(vault: &dyn Vault, key: KeyId) -> Option<[u8; 32]> {
    vault.subkey(key, "check").ok().map(|subkey| cipher::authenticate(&subkey, &[key.as_str().as_bytes()]))
}

/// A key under a key of the ring: format and algorithm, then what the vault gave.
pub(super) fn wrap(vault: &dyn Vault, context: Context, secret: &Secret) -> Result<(KeyId, Vec<u8>), Error> {
    let key = vault.active();
    let context = Context { key: Some(key), ..context };
    let mut bytes = header().to_vec();
    bytes.extend(vault.wrap(key, &context.to_bytes(), secret)?);
    Ok((key, bytes))
}

/// The key in what [`wrap`] made.
pub(super) fn unwrap(vault: &dyn Vault, key: KeyId, context: Context, bytes: &[u8]) -> Result<Secret, Error> {
    let wrapped = after_header(bytes)?;
    vault.unwrap(key, &Context { key: Some(key), ..context }.to_bytes(), wrapped)
}

/// Format and algorithm, as they stand in front of whatever is sealed under the ring.
fn header() -> [u8; 4] {
    let ([a, b], [c, d]) = (FORMAT.to_be_bytes(), ALGORITHM.to_be_bytes());
    [a, b, c, d]
}

fn after_header(bytes: &[u8]) -> Result<&[u8], Error> {
    let (&[a, b, c, d], rest) = bytes.split_first_chunk().ok_or(Error::NotAuthentic)?;
    match (i16::from_be_bytes([a, b]), i16::from_be_bytes([c, d])) {
        (FORMAT, ALGORITHM) => Ok(rest),
        (format, algorithm) => Err(Error::UnknownFormat { format, algorithm }),
    }
}
