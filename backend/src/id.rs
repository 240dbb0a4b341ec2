//! The identifiers of everything stored: UUIDv7, so that they sort by time. One type for each kind of thing.

use std::{
    fmt,
    str::FromStr,
    sync::{Mutex, PoisonError},
};

use chrono::{DateTime, Utc};
use diesel::{
    backend::Backend,
    deserialize::{self, FromSql, FromSqlRow},
    expression::AsExpression,
    serialize::{self, Output, ToSql},
    sql_types::Binary,
};
use uuid::Uuid;

/// The millisecond of the newest id, and how many were made in it.
static NEWEST: Mutex<(u64, u16)> = Mutex::new((0, 0));

/// A UUIDv7 whose 12 bits behind the time count within the millisecond (RFC 9562 section 6.2, method 1), so that ids
/// of one process sort in the order in which they were made.
fn next(now: DateTime<Utc>) -> Uuid {
    let millisecond = u64::try_from(now.timestamp_millis()).unwrap_or(0);
    let count = {
        let mut newest = NEWEST.lock().unwrap_or_else(PoisonError::into_inner);
        *newest = if newest.0 == millisecond { (millisecond, newest.1.saturating_add(1)) } else { (millisecond, 0) };
        newest.1.min(0x0FFF)
    };
    let mut rest = [0; 10];
    rest.copy_from_slice(&Uuid::new_v4().as_bytes()[6..]);
    rest[..2].copy_from_slice(&count.to_be_bytes());
    uuid::Builder::from_unix_timestamp_millis(millisecond, &rest).into_uuid()
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, AsExpression, FromSqlRow)]
        #[derive(serde::Serialize, serde::Deserialize)]
        #[diesel(sql_type = Binary)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A new one, made at `now`.
            pub fn new(now: DateTime<Utc>) -> Self {
                Self(next(now))
            }

            /// The 16 octets.
            pub fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }

            /// The UUID.
            pub fn as_uuid(self) -> Uuid {
                self.0
            }
        }

        impl From<Uuid> for $name {
            fn from(uuid: Uuid) -> Self {
                Self(uuid)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, uuid::Error> {
                text.parse().map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl<DB: Backend> ToSql<Binary, DB> for $name
        where
            [u8]: ToSql<Binary, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
                <[u8] as ToSql<Binary, DB>>::to_sql(self.0.as_bytes(), out)
            }
        }

        impl<DB: Backend> FromSql<Binary, DB> for $name
        where
            Vec<u8>: FromSql<Binary, DB>,
        {
            fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
                let bytes = <Vec<u8> as FromSql<Binary, DB>>::from_sql(bytes)?;
                Ok(Self(Uuid::from_slice(&bytes)?))
            }
        }
    };
}

id!(
    /// A message.
    MessageId
);
id!(
    /// One message to one recipient.
    DeliveryId
);
id!(
    /// A job of the outbox.
    JobId
);
id!(
    /// An account.
    AccountId
);
id!(
    /// A registration that waits for its confirmation.
    RegistrationId
);
id!(
    /// A single-use link.
    OneTimeTokenId
);
id!(
    /// A log-in, with all its refresh tokens.
    SessionId
);
id!(
    /// A program's token.
    ApiTokenId
);
id!(
    /// Something written and not sent yet.
    DraftId
);
id!(
    /// A row of the audit trail.
    AuditEventId
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_one_moment_sort_in_the_order_in_which_they_were_made() {
        let ids: Vec<MessageId> = (0..100).map(|_| MessageId::new(DateTime::UNIX_EPOCH)).collect();
        assert!(ids.is_sorted());
        assert!(ids[0] != ids[1] && ids[0].as_uuid().get_version_num() == 7);
    }
}
