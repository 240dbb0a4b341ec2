//! Records: covers, tickets, payloads of jobs. Each is sealed under a fresh key that the ring wraps.

use std::fmt;

use uuid::Uuid;

use super::{
    Error, KeyId, Plain, Seal, Secret,
    cipher::{self, NONCE_LEN, Nonce},
    context::Context,
    vault,
};

/// What a record is for; one never opens as another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// What a ticket shows of a message; its id is the message's.
    Cover,
    /// A ticket, for those who must send it again; its id is the delivery's.
    Ticket,
    /// What a job of the outbox works on; its id is the job's.
    JobPayload,
    /// What a report on a delivery must say, should its notification come back; its id is the delivery's.
    Report,
    /// What somebody wrote and did not send yet; its id is the draft's.
    Draft,
}

impl Purpose {
    fn code(self) -> u8 {
        match self {
            Self::Cover => 0,
            Self::Ticket => 1,
            Self::JobPayload => 2,
            Self::Report => 3,
            Self::Draft => 4,
        }
    }

    /// For the record itself.
    fn body(self, id: Uuid) -> Context {
        Context { purpose: 32 + self.code(), key: None, message: id, delivery: Uuid::nil() }
    }

    /// For its key.
    pub(super) fn key(self, id: Uuid) -> Context {
        Context { purpose: 64 + self.code(), ..self.body(id) }
    }
}

/// A record, sealed: its wrapped key and its ciphertext.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedRecord {
    /// The key of the ring.
    pub key_id: KeyId,
    /// The octets to store.
    pub bytes: Vec<u8>,
}

impl fmt::Debug for SealedRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealedRecord").field("key_id", &self.key_id).finish_non_exhaustive()
    }
}

impl SealedRecord {
    /// The wrapped key's length stands before it, because another vault may wrap longer.
    pub(super) fn join(key_id: KeyId, wrapped: &[u8], body: &[u8]) -> Result<Self, Error> {
        let len = u16::try_from(wrapped.len()).map_err(|_| Error::NotAuthentic)?;
        Ok(Self { key_id, bytes: [&len.to_be_bytes(), wrapped, body].concat() })
    }

    fn split(&self) -> Result<(&[u8], &[u8]), Error> {
        let (len, rest) = self.bytes.split_first_chunk().ok_or(Error::NotAuthentic)?;
        rest.split_at_checked(u16::from_be_bytes(*len).into()).ok_or(Error::NotAuthentic)
    }
}

impl Seal {
    /// Seals a record.
    pub fn seal_record(&self, purpose: Purpose, id: Uuid, plain: &[u8]) -> Result<SealedRecord, Error> {
        let key = Secret::new(cipher::random());
        let (key_id, wrapped) = vault::wrap(&*self.vault(), purpose.key(id), &key)?;
        SealedRecord::join(key_id, &wrapped, &seal_body(&key, &cipher::random(), purpose, id, plain))
    }

    /// Opens a record.
    pub fn open_record(&self, purpose: Purpose, id: Uuid, sealed: &SealedRecord) -> Result<Plain, Error> {
        let (wrapped, body) = sealed.split()?;
        let key = vault::unwrap(&*self.vault(), sealed.key_id, purpose.key(id), wrapped)?;
        let (nonce, body) = body.split_first_chunk::<NONCE_LEN>().ok_or(Error::NotAuthentic)?;
        cipher::open(&cipher::cipher(&key), nonce, &purpose.body(id).to_bytes(), body)
    }

    /// The same record with its key under the active key, or `None` if it is that already.
    pub fn rewrap_record(
        &self,
        purpose: Purpose,
        id: Uuid,
        sealed: &SealedRecord,
    ) -> Result<Option<SealedRecord>, Error> {
        let vault = self.vault();
        if sealed.key_id == vault.active() {
            return Ok(None);
        }
        let (wrapped, body) = sealed.split()?;
        let key = vault::unwrap(&*vault, sealed.key_id, purpose.key(id), wrapped)?;
        let (key_id, wrapped) = vault::wrap(&*vault, purpose.key(id), &key)?;
        SealedRecord::join(key_id, &wrapped, body).map(Some)
    }
}

