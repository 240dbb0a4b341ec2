//! What can go wrong in the store. The words never hold a row's values.

use diesel::result::{DatabaseErrorInformation, DatabaseErrorKind, Error as Diesel};

use super::dialect;

/// What can go wrong in the store.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// What must be there once is there already.
    #[error("the store has this already")]
    Duplicate,
    /// What was asked for is not there.
    #[error("the store has no such row")]
    NotFound,
    /// A newer Octothorpe has worked on the store.
    #[error(
        "the store was made by a newer version of Octothorpe (migration {version} is unknown to this one): start that \
         version instead, or restore the backup made before the update"
    )]
    Newer {
        /// The first migration that is unknown.
        version: String,
    },
    /// Migrations wait and this start may not apply them.
    #[error("the store is of an older version: run `octothorpe migrate` first")]
    Older,
    /// Migrations could not be applied.
    #[error("the store could not be migrated: {0}")]
    Migration(String),
    /// The store's address is of no known kind.
    #[error("a store's URL begins with sqlite: or postgres://")]
    Url,
    /// The store cannot be reached, is full, or is too busy: later it may work.
    #[error("the store is not available: {0}")]
    Unavailable(String),
    /// A query failed, which is a fault of the program's.
    #[error("a query failed: {0}")]
    Query(String),
    /// The closure panicked; nothing of it was kept.
    #[error("a query panicked")]
    Panicked,
}

impl From<Diesel> for Error {
    fn from(error: Diesel) -> Self {
        match error {
            Diesel::NotFound => Self::NotFound,
            Diesel::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => Self::Duplicate,
            Diesel::DatabaseError(
                DatabaseErrorKind::UnableToSendCommand
                | DatabaseErrorKind::ClosedConnection
                | DatabaseErrorKind::SerializationFailure
                | DatabaseErrorKind::ReadOnlyTransaction,
                information,
            ) => Self::Unavailable(describe(information.as_ref())),
            Diesel::DatabaseError(_, information) => {
                let what = describe(information.as_ref());
                if dialect::is_passing(&what) { Self::Unavailable(what) } else { Self::Query(what) }
            }
            Diesel::BrokenTransactionManager | Diesel::RollbackTransaction => {
                Self::Unavailable("the connection was lost within a transaction".to_owned())
            }
            Diesel::DeserializationError(_) => Self::Query("a row could not be read".to_owned()),
            Diesel::SerializationError(_) => Self::Query("a value could not be written".to_owned()),
            Diesel::QueryBuilderError(_) => Self::Query("a query could not be built".to_owned()),
            _ => Self::Query("a query could not be run".to_owned()),
        }
    }
}

/// The server's sentence without what follows its first colon, where some put values.
fn describe(information: &dyn DatabaseErrorInformation) -> String {
    let message = information.message();
    let message = message.split_once(": ").map_or(message, |(before, _)| before);
    match information.constraint_name() {
        Some(constraint) => format!("{message} ({constraint})"),
        None => message.lines().next().unwrap_or_default().to_owned(),
    }
}
