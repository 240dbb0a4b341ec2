//! Writing. Where a database lets only one write at a time, one thread does it all and commits together what waits
//! together: a commit costs a flush of the disk, however much is in it.

use std::panic::{AssertUnwindSafe, catch_unwind};

use diesel::{
    Connection as _,
    connection::{SimpleConnection as _, TransactionManager as _},
    r2d2::Pool,
};
use tokio::sync::{mpsc, oneshot};

use super::{
    Connection, Error,
    connection::{Manager, StoreUrl},
    dialect,
};

type Transactions = <Connection as diesel::Connection>::TransactionManager;

/// How many writes may wait before the next one has to wait for its place.
const WAITING: usize = 1024;
/// How many writes are committed together at most.
const TOGETHER: usize = 256;

/// How much a write that was answered must survive.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Survives {
    /// Whatever happens to the machine.
    PowerCut,
    /// The end of the program, however sudden; what the machine had not yet written may be gone after a power cut.
    Crash,
}

/// Runs one write within the open transaction; what it gives back answers once the commit's outcome is known.
pub(super) struct Write {
    run: Box<dyn FnOnce(&mut Connection) -> Done + Send>,
    survives: Survives,
}

pub(super) struct Done {
    outcome: Outcome,
    answer: Box<dyn FnOnce(Result<(), Error>)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Kept,
    RolledBack,
    Panicked,
}

pub(super) enum Request {
    Write(Write),
    TruncateLog(oneshot::Sender<Result<(), Error>>),
}

/// Takes writes.
#[derive(Clone)]
pub(super) enum Writer {
    /// One thread, many writes a commit.
    Grouped(mpsc::Sender<Request>),
    /// A connection and a transaction for each write.
    Pooled(Pool<Manager>),
}

impl Writer {
    /// Starts the thread, with `conn` as its connection.
    pub(super) fn grouped(url: StoreUrl, conn: Connection) -> Result<Self, Error> {
        let (requests, waiting) = mpsc::channel(WAITING);
        std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || Group { url, conn: Some(conn), waiting }.run())
            .map_err(|error| Error::Unavailable(error.to_string()))?;
        Ok(Self::Grouped(requests))
    }

    /// Whether other nodes may write to the store too.
    pub(super) fn is_shared(&self) -> bool {
        matches!(self, Self::Pooled(_))
    }

    /// Runs `write` in a transaction and answers when it is committed.
    pub(super) async fn write<T, F>(&self, survives: Survives, write: F) -> Result<T, Error>
    where
        F: FnOnce(&mut Connection) -> Result<T, Error> + Send + 'static,
        T: Send + 'static,
    {
        match self {
            Self::Grouped(requests) => {
                let (answer, answered) = oneshot::channel();
                requests.send(Request::Write(prepare(write, survives, answer))).await.map_err(|_| stopped())?;
                answered.await.map_err(|_| stopped())?
            }
            Self::Pooled(pool) => {
                let pool = pool.clone();
                blocking(move || {
                    let mut conn = pool.get().map_err(|_| no_connection())?;
                    (*conn).transaction(write)
                })
                .await
            }
        }
    }

    /// Empties the write-ahead log, between two commits.
    pub(super) async fn truncate_log(&self) -> Result<(), Error> {
        let Self::Grouped(requests) = self else { return Ok(()) };
        let (answer, answered) = oneshot::channel();
        requests.send(Request::TruncateLog(answer)).await.map_err(|_| stopped())?;
        answered.await.map_err(|_| stopped())?
    }
}

/// Runs what blocks where blocking is allowed.
pub(super) async fn blocking<T, F>(work: F) -> Result<T, Error>
where
    F: FnOnce() -> Result<T, Error> + Send + 'static,
    T: Send + 'static,
{
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|error| Err(if error.is_panic() { Error::Panicked } else { stopped() }))
}

pub(super) fn no_connection() -> Error {
    Error::Unavailable("no connection is free".to_owned())
}

fn stopped() -> Error {
    Error::Unavailable("the write was not taken".to_owned())
}

fn broken() -> Error {
    Error::Unavailable("the commit failed".to_owned())
}

