//! Writing. Where a database lets only one write at a time, one thread does it all and commits together what waits
//! together; another flushes what is committed to the disk, and only then is it answered.

mod checkpoint;
mod flush;

use std::{
    collections::VecDeque,
    mem,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use diesel::{
    Connection as _,
    connection::{SimpleConnection as _, TransactionManager as _},
    r2d2::Pool,
};
use tokio::sync::{mpsc, oneshot};

use self::{checkpoint::Checkpointer, flush::Flusher};
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
/// How long a write that has time waits for another to go with.
const SOON: Duration = Duration::from_millis(5);

/// How much a write that was answered must survive.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Survives {
    /// Whatever happens to the machine.
    PowerCut,
    /// The end of the program, however sudden; what the machine had not yet written may be gone after a power cut.
    Crash,
}

/// What a write that fails undoes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Undoes {
    /// Itself alone. While it runs, every page that it changes is copied first.
    Itself,
    /// What it is to be committed with, too: whoever asked for that hears that it was not taken.
    WhatGoesWithIt,
}

/// Runs one write within the open transaction; what it gives back answers once the commit's outcome is known.
pub(super) struct Write {
    run: Box<dyn FnOnce(&mut Connection) -> Done + Send>,
    survives: Survives,
    undoes: Undoes,
}

/// Tells whoever asked for a write what became of it.
type Answer = Box<dyn FnOnce(Result<(), Error>) + Send>;

struct Done {
    outcome: Outcome,
    answer: Answer,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Kept,
    RolledBack,
    Panicked,
}

pub(super) enum Request {
    Write(Write),
    /// Writes that have time wait for no other any longer.
    Flush,
    TruncateLog(oneshot::Sender<Result<(), Error>>),
}

/// Writes that have time. All must survive a power cut.
type Unhurried = Arc<Mutex<Vec<Write>>>;

