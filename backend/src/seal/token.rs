//! Tokens: links, sessions, programs' keys. Who has one may use it; the store has only its hash.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use diesel::{
    backend::Backend,
    deserialize::{self, FromSql, FromSqlRow},
    expression::AsExpression,
    serialize::{self, Output, ToSql},
    sql_types::Binary,
};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use super::{Secret, cipher};

/// 256 random bits, written as 43 characters of base64url.
#[derive(Clone, Debug)]
pub struct Token(Secret);

impl Token {
    /// A new one.
    pub fn generate() -> Self {
        Self(Secret::new(cipher::random()))
    }

    /// A token as someone gave it; exactly 43 characters.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != 43 {
            return None;
        }
        // Decoded into the secret at once, so that no other copy is left behind.
        let mut secret = Secret::new([0; 32]);
        let written = URL_SAFE_NO_PAD.decode_slice(text, secret.expose_mut()).ok()?;
        (written == 32).then_some(Self(secret))
    }

    /// Its 43 characters, for the one who is to have it.
    pub fn reveal(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0.expose())
    }

    /// What the store keeps: SHA-256 over the 32 octets. With 256 random bits there is nothing to guess.
    pub fn hash(&self) -> TokenHash {
        TokenHash(Sha256::digest(self.0.expose()).into())
    }
}

/// The hash of a token, compared in constant time.
#[derive(Clone, Copy, AsExpression, FromSqlRow)]
#[diesel(sql_type = Binary)]
pub struct TokenHash([u8; 32]);

impl TokenHash {
    /// The octets.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl From<[u8; 32]> for TokenHash {
    fn from(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl PartialEq for TokenHash {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for TokenHash {}

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenHash(..)")
    }
}

impl<DB: Backend> ToSql<Binary, DB> for TokenHash
where
    [u8]: ToSql<Binary, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        <[u8] as ToSql<Binary, DB>>::to_sql(&self.0, out)
    }
}

impl<DB: Backend> FromSql<Binary, DB> for TokenHash
where
    Vec<u8>: FromSql<Binary, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        let bytes = <Vec<u8> as FromSql<Binary, DB>>::from_sql(bytes)?;
        Ok(Self(bytes.as_slice().try_into()?))
    }
}
