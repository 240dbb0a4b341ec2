//! HMAC-SHA-256 for access tokens, the one way in which they are signed: the `jsonwebtoken` crate brings none of its
//! own unless it brings a whole second cryptographic library.

use std::sync::Once;

use hmac::{Hmac, KeyInit as _, Mac as _};
use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey,
    crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils},
    errors::{ErrorKind, Result, new_error},
    signature::{Error, Signer, Verifier},
};
use sha2::Sha256;

/// Keys of the ring sign access tokens with this.
pub(super) const ALGORITHM: Algorithm = Algorithm::HS256;

static PROVIDER: CryptoProvider = CryptoProvider {
    signer_factory: |algorithm, key: &EncodingKey| Ok(Box::new(Hs256::new(*algorithm, key.as_bytes())?)),
    verifier_factory: |algorithm, key: &DecodingKey| Ok(Box::new(Hs256::new(*algorithm, key.try_get_as_bytes()?)?)),
    key_utils: KeyUtils::new_unimplemented(),
};

/// Tells the crate how to sign. Whoever signs or verifies calls it before.
pub(super) fn install() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        // Only this file installs one, once.
        let _ = PROVIDER.install_default();
    });
}

struct Hs256(Hmac<Sha256>);

impl Hs256 {
    fn new(algorithm: Algorithm, key: &[u8]) -> Result<Self> {
        if algorithm != ALGORITHM {
            return Err(new_error(ErrorKind::InvalidAlgorithm));
        }
        Hmac::new_from_slice(key).map(Self).map_err(|_| new_error(ErrorKind::InvalidKeyFormat))
    }
}

impl Signer<Vec<u8>> for Hs256 {
    fn try_sign(&self, message: &[u8]) -> std::result::Result<Vec<u8>, Error> {
        Ok(self.0.clone().chain_update(message).finalize().into_bytes().to_vec())
    }
}

impl Verifier<Vec<u8>> for Hs256 {
    fn verify(&self, message: &[u8], code: &Vec<u8>) -> std::result::Result<(), Error> {
        // In constant time.
        self.0.clone().chain_update(message).verify_slice(code).map_err(|_| Error::new())
    }
}

impl JwtSigner for Hs256 {
    fn algorithm(&self) -> Algorithm {
        ALGORITHM
    }
}

impl JwtVerifier for Hs256 {
    fn algorithm(&self) -> Algorithm {
        ALGORITHM
    }
}

#[cfg(test)]
mod tests {
    use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
    use jsonwebtoken::{Header, Validation, decode, encode};

    use super::*;

    /// The example of RFC 7515, appendix A.1, with its key.
    #[test]
    fn the_signature_is_the_one_of_the_standard() {
        let key = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
        let token = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6\
                     Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        install();
        let key = DecodingKey::from_secret(&BASE64_URL_SAFE_NO_PAD.decode(key).unwrap());
        let mut validation = Validation::new(ALGORITHM);
        validation.validate_exp = false;
        let claims = decode::<serde_json::Value>(token, &key, &validation).unwrap().claims;
        assert_eq!(claims["iss"], "joe");
        let changed = token.replace("FWFOEjXk", "FWFOEjXl");
        assert!(decode::<serde_json::Value>(changed, &key, &validation).is_err());
    }

    #[test]
    fn nothing_else_is_signed_or_verified() {
        install();
        let claims = serde_json::json!({ "sub": "x" });
        let key = EncodingKey::from_secret(&[7; 32]);
        assert!(encode(&Header::new(Algorithm::HS512), &claims, &key).is_err());
        let token = encode(&Header::new(ALGORITHM), &claims, &key).unwrap();
        let mut validation = Validation::new(ALGORITHM);
        validation.required_spec_claims.clear();
        let with = |key: &[u8]| decode::<serde_json::Value>(&token, &DecodingKey::from_secret(key), &validation);
        assert!(with(&[7; 32]).is_ok() && with(&[8; 32]).is_err());
    }
}
