//! Folding the write-ahead log into the database. A thread of its own does it while the writer goes on: whoever has a mail
//! to be committed would otherwise wait until both files are on the disk.

use std::sync::{
    Arc, Mutex, PoisonError,
    mpsc::{Receiver, SyncSender, sync_channel},
};

use crate::store::{Connection, Error, dialect};

/// After so many writes the log is folded in: seldom enough for a page that many writes change to be written once, often
/// enough for the writer not to have to do it ([`crate::store::connection`] sets that bound).
const EVERY: usize = 128;

/// The way to the thread that folds the log in. It ends when this is dropped.
pub(super) struct Checkpointer {
    wishes: SyncSender<()>,
    /// Only one connection at a time can do it. While this one is open, SQLite puts no other file in the log's place.
    conn: Arc<Mutex<Connection>>,
    writes: usize,
}

impl Checkpointer {
    /// Starts the thread.
    pub(super) fn start(conn: Connection) -> Result<Self, Error> {
        // A wish that waits speaks for all that come meanwhile.
        let (wishes, waiting) = sync_channel(1);
        let conn = Arc::new(Mutex::new(conn));
        let theirs = Arc::clone(&conn);
        std::thread::Builder::new()
            .name("store-checkpointer".to_owned())
            .spawn(move || run(&theirs, &waiting))
            .map_err(|error| Error::Unavailable(error.to_string()))?;
        Ok(Self { wishes, conn, writes: 0 })
    }

    /// Counts what was committed, and has the log folded in when it is time.
    pub(super) fn committed(&mut self, writes: usize) {
        self.writes += writes;
        if self.writes >= EVERY {
            self.writes = 0;
            let _asked_already = self.wishes.try_send(());
        }
    }

    /// Folds all of the log in and empties it. Only while nothing is being written.
    pub(super) fn truncate_log(&self) -> Result<(), Error> {
        dialect::truncate_log(&mut self.conn.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn run(conn: &Mutex<Connection>, wishes: &Receiver<()>) {
    while wishes.recv().is_ok() {
        let mut conn = conn.lock().unwrap_or_else(PoisonError::into_inner);
        if let Err(error) = dialect::checkpoint(&mut conn) {
            tracing::warn!(%error, "the store's log could not be folded in; it grows until that succeeds");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        fs,
        time::{Duration, Instant},
    };

    use diesel::connection::SimpleConnection as _;

    use super::*;
    use crate::store::StoreUrl;

    #[test]
    fn after_enough_writes_the_log_is_folded_in_beside_the_writer() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("store.db");
        let url = StoreUrl::Sqlite(file.clone());
        let mut writer = url.connect_unflushed().unwrap();
        let mut checkpointer = Checkpointer::start(url.connect().unwrap()).unwrap();
        writer.batch_execute("CREATE TABLE t (b BLOB); INSERT INTO t VALUES (zeroblob(1000000))").unwrap();
        checkpointer.committed(EVERY - 1);
        std::thread::sleep(Duration::from_millis(50));
        assert!(fs::metadata(&file).unwrap().len() < 1_000_000);

        checkpointer.committed(1);
        let deadline = Instant::now() + Duration::from_secs(20);
        while fs::metadata(&file).unwrap().len() < 1_000_000 {
            assert!(Instant::now() < deadline, "it was not folded in");
            std::thread::sleep(Duration::from_millis(10));
        }
        writer.batch_execute("INSERT INTO t VALUES (1)").unwrap();
        checkpointer.truncate_log().unwrap();
        assert_eq!(fs::metadata(folder.path().join("store.db-wal")).unwrap().len(), 0);
    }
}
