//! What the store keeps of a message: types of their own, so that it can never be handed plaintext.

use std::fmt;

use diesel::{
    backend::Backend,
    deserialize::{self, FromSql, FromSqlRow},
    expression::AsExpression,
    serialize::{self, Output, ToSql},
    sql_types::Binary,
};

macro_rules! sealed {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, AsExpression, FromSqlRow)]
        #[diesel(sql_type = Binary)]
        pub struct $name(Vec<u8>);

        impl $name {
            /// As it was read from the store. Anything else than what was sealed fails to open.
            pub fn from_stored(bytes: Vec<u8>) -> Self {
                Self(bytes)
            }

            pub(super) fn new(bytes: Vec<u8>) -> Self {
                Self(bytes)
            }

            /// The octets to store.
            pub fn as_bytes(&self) -> &[u8] {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({} octets)"), self.0.len())
            }
        }

        impl<DB: Backend> ToSql<Binary, DB> for $name
        where
            [u8]: ToSql<Binary, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
                <[u8] as ToSql<Binary, DB>>::to_sql(&self.0, out)
            }
        }

        impl<DB: Backend> FromSql<Binary, DB> for $name
        where
            Vec<u8>: FromSql<Binary, DB>,
        {
            fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
                <Vec<u8> as FromSql<Binary, DB>>::from_sql(bytes).map(Self)
            }
        }
    };
}

sealed!(
    /// The outline of a message, sealed.
    SealedOutline
);
sealed!(
    /// A chunk of a message, sealed.
    SealedChunk
);
