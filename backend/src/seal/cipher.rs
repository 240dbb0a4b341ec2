//! The primitives: randomness, XChaCha20-Poly1305, HKDF-SHA-256 and HMAC-SHA-256, in the shapes used here.

use chacha20poly1305::{
    KeyInit as _, XChaCha20Poly1305,
    aead::{AeadInOut as _, inout::InOutBuf},
};
use hkdf::Hkdf;
use hmac::{Hmac, Mac as _};
use sha2::Sha256;

use super::{Error, Plain, Secret};

pub(super) const NONCE_LEN: usize = 24;
pub(super) const TAG_LEN: usize = 16;

/// A nonce of XChaCha20-Poly1305: long enough to be drawn at random.
pub(super) type Nonce = [u8; NONCE_LEN];

/// Octets from the operating system.
///
/// Without them no key can be made, so nothing could be sealed any more: the process ends, as after a power cut.
pub(super) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    if let Err(error) = getrandom::fill(&mut bytes) {
        tracing::error!(%error, "the operating system gives no random numbers");
        std::process::abort();
    }
    bytes
}

/// The cipher under `key`.
pub(super) fn cipher(key: &Secret) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(key.expose().into())
}

/// `head`, then `plain` encrypted, then the tag, in one buffer.
pub(super) fn seal(cipher: &XChaCha20Poly1305, nonce: &Nonce, associated: &[u8], head: &[u8], plain: &[u8]) -> Vec<u8> {
    // Clearing the buffer first costs less than copying into it what is then encrypted.
    let mut sealed = vec![0; head.len() + plain.len() + TAG_LEN];
    let (front, rest) = sealed.split_at_mut(head.len());
    front.copy_from_slice(head);
    let (body, end) = rest.split_at_mut(plain.len());
    let Ok(both) = InOutBuf::new(plain, body) else { unreachable!("both are equally long") };
    let Ok(tag) = cipher.encrypt_inout_detached(nonce.into(), associated, both) else {
        unreachable!("the cipher takes 256 GiB under one nonce, more than a slice here ever has");
    };
    end.copy_from_slice(&tag);
    sealed
}

/// Opens what stands after the head.
pub(super) fn open(
    cipher: &XChaCha20Poly1305,
    nonce: &Nonce,
    associated: &[u8],
    sealed: &[u8],
) -> Result<Plain, Error> {
    let (body, tag) = sealed.split_last_chunk::<TAG_LEN>().ok_or(Error::NotAuthentic)?;
    let mut plain = Plain::new(vec![0; body.len()]);
    let both = InOutBuf::new(body, plain.as_mut_slice()).map_err(|_| Error::NotAuthentic)?;
    cipher.decrypt_inout_detached(nonce.into(), associated, both, tag.into()).map_err(|_| Error::NotAuthentic)?;
    Ok(plain)
}

/// The subkey for `label`: HKDF-SHA-256 without salt, with the info `octothorpe/1/<label>`.
pub(super) fn derive(key: &Secret, label: &str) -> Secret {
    let mut subkey = Secret::new([0; 32]);
    let info = [b"octothorpe/1/".as_slice(), label.as_bytes()];
    if Hkdf::<Sha256>::new(None, key.expose()).expand_multi_info(&info, subkey.expose_mut()).is_err() {
        unreachable!("HKDF-SHA-256 gives up to 8,160 octets");
    }
    subkey
}

/// HMAC-SHA-256 over the parts, each after its length as a 64-bit big-endian number, so that none runs into the next.
pub(super) fn authenticate(key: &Secret, parts: &[&[u8]]) -> [u8; 32] {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key.expose()) else {
        unreachable!("HMAC takes keys of any length");
    };
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}