/// Nonce, ciphertext and tag.
pub(super) fn seal_body(key: &Secret, nonce: &Nonce, purpose: Purpose, id: Uuid, plain: &[u8]) -> Vec<u8> {
    cipher::seal(&cipher::cipher(key), nonce, &purpose.body(id).to_bytes(), nonce, plain)
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::seal::KeyRing;

    const ID: Uuid = Uuid::from_u128(1);

    #[test]
    fn a_record_opens_for_its_purpose_and_id_only() {
        let seal = Seal::new(KeyRing::generate(DateTime::UNIX_EPOCH));
        let sealed = seal.seal_record(Purpose::Cover, ID, b"cover").unwrap();
        assert_eq!(&*seal.open_record(Purpose::Cover, ID, &sealed).unwrap(), b"cover");
        assert!(seal.open_record(Purpose::Ticket, ID, &sealed).is_err());
        assert!(seal.open_record(Purpose::JobPayload, ID, &sealed).is_err());
        assert!(seal.open_record(Purpose::Cover, Uuid::from_u128(2), &sealed).is_err());
    }

    #[test]
    fn a_bit_flipped_anywhere_in_a_record_is_found_and_so_is_a_cut() {
        let seal = Seal::new(KeyRing::generate(DateTime::UNIX_EPOCH));
        let sealed = seal.seal_record(Purpose::JobPayload, ID, b"payload").unwrap();
        for bit in 0..sealed.bytes.len() * 8 {
            let mut changed = sealed.clone();
            changed.bytes[bit / 8] ^= 1 << (bit % 8);
            assert!(seal.open_record(Purpose::JobPayload, ID, &changed).is_err(), "bit {bit}");
        }
        for len in 0..sealed.bytes.len() {
            let cut = SealedRecord { key_id: sealed.key_id, bytes: sealed.bytes[..len].to_vec() };
            assert!(seal.open_record(Purpose::JobPayload, ID, &cut).is_err(), "{len} octets");
        }
    }

    #[test]
    fn two_records_never_share_a_key() {
        let seal = Seal::new(KeyRing::generate(DateTime::UNIX_EPOCH));
        let [one, other] = [(); 2].map(|()| seal.seal_record(Purpose::Cover, ID, b"cover").unwrap());
        let (wrapped, _) = one.split().unwrap();
        let (_, body) = other.split().unwrap();
        let mixed = SealedRecord::join(one.key_id, wrapped, body).unwrap();
        assert!(seal.open_record(Purpose::Cover, ID, &mixed).is_err());
    }

    #[test]
    fn a_rewrapped_record_opens_without_the_old_key() {
        let mut ring = KeyRing::generate(DateTime::UNIX_EPOCH);
        let (seal, old) = (Seal::new(ring.clone()), ring.active());
        let sealed = seal.seal_record(Purpose::Cover, ID, b"cover").unwrap();
        assert_eq!(seal.rewrap_record(Purpose::Cover, ID, &sealed).unwrap(), None);

        let new = ring.rotate(DateTime::UNIX_EPOCH);
        seal.reload(ring.clone());
        let rewrapped = seal.rewrap_record(Purpose::Cover, ID, &sealed).unwrap().unwrap();
        assert_eq!(rewrapped.key_id, new);

        ring.remove(old).unwrap();
        seal.reload(ring);
        assert_eq!(&*seal.open_record(Purpose::Cover, ID, &rewrapped).unwrap(), b"cover");
        assert!(matches!(seal.open_record(Purpose::Cover, ID, &sealed), Err(Error::UnknownKey(key)) if key == old));
    }
}
