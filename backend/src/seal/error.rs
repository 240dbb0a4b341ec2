//! What can go wrong in sealing and opening.

use std::{io, path::PathBuf};

use super::KeyId;

/// An error of the seal. Its text never holds a key or anything that was sealed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// What is to be opened was changed or cut, or belongs elsewhere.
    #[error("this cannot be opened: it was changed or cut, or belongs to another message, recipient or purpose")]
    NotAuthentic,
    /// The key is not in the ring.
    #[error("the key {0} is not in the key ring")]
    UnknownKey(KeyId),
    /// Sealed by a newer release, or not by us.
    #[error("this was sealed in format {format} with algorithm {algorithm}, which this release does not know")]
    UnknownFormat {
        /// The format that stands with it.
        format: i16,
        /// The algorithm that stands with it.
        algorithm: i16,
    },
    /// There is no chunk of that number.
    #[error("there is no chunk {number} in a message of {count}")]
    NoSuchChunk {
        /// The number asked for.
        number: u32,
        /// How many chunks the message has.
        count: u32,
    },
    /// Not the 16 hexadecimal digits of a key id.
    #[error("a key id has 16 lower-case hexadecimal digits")]
    KeyId,
    /// The key ring's file cannot be read or written.
    #[error("the key ring {} cannot be {verb}: {source}", path.display())]
    RingFile {
        /// The file.
        path: PathBuf,
        /// What was tried.
        verb: &'static str,
        /// Why it failed.
        source: io::Error,
    },
    /// Others than its owner may read the file.
    #[error("the key ring {} may be read by others (mode {mode:04o}): allow only its owner with chmod 600", path.display())]
    RingMode {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// Not a key ring.
    #[error("line {0} of the key ring cannot be understood: each [[keys]] has id, created_at, active and secret")]
    RingSyntax(usize),
    /// A key's secret is not 32 octets of base64.
    #[error("the secret of key {0} in the key ring is not 32 octets in base64")]
    RingSecret(KeyId),
    /// A key stands there twice.
    #[error("the key {0} stands twice in the key ring")]
    RingDuplicate(KeyId),
    /// No key is active.
    #[error("the key ring has no active key: mark one with active = true")]
    RingNoActive,
    /// More than one key is active.
    #[error("the key ring has more than one active key: leave active = true at one of {0} and {1}")]
    RingSeveralActive(KeyId, KeyId),
    /// The active key cannot be taken out.
    #[error("the key {0} is the active one: make another active before removing it")]
    ActiveKey(KeyId),
}