fn take_all(unhurried: &Unhurried) -> Vec<Write> {
    mem::take(&mut *unhurried.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Takes writes.
#[derive(Clone)]
pub(super) enum Writer {
    /// One thread, many writes a commit.
    Grouped { requests: mpsc::Sender<Request>, unhurried: Unhurried },
    /// A connection and a transaction for each write.
    Pooled(Pool<Manager>),
}

impl Writer {
    /// Starts the threads, for a database that is a file.
    pub(super) fn grouped(url: StoreUrl) -> Result<Self, Error> {
        let (requests, waiting) = mpsc::channel(WAITING);
        let unhurried = Unhurried::default();
        let (log, keeper) = url.open_log()?;
        let group = Group {
            conn: Some(url.connect_unflushed()?),
            flusher: Flusher::start(log)?,
            checkpointer: Checkpointer::start(keeper)?,
            url,
            waiting,
            next: VecDeque::new(),
            unhurried: Arc::clone(&unhurried),
        };
        std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || group.run())
            .map_err(|error| Error::Unavailable(error.to_string()))?;
        Ok(Self::Grouped { requests, unhurried })
    }

    /// An error once no write is taken any more, as after the disk refused to flush one.
    pub(super) fn check(&self) -> Result<(), Error> {
        match self {
            Self::Grouped { requests, .. } if requests.is_closed() => Err(stopped()),
            Self::Grouped { .. } | Self::Pooled(_) => Ok(()),
        }
    }

    /// Whether other nodes may write to the store too.
    pub(super) fn is_shared(&self) -> bool {
        matches!(self, Self::Pooled(_))
    }

    /// Runs `write` in a transaction and answers when it is committed.
    pub(super) async fn write<T, F>(&self, survives: Survives, undoes: Undoes, write: F) -> Result<T, Error>
    where
        F: FnOnce(&mut Connection) -> Result<T, Error> + Send + 'static,
        T: Send + 'static,
    {
        match self {
            Self::Grouped { requests, .. } => {
                let (answer, answered) = oneshot::channel();
                requests.send(Request::Write(prepare(write, survives, undoes, answer))).await.map_err(|_| stopped())?;
                answered.await.map_err(|_| stopped())?
            }
            Self::Pooled(pool) => write_alone(pool.clone(), write).await,
        }
    }

    /// The same for a write that nobody waits for: it goes with the next that somebody does wait for, and not much later
    /// than at once where none comes.
    pub(super) async fn write_soon<T, F>(&self, write: F) -> Result<T, Error>
    where
        F: FnOnce(&mut Connection) -> Result<T, Error> + Send + 'static,
        T: Send + 'static,
    {
        match self {
            Self::Grouped { requests, unhurried } => {
                let (answer, answered) = oneshot::channel();
                let write = prepare(write, Survives::PowerCut, Undoes::Itself, answer);
                let is_first = {
                    let mut waiting = unhurried.lock().unwrap_or_else(PoisonError::into_inner);
                    waiting.push(write);
                    waiting.len() == 1
                };
                if is_first {
                    let (requests, waiting) = (requests.clone(), Arc::clone(unhurried));
                    // On its own: whoever asked may go away, and the others still wait.
                    tokio::spawn(async move {
                        tokio::time::sleep(SOON).await;
                        if requests.send(Request::Flush).await.is_err() {
                            drop(take_all(&waiting));
                        }
                    });
                }
                answered.await.map_err(|_| stopped())?
            }
            Self::Pooled(pool) => write_alone(pool.clone(), write).await,
        }
    }

    /// Empties the write-ahead log, between two commits.
    pub(super) async fn truncate_log(&self) -> Result<(), Error> {
        let Self::Grouped { requests, .. } = self else { return Ok(()) };
        let (answer, answered) = oneshot::channel();
        requests.send(Request::TruncateLog(answer)).await.map_err(|_| stopped())?;
        answered.await.map_err(|_| stopped())?
    }
}

async fn write_alone<T, F>(pool: Pool<Manager>, write: F) -> Result<T, Error>
where
    F: FnOnce(&mut Connection) -> Result<T, Error> + Send + 'static,
    T: Send + 'static,
{
    blocking(move || {
        let mut conn = pool.get().map_err(|_| no_connection())?;
        (*conn).transaction(write)
    })
    .await
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

fn prepare<T, F>(write: F, survives: Survives, undoes: Undoes, answer: oneshot::Sender<Result<T, Error>>) -> Write
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
        let answer: Answer = Box::new(move |commit| drop(answer.send(commit.and(result))));
        Done { outcome, answer }
    });
    Write { run, survives, undoes }
}

/// The thread's side.
struct Group {
    url: StoreUrl,
    /// Absent after a failure, until it could be opened again.
    conn: Option<Connection>,
    flusher: Flusher,
    checkpointer: Checkpointer,
    waiting: mpsc::Receiver<Request>,
    /// What comes next, before what still waits.
    next: VecDeque<Write>,
    unhurried: Unhurried,
}

impl Group {
    fn run(mut self) {
        while let Some(request) = self.waiting.blocking_recv() {
            let mut request = Some(request);
            while request.is_some() || !self.next.is_empty() {
                if self.flusher.has_failed() {
                    // Whoever waits, or comes, hears that nothing is taken.
                    self.waiting.close();
                    drop(take_all(&self.unhurried));
                    return;
                }
                match request.take() {
                    Some(Request::Write(write)) => self.next.push_back(write),
                    Some(Request::Flush) => self.next.extend(take_all(&self.unhurried)),
                    Some(Request::TruncateLog(answer)) => {
                        drop(answer.send(self.checkpointer.truncate_log()));
                    }
                    None => {}
                }
                if !self.next.is_empty() {
                    request = self.commit_together();
                }
            }
        }
    }

