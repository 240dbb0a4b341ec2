//! A message: its content in chunks, its outline, and its key wrapped for each who may read it.

use std::fmt;

use chacha20poly1305::XChaCha20Poly1305;
use uuid::Uuid;

use super::{
    Error, KeyId, Plain, Seal, SealedChunk, SealedOutline, Secret,
    cipher::{self, NONCE_LEN, Nonce},
    context::Context,
    vault,
};
use crate::id::{DeliveryId, JobId, MessageId};

/// How much of a message one chunk holds.
pub const CHUNK_LEN: usize = 64 * 1024;

/// The random part of a chunk's nonce; the chunk's number and the mark of the last follow it.
pub(super) const PREFIX_LEN: usize = NONCE_LEN - 5;

const CONTENT: u8 = 1;
const OUTLINE: u8 = 2;
const WRAP_SENDER: u8 = 16;
const WRAP_DELIVERY: u8 = 17;
const WRAP_JOB: u8 = 18;

/// How many chunks a content of `len` octets has. An empty one has one, too.
pub fn chunk_count(len: usize) -> u32 {
    u32::try_from(len.div_ceil(CHUNK_LEN).max(1)).unwrap_or(u32::MAX)
}

/// Whom a message's key is wrapped for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder {
    /// Who wrote it.
    Sender,
    /// One recipient.
    Delivery(DeliveryId),
    /// A job that sends it on.
    Job(JobId),
}

impl Holder {
    fn context(self, message: MessageId) -> Context {
        let (purpose, delivery) = match self {
            Self::Sender => (WRAP_SENDER, Uuid::nil()),
            Self::Delivery(id) => (WRAP_DELIVERY, id.as_uuid()),
            Self::Job(id) => (WRAP_JOB, id.as_uuid()),
        };
        Context { purpose, key: None, message: message.as_uuid(), delivery }
    }
}

/// A message's key, wrapped under a key of the ring. Who destroys it takes the message from its holder.
#[derive(Clone, PartialEq, Eq)]
pub struct Wrap {
    /// The key of the ring.
    pub key_id: KeyId,
    /// The wrapped key.
    pub bytes: Vec<u8>,
}

impl fmt::Debug for Wrap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wrap").field("key_id", &self.key_id).finish_non_exhaustive()
    }
}

impl Seal {
    /// Begins a message under a fresh key.
    pub fn new_message(&self, id: MessageId) -> MessageSealer {
        MessageSealer(Keys::new(self.clone(), id, Secret::new(cipher::random())))
    }

    /// Opens the message's key with a holder's wrap.
    pub fn open_message(&self, id: MessageId, holder: Holder, wrap: &Wrap) -> Result<MessageOpener, Error> {
        let key = vault::unwrap(&*self.vault(), wrap.key_id, holder.context(id), &wrap.bytes)?;
        Ok(MessageOpener(Keys::new(self.clone(), id, key)))
    }

    /// The same wrap under the active key, or `None` if it is that already.
    pub fn rewrap(&self, id: MessageId, holder: Holder, wrap: &Wrap) -> Result<Option<Wrap>, Error> {
        let vault = self.vault();
        if wrap.key_id == vault.active() {
            return Ok(None);
        }
        let context = holder.context(id);
        let key = vault::unwrap(&*vault, wrap.key_id, context, &wrap.bytes)?;
        let (key_id, bytes) = vault::wrap(&*vault, context, &key)?;
        Ok(Some(Wrap { key_id, bytes }))
    }
}

/// A message's key, and what is made from it.
pub(super) struct Keys {
    seal: Seal,
    id: MessageId,
    key: Secret,
    content: XChaCha20Poly1305,
    outline: XChaCha20Poly1305,
}

impl Keys {
    pub(super) fn new(seal: Seal, id: MessageId, key: Secret) -> Self {
        let content = cipher::cipher(&cipher::derive(&key, "content"));
        let outline = cipher::cipher(&cipher::derive(&key, "outline"));
        Self { seal, id, key, content, outline }
    }

    /// The associated data of what is sealed under the message's own key.
    fn associated(&self, purpose: u8) -> [u8; super::context::LEN] {
        Context { purpose, key: None, message: self.id.as_uuid(), delivery: Uuid::nil() }.to_bytes()
    }

