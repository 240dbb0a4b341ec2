//! Keys and opened plaintext: wiped when dropped, never printed.

use std::{fmt, ops::Deref};

use zeroize::{Zeroize as _, ZeroizeOnDrop};

/// A 256-bit key.
#[derive(Clone, ZeroizeOnDrop)]
pub struct Secret([u8; 32]);

impl Secret {
    /// Takes over these octets. A copy that the caller keeps is the caller's to wipe.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The octets, for use in a cipher or a key derivation.
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// For filling in place.
    pub(super) fn expose_mut(&mut self) -> &mut [u8; 32] {
        &mut self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// What was opened. Read it as a slice; `bytes::Bytes::from_owner` takes it without a copy.
///
/// Not `Zeroizing<Vec<u8>>`: that wipes octet by octet, which takes half as long as the decryption.
#[derive(PartialEq, Eq)]
pub struct Plain(Vec<u8>);

impl Plain {
    pub(super) fn new(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// For decrypting into it.
    pub(super) fn as_mut_slice(&mut self) -> &mut [u8] {
        &mut self.0
    }
}

impl Deref for Plain {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl AsRef<[u8]> for Plain {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Plain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Plain({} octets)", self.0.len())
    }
}

impl Drop for Plain {
    fn drop(&mut self) {
        self.0.as_mut_slice().zeroize();
    }
}

impl ZeroizeOnDrop for Plain {}