    fn connection(&mut self) -> Result<&mut Connection, Error> {
        let conn = match self.conn.take() {
            Some(conn) => conn,
            None => self.url.connect_unflushed()?,
        };
        Ok(self.conn.insert(conn))
    }

    /// Runs what comes next and all that wait behind it in one transaction. Gives back a request that does not belong in
    /// it.
    fn commit_together(&mut self) -> Option<Request> {
        let flushes = self.next.iter().any(|write| write.survives == Survives::PowerCut);
        let mut other = None;
        let mut done = Vec::new();
        let (mut holds_any, mut panicked) = (false, false);
        let mut result = self.connection().and_then(dialect::begin);
        while let (Ok(()), false, Some(conn)) = (&result, panicked, self.conn.as_mut()) {
            let Some(write) = self.next.pop_front() else { break };
            match run_one(conn, write, holds_any, &mut done) {
                Ok(outcome) => {
                    holds_any |= outcome == Outcome::Kept;
                    panicked = outcome == Outcome::Panicked;
                }
                Err(error) => result = Err(error),
            }
            if self.next.is_empty() && done.len() < TOGETHER {
                match self.waiting.try_recv() {
                    // What need not reach the disk may; what must waits for a commit that does.
                    Ok(Request::Write(write)) if flushes || write.survives == Survives::Crash => {
                        self.next.push_back(write);
                    }
                    Ok(Request::Flush) | Err(_) if flushes => self.next.extend(take_all(&self.unhurried)),
                    Ok(request) => {
                        other = Some(request);
                        break;
                    }
                    Err(_) => {}
                }
            }
        }
        if let (Ok(()), true, Some(conn)) = (&result, holds_any || !panicked, self.conn.as_mut()) {
            result = commit(conn, panicked);
        }
        if let Err(error) = &result {
            tracing::error!(%error, "the store could not commit");
            // Who asked for these hears that they were not taken.
            self.next.clear();
        }
        let committed = result.is_ok();
        if !committed || panicked {
            // Dropping it rolls back whatever is still open.
            self.conn = None;
        }
        let answers = done.into_iter().map(|done| done.answer);
        if committed {
            let is_alone = self.next.is_empty() && other.is_none() && self.waiting.is_empty();
            self.checkpointer.committed(answers.len());
            self.flusher.answer(answers.collect(), flushes, is_alone);
        } else {
            answers.for_each(|answer| answer(Err(broken())));
        }
        other
    }
}

/// Runs one write. What others wrote before it in the same transaction is guarded by a savepoint, unless that is to go
/// where this goes; the first has no need of one. After a panic, the connection's own count of its savepoints can no
/// longer be trusted. `Err`: the transaction itself is lost.
fn run_one(conn: &mut Connection, write: Write, holds_any: bool, done: &mut Vec<Done>) -> Result<Outcome, Error> {
    let is_guarded = holds_any && write.undoes == Undoes::Itself;
    if is_guarded {
        conn.batch_execute("SAVEPOINT one_write")?;
    }
    let finished = (write.run)(conn);
    let outcome = finished.outcome;
    done.push(finished);
    match (outcome, is_guarded) {
        (Outcome::Kept, true) => conn.batch_execute("RELEASE one_write")?,
        (Outcome::RolledBack | Outcome::Panicked, true) => {
            conn.batch_execute("ROLLBACK TO one_write; RELEASE one_write")?;
        }
        (Outcome::RolledBack | Outcome::Panicked, false) if holds_any => return Err(broken()),
        (Outcome::RolledBack, false) => {
            Transactions::rollback_transaction(conn)?;
            dialect::begin(conn)?;
        }
        (Outcome::Kept | Outcome::Panicked, false) => {}
    }
    Ok(outcome)
}

fn commit(conn: &mut Connection, by_hand: bool) -> Result<(), Error> {
    if by_hand {
        conn.batch_execute("COMMIT")?;
    } else {
        Transactions::commit_transaction(conn)?;
    }
    Ok(())
}