    pub(super) fn wrap(&self, holder: Holder) -> Result<Wrap, Error> {
        let (key_id, bytes) = vault::wrap(&*self.seal.vault(), holder.context(self.id), &self.key)?;
        Ok(Wrap { key_id, bytes })
    }

    pub(super) fn seal_outline(&self, nonce: &Nonce, outline: &[u8]) -> SealedOutline {
        SealedOutline::new(cipher::seal(&self.outline, nonce, &self.associated(OUTLINE), nonce, outline))
    }

    pub(super) fn seal_chunks<'a>(
        &'a self,
        prefix: [u8; PREFIX_LEN],
        content: &'a [u8],
    ) -> impl ExactSizeIterator<Item = SealedChunk> + 'a {
        let associated = self.associated(CONTENT);
        let count = chunk_count(content.len());
        (0..count).map(move |number| {
            let start = number as usize * CHUNK_LEN;
            let piece = &content[start..content.len().min(start + CHUNK_LEN)];
            let nonce = chunk_nonce(&prefix, number, number + 1 == count);
            SealedChunk::new(cipher::seal(&self.content, &nonce, &associated, &prefix, piece))
        })
    }
}

/// The nonce of a chunk, as in STREAM: prefix, number, mark of the last.
pub(super) fn chunk_nonce(prefix: &[u8; PREFIX_LEN], number: u32, last: bool) -> Nonce {
    let mut nonce = [0; NONCE_LEN];
    nonce[..PREFIX_LEN].copy_from_slice(prefix);
    nonce[PREFIX_LEN..NONCE_LEN - 1].copy_from_slice(&number.to_be_bytes());
    nonce[NONCE_LEN - 1] = u8::from(last);
    nonce
}

/// Seals a new message.
pub struct MessageSealer(Keys);

impl MessageSealer {
    /// The message.
    pub fn id(&self) -> MessageId {
        self.0.id
    }

    /// Seals the outline.
    pub fn outline(&self, outline: &[u8]) -> SealedOutline {
        self.0.seal_outline(&cipher::random(), outline)
    }

    /// Seals the content, chunk by chunk as they are asked for. Keep the chunks of one call together: those of two
    /// calls are under different nonces.
    pub fn chunks<'a>(&'a self, content: &'a [u8]) -> impl ExactSizeIterator<Item = SealedChunk> + 'a {
        self.0.seal_chunks(cipher::random(), content)
    }

    /// Wraps the key for a holder.
    pub fn wrap(&self, holder: Holder) -> Result<Wrap, Error> {
        self.0.wrap(holder)
    }
}

impl fmt::Debug for MessageSealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("MessageSealer").field(&self.0.id).finish()
    }
}

/// Opens a message, any part of it in any order.
pub struct MessageOpener(Keys);

impl MessageOpener {
    /// The message.
    pub fn id(&self) -> MessageId {
        self.0.id
    }

    /// Opens the outline.
    pub fn outline(&self, sealed: &SealedOutline) -> Result<Plain, Error> {
        let (nonce, body) = sealed.as_bytes().split_first_chunk().ok_or(Error::NotAuthentic)?;
        cipher::open(&self.0.outline, nonce, &self.0.associated(OUTLINE), body)
    }

    /// Opens the chunk `number`, counted from 0, of a message that has `chunk_count`.
    pub fn chunk(&self, number: u32, chunk_count: u32, sealed: &SealedChunk) -> Result<Plain, Error> {
        if number >= chunk_count {
            return Err(Error::NoSuchChunk { number, count: chunk_count });
        }
        let (prefix, body) = sealed.as_bytes().split_first_chunk().ok_or(Error::NotAuthentic)?;
        let nonce = chunk_nonce(prefix, number, number + 1 == chunk_count);
        cipher::open(&self.0.content, &nonce, &self.0.associated(CONTENT), body)
    }

    /// Wraps the key for one more holder.
    pub fn wrap(&self, holder: Holder) -> Result<Wrap, Error> {
        self.0.wrap(holder)
    }
}

impl fmt::Debug for MessageOpener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("MessageOpener").field(&self.0.id).finish()
    }
}
