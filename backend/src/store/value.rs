//! How times, addresses and codes stand in a column.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::{
    backend::Backend,
    deserialize::{self, FromSql, FromSqlRow, Queryable},
    sql_types::{Nullable, Text, Timestamp},
};
use shared::EmailAddress;

/// A time as the databases keep it: UTC, cut to microseconds.
pub fn to_db(time: DateTime<Utc>) -> NaiveDateTime {
    crate::clock::to_microseconds(time).naive_utc()
}

/// A column of times; rows carry `DateTime<Utc>`.
#[derive(Debug, FromSqlRow)]
pub struct Time(NaiveDateTime);

impl<DB: Backend> FromSql<Timestamp, DB> for Time
where
    NaiveDateTime: FromSql<Timestamp, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        NaiveDateTime::from_sql(bytes).map(Self)
    }
}

impl From<Time> for DateTime<Utc> {
    fn from(time: Time) -> Self {
        time.0.and_utc()
    }
}

/// A column of times that may be absent.
#[derive(Debug)]
pub struct MaybeTime(Option<Time>);

impl<DB: Backend> Queryable<Nullable<Timestamp>, DB> for MaybeTime
where
    Option<Time>: deserialize::FromStaticSqlRow<Nullable<Timestamp>, DB>,
{
    type Row = Option<Time>;

    fn build(row: Self::Row) -> deserialize::Result<Self> {
        Ok(Self(row))
    }
}

impl From<MaybeTime> for Option<DateTime<Utc>> {
    fn from(time: MaybeTime) -> Self {
        time.0.map(Into::into)
    }
}

/// A column of addresses in their written form; rows carry `EmailAddress`.
#[derive(Debug, FromSqlRow)]
pub struct Address(EmailAddress);

impl<DB: Backend> FromSql<Text, DB> for Address
where
    String: FromSql<Text, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        let written = <String as FromSql<Text, DB>>::from_sql(bytes)?;
        written.parse().map(Self).map_err(|_| "a stored address is malformed".into())
    }
}

impl From<Address> for EmailAddress {
    fn from(address: Address) -> Self {
        address.0
    }
}

/// An enum whose variants stand in the store, in audit rows and in logs as kebab-case codes.
macro_rules! codes {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $code:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[derive(diesel::expression::AsExpression, diesel::deserialize::FromSqlRow)]
        #[diesel(sql_type = diesel::sql_types::Text)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
        }

        impl $name {
            /// Its code.
            pub fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => $code,)+
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.code())
            }
        }

        impl<DB: diesel::backend::Backend> diesel::serialize::ToSql<diesel::sql_types::Text, DB> for $name
        where
            str: diesel::serialize::ToSql<diesel::sql_types::Text, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut diesel::serialize::Output<'b, '_, DB>) -> diesel::serialize::Result {
                <str as diesel::serialize::ToSql<diesel::sql_types::Text, DB>>::to_sql(self.code(), out)
            }
        }

        impl<DB: diesel::backend::Backend> diesel::deserialize::FromSql<diesel::sql_types::Text, DB> for $name
        where
            String: diesel::deserialize::FromSql<diesel::sql_types::Text, DB>,
        {
            fn from_sql(bytes: DB::RawValue<'_>) -> diesel::deserialize::Result<Self> {
                let code = <String as diesel::deserialize::FromSql<diesel::sql_types::Text, DB>>::from_sql(bytes)?;
                match code.as_str() {
                    $($code => Ok(Self::$variant),)+
                    _ => Err(concat!("an unknown code of ", stringify!($name)).into()),
                }
            }
        }
    };
}
pub(super) use codes;
