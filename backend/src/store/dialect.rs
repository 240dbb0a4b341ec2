//! The few queries that each database wants written in its own way.

use chrono::NaiveDateTime;
use diesel::{connection::SimpleConnection as _, prelude::*};

use super::{Connection, Error, schema::outbox};
use crate::id::JobId;

/// Runs a query of which every mail needs one, on whichever database it is. Through the connection that is either, Diesel
/// would write the query's text anew each time, twice; so it knows it again by its type.
macro_rules! on_either {
    ($conn:ident, $query:expr) => {
        match $conn {
            $crate::store::Connection::Postgres($conn) => $query,
            $crate::store::Connection::Sqlite($conn) => $query,
        }
    };
}
pub(super) use on_either;

/// Inserts values unless a row with the same key is there. Answers whether they were inserted; unlike a refused
/// insert, this leaves the transaction alive on both databases.
macro_rules! insert_if_absent {
    ($conn:ident, $table:expr, $values:expr) => {
        $crate::store::dialect::on_either!(
            $conn,
            diesel::RunQueryDsl::execute(diesel::insert_into($table).values($values).on_conflict_do_nothing(), $conn)
        )
        .map(|count| count == 1)
        .map_err($crate::store::Error::from)
    };
}
pub(super) use insert_if_absent;

/// Begins a transaction that holds the right to write from the start: one begun by a read fails when it comes to
/// write and another has written in between.
pub(super) fn begin(conn: &mut Connection) -> Result<(), Error> {
    use diesel::connection::{AnsiTransactionManager, TransactionManager as _};
    match conn {
        Connection::Postgres(conn) => AnsiTransactionManager::begin_transaction(conn)?,
        Connection::Sqlite(conn) => AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN IMMEDIATE")?,
    }
    Ok(())
}

/// The jobs that were due at the time `due` and are not leased at the time `now`, the longest waiting first. Rows another worker is just leasing are passed
/// over where the database can.
pub(super) fn due_jobs(
    conn: &mut Connection,
    due: NaiveDateTime,
    now: NaiveDateTime,
    limit: i64,
) -> Result<Vec<JobId>, Error> {
    let due = outbox::table
        .filter(outbox::due_at.le(due))
        .filter(outbox::leased_until.is_null().or(outbox::leased_until.le(now)))
        .order((outbox::due_at, outbox::id))
        .limit(limit)
        .select(outbox::id);
    Ok(match conn {
        Connection::Postgres(conn) => due.for_update().skip_locked().load(conn)?,
        Connection::Sqlite(conn) => due.load(conn)?,
    })
}

/// Folds the log into the database and empties it, so that nothing deleted is left in it.
pub(super) fn truncate_log(conn: &mut Connection) -> Result<(), Error> {
    #[derive(QueryableByName)]
    struct Checkpoint {
        #[diesel(sql_type = diesel::sql_types::Integer)]
        busy: i32,
    }
    match conn {
        Connection::Postgres(_) => Ok(()),
        Connection::Sqlite(conn) => {
            let done: Checkpoint = diesel::sql_query("PRAGMA wal_checkpoint(TRUNCATE)").get_result(conn)?;
            if done.busy == 0 { Ok(()) } else { Err(Error::Unavailable("the log is being read".to_owned())) }
        }
    }
}

/// Folds into the database what of the log nobody reads any more, and waits for nobody.
pub(super) fn checkpoint(conn: &mut Connection) -> Result<(), Error> {
    match conn {
        Connection::Postgres(_) => Ok(()),
        Connection::Sqlite(conn) => Ok(conn.batch_execute("PRAGMA wal_checkpoint(PASSIVE)")?),
    }
}

/// Copies the database as it stands at one moment into an empty file. A server has a command of its own for this.
pub(super) fn copy_into(conn: &mut Connection, file: &str) -> Result<(), Error> {
    match conn {
        Connection::Postgres(_) => Err(Error::Unavailable("a server is copied with pg_dump".to_owned())),
        Connection::Sqlite(conn) => {
            diesel::sql_query("VACUUM INTO ?").bind::<diesel::sql_types::Text, _>(file).execute(conn)?;
            Ok(())
        }
    }
}

/// Whether what the server says may pass by itself.
pub(super) fn is_passing(message: &str) -> bool {
    const PASSING: [&str; 10] = [
        "database is locked",
        "database table is locked",
        "database or disk is full",
        "disk I/O error",
        "unable to open database file",
        "deadlock detected",
        "canceling statement",
        "terminating connection",
        "could not extend file",
        "out of memory",
    ];
    PASSING.iter().any(|passing| message.starts_with(passing))
}

/// Asks the least there is to ask.
pub(super) fn ping(conn: &mut Connection) -> Result<(), Error> {
    match conn {
        Connection::Postgres(conn) => conn.batch_execute("SELECT 1")?,
        Connection::Sqlite(conn) => conn.batch_execute("SELECT 1 FROM __diesel_schema_migrations LIMIT 1")?,
    }
    Ok(())
}

/// Applies what is missing of the migrations, one node at a time.
pub(super) fn migrate(conn: &mut Connection, may_apply: bool) -> Result<(), Error> {
    /// Any number, so long as every node uses the same.
    const LOCK: &str = "7526756938513";
    match conn {
        Connection::Postgres(conn) => {
            // A migration may take its time. The lock goes with the connection, which serves for nothing else.
            conn.batch_execute(&format!(
                "SET statement_timeout = 0; SET lock_timeout = '5min'; SELECT pg_advisory_lock({LOCK})"
            ))?;
            migration::run(conn, migration::POSTGRES, may_apply)
        }
        Connection::Sqlite(conn) => {
            conn.immediate_transaction(|conn| migration::run(conn, migration::SQLITE, may_apply))
        }
    }
}

mod migration {
    //! The migrations, embedded.

    use diesel::migration::MigrationSource;
    use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

    use super::Error;

    pub(super) const SQLITE: EmbeddedMigrations = embed_migrations!("../migrations/sqlite");
    pub(super) const POSTGRES: EmbeddedMigrations = embed_migrations!("../migrations/postgres");

    pub(super) fn run<DB, C>(conn: &mut C, migrations: EmbeddedMigrations, may_apply: bool) -> Result<(), Error>
    where
        DB: diesel::backend::Backend,
        C: MigrationHarness<DB>,
    {
        let failed = |error: Box<dyn std::error::Error + Send + Sync>| Error::Migration(error.to_string());
        let known = MigrationSource::<DB>::migrations(&migrations).map_err(failed)?;
        let known: Vec<String> = known.iter().map(|migration| migration.name().version().to_string()).collect();
        let applied = conn.applied_migrations().map_err(failed)?;
        if let Some(version) = applied.iter().map(ToString::to_string).find(|version| !known.contains(version)) {
            return Err(Error::Newer { version });
        }
        if applied.len() == known.len() {
            return Ok(());
        }
        if !may_apply {
            return Err(Error::Older);
        }
        conn.run_pending_migrations(migrations).map(drop).map_err(failed)
    }
}

/// Lets only one transaction at a time work on what bears this name. SQLite has one writer anyhow.
pub(super) fn lock(conn: &mut Connection, name: &str) -> Result<(), Error> {
    match conn {
        Connection::Postgres(conn) => {
            diesel::sql_query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))")
                .bind::<diesel::sql_types::Text, _>(name)
                .execute(conn)?;
        }
        Connection::Sqlite(_) => {}
    }
    Ok(())
}