fn prepare<T, F>(write: F, survives: Survives, answer: oneshot::Sender<Result<T, Error>>) -> Write
where
    F: FnOnce(&mut Connection) -> Result<T, Error> + Send + 'static,
    T: Send + 'static,
{
    let run = Box::new(move |conn: &mut Connection| {
        let result = catch_unwind(AssertUnwindSafe(|| write(conn))).unwrap_or(Err(Error::Panicked));
        let outcome = match &result {
            Ok(_) => Outcome::Kept,
            Err(Error::Panicked) => Outcome::Panicked,
            Err(_) => Outcome::RolledBack,
        };
        // Whoever asked may have gone away: what was written stays written.
        let answer = Box::new(move |commit: Result<(), Error>| drop(answer.send(commit.and(result))));
        Done { outcome, answer }
    });
    Write { run, survives }
}

/// The thread's side.
struct Group {
    url: StoreUrl,
    /// Absent after a failure, until it could be opened again.
    conn: Option<Connection>,
    waiting: mpsc::Receiver<Request>,
}

impl Group {
    fn run(mut self) {
        while let Some(request) = self.waiting.blocking_recv() {
            let mut request = Some(request);
            while let Some(next) = request.take() {
                match next {
                    Request::Write(write) => request = self.commit_together(write),
                    Request::TruncateLog(answer) => {
                        let result = self.connection().and_then(dialect::truncate_log);
                        drop(answer.send(result));
                    }
                }
            }
        }
    }

    fn connection(&mut self) -> Result<&mut Connection, Error> {
        let conn = match self.conn.take() {
            Some(conn) => conn,
            None => self.url.connect()?,
        };
        Ok(self.conn.insert(conn))
    }

    /// Runs `first` and all that wait behind it in one transaction. Gives back a request that does not belong in it.
    fn commit_together(&mut self, first: Write) -> Option<Request> {
        let survives = first.survives;
        let mut next = Some(first);
        let mut other = None;
        let mut done = Vec::new();
        let mut panicked = false;
        let mut result = self.connection().and_then(|conn| {
            dialect::flush_commits(conn, survives == Survives::PowerCut)?;
            dialect::begin(conn)
        });
        while let (Ok(()), false, Some(write), Some(conn)) = (&result, panicked, next.take(), self.conn.as_mut()) {
            match run_one(conn, write, &mut done) {
                Ok(it_did) => panicked = it_did,
                Err(error) => result = Err(error),
            }
            if done.len() < TOGETHER && !panicked {
                match self.waiting.try_recv() {
                    Ok(Request::Write(write)) if write.survives == survives => next = Some(write),
                    Ok(request) => other = Some(request),
                    Err(_) => {}
                }
            }
        }
        if let (Ok(()), Some(conn)) = (&result, self.conn.as_mut()) {
            result = commit(conn, panicked);
        }
        if let Err(error) = &result {
            tracing::error!(%error, "the store could not commit");
        }
        let committed = result.is_ok();
        if !committed || panicked {
            // Dropping it rolls back whatever is still open.
            self.conn = None;
        }
        for done in done {
            (done.answer)(if committed { Ok(()) } else { Err(broken()) });
        }
        other
    }
}

/// Runs one write in a savepoint of its own. `Err`: the transaction itself is lost. `Ok(true)`: it panicked, and the
/// connection's own count of its savepoints can no longer be trusted.
fn run_one(conn: &mut Connection, write: Write, done: &mut Vec<Done>) -> Result<bool, Error> {
    conn.batch_execute("SAVEPOINT one_write")?;
    let finished = (write.run)(conn);
    let outcome = finished.outcome;
    done.push(finished);
    conn.batch_execute(match outcome {
        Outcome::Kept => "RELEASE one_write",
        Outcome::RolledBack | Outcome::Panicked => "ROLLBACK TO one_write; RELEASE one_write",
    })?;
    Ok(outcome == Outcome::Panicked)
}

fn commit(conn: &mut Connection, by_hand: bool) -> Result<(), Error> {
    if by_hand {
        conn.batch_execute("COMMIT")?;
    } else {
        Transactions::commit_transaction(conn)?;
    }
    Ok(())
}
