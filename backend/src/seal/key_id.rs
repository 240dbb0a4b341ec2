//! The name of a key of the ring.

use std::{fmt, str::FromStr};

use data_encoding::HEXLOWER;
use diesel::{
    backend::Backend,
    deserialize::{self, FromSql, FromSqlRow},
    expression::AsExpression,
    serialize::{self, Output, ToSql},
    sql_types::Text,
};

use super::{Error, cipher};

/// 8 random octets, written as 16 lower-case hexadecimal digits. It is no secret.
///
/// Kept as its digits, because a database binding must borrow them.
#[derive(
    Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, AsExpression, FromSqlRow, serde::Serialize, serde::Deserialize,
)]
#[diesel(sql_type = Text)]
#[serde(try_from = "String", into = "String")]
pub struct KeyId([u8; 16]);

impl KeyId {
    /// A new one.
    pub(super) fn generate() -> Self {
        Self::from_bytes(cipher::random())
    }

    /// Of these octets.
    pub fn from_bytes(bytes: [u8; 8]) -> Self {
        let mut digits = [0; 16];
        HEXLOWER.encode_mut(&bytes, &mut digits);
        Self(digits)
    }

    /// The 8 octets.
    pub fn to_bytes(self) -> [u8; 8] {
        let mut bytes = [0; 8];
        // The digits are hexadecimal by construction.
        let _decoded = HEXLOWER.decode_mut(&self.0, &mut bytes);
        bytes
    }

    /// The 16 digits.
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({self})")
    }
}

impl FromStr for KeyId {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let digits = <[u8; 16]>::try_from(text.as_bytes()).map_err(|_| Error::KeyId)?;
        HEXLOWER.decode_mut(&digits, &mut [0; 8]).map_err(|_| Error::KeyId)?;
        Ok(Self(digits))
    }
}

impl TryFrom<String> for KeyId {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        text.parse()
    }
}

impl From<KeyId> for String {
    fn from(id: KeyId) -> Self {
        id.as_str().to_owned()
    }
}

impl<DB: Backend> ToSql<Text, DB> for KeyId
where
    str: ToSql<Text, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        <str as ToSql<Text, DB>>::to_sql(self.as_str(), out)
    }
}

impl<DB: Backend> FromSql<Text, DB> for KeyId
where
    String: FromSql<Text, DB>,
{
    fn from_sql(text: DB::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(<String as FromSql<Text, DB>>::from_sql(text)?.parse()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_id_has_16_lower_case_digits() {
        let id = KeyId::from_bytes([0xa1, 0xb2, 0xc3, 0xd4, 0xe5, 0xf6, 0x07, 0x18]);
        assert_eq!(id.to_string(), "a1b2c3d4e5f60718");
        assert_eq!("a1b2c3d4e5f60718".parse::<KeyId>().unwrap(), id);
        assert_eq!(serde_json::to_string(&id).unwrap(), "\"a1b2c3d4e5f60718\"");
        assert_eq!(serde_json::from_str::<KeyId>("\"a1b2c3d4e5f60718\"").unwrap(), id);
        for text in ["", "a1b2c3d4e5f6071", "a1b2c3d4e5f607181", "A1B2C3D4E5F60718", "g1b2c3d4e5f60718"] {
            assert!(text.parse::<KeyId>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_key_id_comes_back_from_its_octets() {
        let id = KeyId::generate();
        assert_eq!(KeyId::from_bytes(id.to_bytes()), id);
        assert_ne!(KeyId::generate(), id);
    }
}
