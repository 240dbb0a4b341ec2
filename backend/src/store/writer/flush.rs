//! Flushing. A commit survives a power cut once the log that it stands in has reached the disk. A thread of its own sees
//! to that, for all commits that wait for it at a time, while the writer is at the next ones already.

use std::{
    fs::File,
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, Sender, channel},
    },
};

use super::{Answer, broken};
use crate::store::{Connection, Error, connection::StoreUrl};

/// The way to the thread that flushes. It ends when this is dropped.
pub(super) struct Flusher {
    commits: Sender<Commit>,
    failed: Arc<AtomicBool>,
}

/// What was committed together.
struct Commit {
    answers: Vec<Answer>,
    /// Whether it must be on the disk before it is answered.
    flushes: bool,
}

/// The write-ahead log.
struct Log {
    /// The same handle for as long as the program runs: one that is opened later is not told of an error that another
    /// one has seen before.
    file: File,
    _keeper: Connection,
}

impl Flusher {
    /// Starts the thread for the write-ahead log of a store that is a file.
    pub(super) fn start(url: &StoreUrl) -> Result<Self, Error> {
        let (commits, waiting) = channel();
        let failed = Arc::<AtomicBool>::default();
        let seen = Arc::clone(&failed);
        let (file, keeper) = url.open_log()?;
        let log = Log { file, _keeper: keeper };
        std::thread::Builder::new()
            .name("store-flusher".to_owned())
            .spawn(move || run(&log, &waiting, &seen))
            .map_err(|error| Error::Unavailable(error.to_string()))?;
        Ok(Self { commits, failed })
    }

    /// Answers what is committed once it is on the disk, or, where it need not be, once that is so of all that was
    /// committed before: nobody acts upon what a power cut could still take back.
    pub(super) fn answer(&self, answers: Vec<Answer>, flushes: bool) {
        if let Err(unsent) = self.commits.send(Commit { answers, flushes }) {
            // The thread panicked: what it would have flushed may be lost.
            self.failed.store(true, Ordering::Release);
            unsent.0.answers.into_iter().for_each(|answer| answer(Err(broken())));
        }
    }

    /// Whether the disk refused. What it holds of the log is uncertain from then on: a second flush may say yes though
    /// the first one's data were dropped. Only a new start, which reads the log and checks it, tells what is there.
    pub(super) fn has_failed(&self) -> bool {
        self.failed.load(Ordering::Acquire)
    }
}

fn run(log: &Log, commits: &Receiver<Commit>, failed: &AtomicBool) {
    while let Ok(Commit { mut answers, mut flushes }) = commits.recv() {
        for more in commits.try_iter() {
            answers.extend(more.answers);
            flushes |= more.flushes;
        }
        if flushes
            && !failed.load(Ordering::Acquire)
            && let Err(error) = log.flush()
        {
            tracing::error!(%error, "the disk refused to flush the store's log; look after it, then start again");
            failed.store(true, Ordering::Release);
        }
        let is_lost = failed.load(Ordering::Acquire);
        for answer in answers {
            answer(if is_lost { Err(broken()) } else { Ok(()) });
        }
    }
}

impl Log {
    /// One handle flushes what another wrote to the same file.
    fn flush(&self) -> io::Result<()> {
        self.file.sync_data()?;
        if is_there(&self.file)? { Ok(()) } else { Err(io::Error::other("the file was deleted")) }
    }
}

/// What stands in a file without a name is gone with the program.
#[cfg(unix)]
fn is_there(file: &File) -> io::Result<bool> {
    Ok(std::os::unix::fs::MetadataExt::nlink(&file.metadata()?) > 0)
}

#[cfg(not(unix))]
fn is_there(_: &File) -> io::Result<bool> {
    Ok(true)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn what_need_not_be_flushed_waits_for_what_was_committed_before_it() {
        let folder = tempfile::tempdir().unwrap();
        let flusher = Flusher::start(&StoreUrl::Sqlite(folder.path().join("store.db"))).unwrap();
        fs::remove_file(folder.path().join("store.db-wal")).unwrap();
        let (answered, answers) = channel();
        for flushes in [true, false] {
            let answered = answered.clone();
            flusher.answer(vec![Box::new(move |outcome| answered.send(outcome.is_ok()).unwrap())], flushes);
        }
        drop(answered);
        assert_eq!(answers.iter().collect::<Vec<_>>(), [false, false]);
    }
}
