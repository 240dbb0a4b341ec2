//! Authentication codes under the ring: fingerprints, origins, bounces, the audit trail, log-ins.

use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use super::{Error, KeyId, Seal, cipher};

/// What a code is for. Each has a subkey of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MacPurpose {
    /// Whether a mail came before.
    Fingerprint,
    /// Whether a request came before.
    Sending,
    /// That we wrote a mail.
    Origin,
    /// The address that failure reports come back to.
    Bounce,
    /// The chain of audit rows.
    Audit,
    /// Access tokens of log-ins.
    AccessToken,
    /// Grants to view one part of a message.
    ViewGrant,
}

impl MacPurpose {
    fn label(self) -> &'static str {
        match self {
            Self::Fingerprint => "mac/fingerprint",
            Self::Sending => "mac/sending",
            Self::Origin => "mac/origin",
            Self::Bounce => "mac/bounce",
            Self::Audit => "mac/audit",
            Self::AccessToken => "mac/access-token",
            Self::ViewGrant => "mac/view-grant",
        }
    }
}

/// A code, and the key of the ring it depends on.
#[derive(Clone, Copy, Debug)]
pub struct Mac {
    /// The key of the ring.
    pub key_id: KeyId,
    /// The code.
    pub bytes: [u8; 32],
}

impl Seal {
    /// The code over `parts` under the active key. Where one part ends counts.
    pub fn mac(&self, purpose: MacPurpose, parts: &[&[u8]]) -> Result<Mac, Error> {
        let vault = self.vault();
        let key_id = vault.active();
        let subkey = vault.subkey(key_id, purpose.label())?;
        Ok(Mac { key_id, bytes: cipher::authenticate(&subkey, parts) })
    }

    /// The code over `parts` under that key, or `None` if the ring does not have it.
    pub fn mac_under(&self, key: KeyId, purpose: MacPurpose, parts: &[&[u8]]) -> Option<[u8; 32]> {
        let subkey = self.vault().subkey(key, purpose.label()).ok()?;
        Some(cipher::authenticate(&subkey, parts))
    }

    /// Whether `mac` is the code over `parts`, in constant time.
    pub fn verify_mac(&self, purpose: MacPurpose, parts: &[&[u8]], mac: &Mac) -> bool {
        self.verify_short_mac(mac.key_id, purpose, parts, &mac.bytes)
    }

    /// Whether `code` is the front of the code over `parts`, in constant time. For where there is little room:
    /// 16 octets at least.
    pub fn verify_short_mac(&self, key: KeyId, purpose: MacPurpose, parts: &[&[u8]], code: &[u8]) -> bool {
        self.mac_under(key, purpose, parts).is_some_and(|expected| {
            code.len() >= 16 && expected.get(..code.len()).is_some_and(|front| front.ct_eq(code).into())
        })
    }

    /// The key itself for a purpose, for what computes its codes elsewhere (the signing of access tokens).
    pub fn subkey(&self, key: KeyId, purpose: MacPurpose) -> Option<Zeroizing<[u8; 32]>> {
        self.vault().subkey(key, purpose.label()).ok().map(|subkey| Zeroizing::new(*subkey.expose()))
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::seal::KeyRing;

    #[test]
    fn a_code_holds_for_its_parts_purpose_and_key_only() {
        let mut ring = KeyRing::generate(DateTime::UNIX_EPOCH);
        let seal = Seal::new(ring.clone());
        let mac = seal.mac(MacPurpose::Origin, &[b"ab", b"c"]).unwrap();
        assert!(seal.verify_mac(MacPurpose::Origin, &[b"ab", b"c"], &mac));
        for parts in [&[b"a".as_slice(), b"bc"] as &[&[u8]], &[b"abc"], &[b"ab", b"c", b""], &[b"ab"], &[]] {
            assert!(!seal.verify_mac(MacPurpose::Origin, parts, &mac));
        }
        assert!(!seal.verify_mac(MacPurpose::Bounce, &[b"ab", b"c"], &mac));

        let new = ring.rotate(DateTime::UNIX_EPOCH);
        seal.reload(ring);
        assert!(seal.verify_mac(MacPurpose::Origin, &[b"ab", b"c"], &mac), "the old key still verifies");
        assert!(!seal.verify_mac(MacPurpose::Origin, &[b"ab", b"c"], &Mac { key_id: new, ..mac }));
        let gone = KeyId::from_bytes([0; 8]);
        assert!(!seal.verify_mac(MacPurpose::Origin, &[b"ab", b"c"], &Mac { key_id: gone, ..mac }));
    }

    #[test]
    fn a_short_code_has_16_octets_at_least() {
        let seal = Seal::new(KeyRing::generate(DateTime::UNIX_EPOCH));
        let mac = seal.mac(MacPurpose::Bounce, &[b"x"]).unwrap();
        let verify = |code: &[u8]| seal.verify_short_mac(mac.key_id, MacPurpose::Bounce, &[b"x"], code);
        assert!(verify(&mac.bytes[..16]) && verify(&mac.bytes[..18]) && verify(&mac.bytes));
        assert!(!verify(&mac.bytes[..15]) && !verify(&[]) && !verify(&mac.bytes[1..]));
        assert!(!verify(&[mac.bytes.as_slice(), &[0]].concat()));
    }
}
