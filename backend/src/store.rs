//! The database: everything that must survive a restart, on SQLite or PostgreSQL. A file a table with its row, its new
//! row and its named queries; transactions are closures handed to [`Store::read`] and [`Store::write`].

mod connection;
mod dialect;
mod error;
mod sealed;
mod value;
mod writer;

pub mod accounts;
pub mod api_tokens;
pub mod audit_events;
pub mod correspondence;
pub mod deliveries;
pub mod drafts;
pub mod fingerprints;
pub mod key_checks;
pub mod key_usage;
pub mod lifecycle;
pub mod message_chunks;
pub mod messages;
pub mod notes;
pub mod one_time_tokens;
pub mod outbox;
pub mod registrations;
pub mod rewrap;
pub mod schema;
pub mod sendings;
pub mod sessions;
pub mod warnings;

use diesel::r2d2::Pool;

use self::{
    connection::Manager,
    writer::{Survives, Undoes, Writer, blocking, no_connection},
};
pub use self::{
    connection::{AnyConnection as Connection, StoreUrl},
    error::Error,
    key_usage::{key_usage, sealed_key_usage},
    lifecycle::{expire, recall},
};

/// Whether opening the store may change its tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Migrations {
    /// Apply what is missing.
    Apply,
    /// Refuse a store that lacks any.
    Refuse,
}

/// The store. A clone is another handle on the same.
#[derive(Clone)]
pub struct Store {
    pool: Pool<Manager>,
    writer: Writer,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Store")
    }
}

impl Store {
    /// Opens the store, made and migrated if need be. Refuses one that a newer version has migrated.
    pub async fn open(url: &StoreUrl, migrations: Migrations) -> Result<Self, Error> {
        let url = url.clone();
        blocking(move || {
            let mut conn = url.connect()?;
            dialect::migrate(&mut conn, migrations == Migrations::Apply)?;
            let pool = url.pool()?;
            let writer = if url.has_one_writer() { Writer::grouped(url)? } else { Writer::Pooled(pool.clone()) };
            Ok(Self { pool, writer })
        })
        .await
    }

    /// Runs `read` with a connection that is only read from.
    pub async fn read<T, F>(&self, read: F) -> Result<T, Error>
    where
        F: FnOnce(&mut Connection) -> Result<T, Error> + Send + 'static,
        T: Send + 'static,
    {
        let pool = self.pool.clone();
        blocking(move || read(&mut *pool.get().map_err(|_| no_connection())?)).await
    }

    /// Runs `write` in a transaction and answers when it is durable. An error undoes all that `write` did.
    ///
    /// After a refused query the transaction may be dead on one database and alive on the other: let the error through.
    pub async fn write<T, F>(&self, write: F) -> Result<T, Error>
    where
        F: FnOnce(&mut Connection) -> Result<T, Error> + Send + 'static,
        T: Send + 'static,
    {
        self.writer.write(Survives::PowerCut, Undoes::Itself, write).await
    }

    /// The same for a mail, of which many are committed together: should one fail, so may those beside it, all of them to
    /// be tried later. That a mail fails here is as rare as a full disk, and to be ready to undo it alone costs every mail
    /// a copy of all that it changes.
    pub async fn write_mail<T, F>(&self, write: F) -> Result<T, Error>
    where
        F: FnOnce(&mut Connection) -> Result<T, Error> + Send + 'static,
        T: Send + 'static,
    {
        self.writer.write(Survives::PowerCut, Undoes::WhatGoesWithIt, write).await
    }

    /// The same for what nobody waits for, such as that a job is done: it goes to the disk with the next write, or some
    /// milliseconds later by itself.
    pub async fn write_soon<T, F>(&self, write: F) -> Result<T, Error>
    where
        F: FnOnce(&mut Connection) -> Result<T, Error> + Send + 'static,
        T: Send + 'static,
    {
        self.writer.write_soon(write).await
    }

    /// The same for what only keeps this run in order, as leases do: where the program is the only one that works on the
    /// store, a power cut ends the run too and may take it along. The next durable write takes it to the disk.
    pub async fn write_for_this_run<T, F>(&self, write: F) -> Result<T, Error>
    where
        F: FnOnce(&mut Connection) -> Result<T, Error> + Send + 'static,
        T: Send + 'static,
    {
        self.writer.write(Survives::Crash, Undoes::Itself, write).await
    }

    /// Ends the leases of a run that was killed, where no other node can work on the store; elsewhere they run out.
    /// Only for the start.
    pub async fn end_leases_of_the_dead(&self) -> Result<usize, Error> {
        if self.writer.is_shared() { Ok(0) } else { self.write(outbox::end_leases).await }
    }

    /// Empties the write-ahead log, where there is one: destroyed keys stand in it until then.
    pub async fn truncate_log(&self) -> Result<(), Error> {
        self.writer.truncate_log().await
    }

    /// Whether the store answers, and takes writes.
    pub async fn ping(&self) -> Result<(), Error> {
        self.writer.check()?;
        self.read(dialect::ping).await
    }
}

/// Copies a store that is a file, as it stands at one moment, into another, which must not exist yet.
pub fn copy(url: &StoreUrl, file: &std::path::Path) -> Result<(), Error> {
    url.copy(file)
}

/// Holds the right to what bears this name until the transaction ends, and waits for whoever holds it.
pub fn lock(conn: &mut Connection, name: &str) -> Result<(), Error> {
    dialect::lock(conn, name)
}
