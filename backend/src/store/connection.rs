//! Connections: which database a URL names, and how one of its connections is opened and set up.

use std::{
    fmt,
    fs::File,
    path::PathBuf,
    str::FromStr,
    time::{Duration, Instant},
};

use diesel::{
    Connection as _, PgConnection, SqliteConnection,
    connection::{SimpleConnection as _, TransactionManager as _},
    r2d2::{ManageConnection, Pool},
};

use super::{Error, dialect};

/// A connection to either database. Not `Connection` here: the derive brings in Diesel's trait of that name.
#[derive(diesel::MultiConnection)]
pub enum AnyConnection {
    /// To PostgreSQL.
    Postgres(PgConnection),
    /// To SQLite.
    Sqlite(SqliteConnection),
}

/// Where the store is.
#[derive(Clone, PartialEq, Eq)]
pub enum StoreUrl {
    /// `postgres://…`
    Postgres(String),
    /// `sqlite:<path>`
    Sqlite(PathBuf),
}

impl FromStr for StoreUrl {
    type Err = Error;

    fn from_str(url: &str) -> Result<Self, Error> {
        if let Some(path) = url.strip_prefix("sqlite:").filter(|path| !path.is_empty()) {
            Ok(Self::Sqlite(path.into()))
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Ok(Self::Postgres(url.to_owned()))
        } else {
            Err(Error::Url)
        }
    }
}

impl fmt::Debug for StoreUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // The URL may hold a password.
            Self::Postgres(_) => f.write_str("postgres://…"),
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
        }
    }
}

impl StoreUrl {
    /// Whether all writes go through one connection, and so are best committed together.
    pub(super) fn has_one_writer(&self) -> bool {
        matches!(self, Self::Sqlite(_))
    }

    /// The write-ahead log of a database that is a file, and a connection that keeps it in its place: while one is
    /// open, SQLite puts no other file there.
    pub(super) fn open_log(&self) -> Result<(File, AnyConnection), Error> {
        let Self::Sqlite(path) = self else { return Err(Error::Url) };
        let unavailable = |error: std::io::Error| Error::Unavailable(format!("the store's log: {error}"));
        let mut keeper = self.connect()?;
        // The log is there once something was read.
        keeper.batch_execute("SELECT 1 FROM sqlite_master")?;
        // Where the path is a link, it lies beside what that leads to.
        let mut log = path.canonicalize().map_err(unavailable)?.into_os_string();
        log.push("-wal");
        Ok((File::open(log).map_err(unavailable)?, keeper))
    }

    /// Opens a connection that may write.
    pub(super) fn connect(&self) -> Result<AnyConnection, Error> {
        let unavailable = |error: diesel::ConnectionError| Error::Unavailable(reason(&error));
        match self {
            Self::Postgres(url) => {
                let mut conn = PgConnection::establish(url).map_err(unavailable)?;
                // A commit must be durable whatever the server's default says.
                conn.batch_execute(
                    "SET TIME ZONE 'UTC'; SET client_min_messages = warning; SET statement_timeout = '30s'; \
                     SET lock_timeout = '10s'; SET idle_in_transaction_session_timeout = '60s'; \
                     SELECT set_config('synchronous_commit', 'on', false) \
                     WHERE current_setting('synchronous_commit') = 'off'",
                )?;
                Ok(AnyConnection::Postgres(conn))
            }
            Self::Sqlite(path) => {
                create_private(path)?;
                let mut conn = SqliteConnection::establish(&path.to_string_lossy()).map_err(unavailable)?;
                conn.batch_execute(
                    "PRAGMA busy_timeout = 5000; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; \
                     PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = 4000",
                )?;
                log_ahead(&mut conn)?;
                Ok(AnyConnection::Sqlite(conn))
            }
        }
    }

    /// Copies what a file holds into another one, made for its owner alone, and makes sure that it is whole and on disk.
    pub(super) fn copy(&self, file: &std::path::Path) -> Result<(), Error> {
        let unavailable = |error: std::io::Error| Error::Unavailable(format!("{}: {error}", file.display()));
        let mut conn = self.connect()?;
        create_private(file)?;
        dialect::copy_into(&mut conn, &file.to_string_lossy())?;
        File::open(file).and_then(|copy| copy.sync_all()).map_err(unavailable)
    }

    /// Opens a connection whose commits survive a power cut only once the log is flushed.
    pub(super) fn connect_unflushed(&self) -> Result<AnyConnection, Error> {
        let mut conn = self.connect()?;
        if let AnyConnection::Sqlite(conn) = &mut conn {
            // Another thread folds the log in long before it has so many pages.
            conn.batch_execute("PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 16000")?;
        }
        Ok(conn)
    }

    /// Opens a connection for the pool: where all writes go through one, this is not it and only reads.
    fn connect_pooled(&self) -> Result<AnyConnection, Error> {
        let mut conn = self.connect()?;
        if let AnyConnection::Sqlite(conn) = &mut conn {
            conn.batch_execute("PRAGMA query_only = ON")?;
        }
        Ok(conn)
    }

    /// A pool of connections.
    pub(super) fn pool(&self) -> Result<Pool<Manager>, Error> {
        Pool::builder()
            .max_size(if self.has_one_writer() { 4 } else { 12 })
            .min_idle(Some(1))
            .connection_timeout(Duration::from_secs(10))
            // A server may have gone away since the last use; a file has not.
            .test_on_check_out(!self.has_one_writer())
            .build(Manager(self.clone()))
            .map_err(|_| Error::Unavailable("no connection could be opened".to_owned()))
    }
}

/// Switches to write-ahead logging. Where others open the file at the same moment, SQLite answers "locked" at once
/// instead of waiting out the time-out, since two who both wait to switch would wait for each other.
fn log_ahead(conn: &mut SqliteConnection) -> Result<(), Error> {
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        match conn.batch_execute("PRAGMA journal_mode = WAL").map_err(Error::from) {
            Err(Error::Unavailable(_)) if Instant::now() < deadline => std::thread::sleep(Duration::from_millis(10)),
            outcome => return outcome,
        }
    }
}

/// The database file readable by its owner alone; its log takes over the mode.
fn create_private(path: &std::path::Path) -> Result<(), Error> {
    let unavailable = |error: std::io::Error| Error::Unavailable(format!("{}: {error}", path.display()));
    if path.exists() {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(unavailable)?;
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop).map_err(unavailable)
}

/// Why no connection was made; libpq's text names host and user, never the password.
fn reason(error: &diesel::ConnectionError) -> String {
    match error {
        diesel::ConnectionError::BadConnection(text) => text.lines().next().unwrap_or_default().to_owned(),
        _ => "no connection could be opened".to_owned(),
    }
}

/// Opens connections for the pool. The derived `establish` would try both databases in turn and hide the true error.
pub struct Manager(StoreUrl);

impl ManageConnection for Manager {
    type Connection = AnyConnection;
    type Error = Error;

    fn connect(&self) -> Result<AnyConnection, Error> {
        self.0.connect_pooled()
    }

    fn is_valid(&self, conn: &mut AnyConnection) -> Result<(), Error> {
        dialect::ping(conn)
    }

    fn has_broken(&self, conn: &mut AnyConnection) -> bool {
        type Transactions = <AnyConnection as diesel::Connection>::TransactionManager;
        std::thread::panicking() || Transactions::is_broken_transaction_manager(conn)
    }
}
