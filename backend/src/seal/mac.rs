//! Authentication codes under the ring: fingerprints, origins, bounces, the audit trail, log-ins.

use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use super::{Error, KeyId, Seal, cipher};

/// What a code is for. Each has a subkey of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MacPurpose {
    /// Whether a mail came before.
    Fingerprint,
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
