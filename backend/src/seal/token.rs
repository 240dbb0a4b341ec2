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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_comes_back_from_its_43_characters() {
        let token = Token::generate();
        let text = token.reveal();
        assert_eq!(text.len(), 43);
        assert!(text.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-' || c == b'_'));
        let parsed = Token::parse(&text).unwrap();
        assert_eq!(parsed.hash(), token.hash());
        assert_ne!(Token::generate().hash(), token.hash());
    }

    #[test]
    fn nothing_but_the_one_way_of_writing_a_token_is_taken() {
        let zero = "A".repeat(43);
        assert!(Token::parse(&zero).is_some());
        for text in ["", "A", &zero[1..], &format!("{zero}="), &format!("{zero}A"), &format!(" {zero}")] {
            assert!(Token::parse(text).is_none(), "{text:?}");
        }
        // The last character's two spare bits must be zero: else one token would have four names.
        for end in ["B", "C", "D", "+", "/", "=", "\n"] {
            assert!(Token::parse(&format!("{}{end}", &zero[1..])).is_none(), "{end:?}");
        }
    }

    #[test]
    fn a_token_is_never_printed() {
        let token = Token::generate();
        assert_eq!(format!("{token:?} {:?}", token.hash()), "Token(Secret(..)) TokenHash(..)");
    }
}
