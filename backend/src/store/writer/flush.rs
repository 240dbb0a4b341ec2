//! Flushing. A commit survives a power cut once the log that it stands in has reached the disk. A thread of its own sees
//! to that, for all commits that wait for it at a time, while the writer is at the next ones already. Where there is
//! nothing else to do, the writer flushes by itself: two threads that wake each other cost more than they gain.

use std::{
    fs::File,
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
        mpsc::{Receiver, Sender, channel},
    },
};

use super::{Answer, broken};
use crate::store::Error;

/// The way to the thread that flushes. It ends when this is dropped.
pub(super) struct Flusher {
    commits: Sender<Commit>,
    log: Arc<Log>,
}

/// What was committed together.
struct Commit {
    answers: Vec<Answer>,
    /// Whether it must be on the disk before it is answered.
    flushes: bool,
}

/// The write-ahead log.
struct Log {
    failed: AtomicBool,
    /// Commits that the thread has been given and has not answered.
    under_way: AtomicUsize,
    /// The same handle for as long as the program runs: one that is opened later is not told of an error that another
    /// one has seen before.
    file: File,
}

impl Flusher {
    /// Starts the thread for this write-ahead log.
    pub(super) fn start(file: File) -> Result<Self, Error> {
        let (commits, waiting) = channel();
        let log = Arc::new(Log { failed: AtomicBool::new(false), under_way: AtomicUsize::new(0), file });
        let flushed = Arc::clone(&log);
        std::thread::Builder::new()
            .name("store-flusher".to_owned())
            .spawn(move || run(&flushed, &waiting))
            .map_err(|error| Error::Unavailable(error.to_string()))?;
        Ok(Self { commits, log })
    }

    /// Answers what is committed once it is on the disk, or, where it need not be, once that is so of all that was
    /// committed before: nobody acts upon what a power cut could still take back. `is_alone` where nothing else waits to
    /// be written.
    pub(super) fn answer(&self, answers: Vec<Answer>, flushes: bool, is_alone: bool) {
        let commit = Commit { answers, flushes };
        if is_alone && self.log.under_way.load(Ordering::Acquire) == 0 {
            return self.log.answer([commit]);
        }
        self.log.under_way.fetch_add(1, Ordering::AcqRel);
        if let Err(unsent) = self.commits.send(commit) {
            // The thread panicked: what it would have flushed may be lost.
            self.log.failed.store(true, Ordering::Release);
            unsent.0.answers.into_iter().for_each(|answer| answer(Err(broken())));
        }
    }

    /// Whether the disk refused. What it holds of the log is uncertain from then on: a second flush may say yes though
    /// the first one's data were dropped. Only a new start, which reads the log and checks it, tells what is there.
    pub(super) fn has_failed(&self) -> bool {
        self.log.failed.load(Ordering::Acquire)
    }
}

fn run(log: &Log, commits: &Receiver<Commit>) {
    while let Ok(first) = commits.recv() {
        let together: Vec<Commit> = std::iter::once(first).chain(commits.try_iter()).collect();
        let count = together.len();
        log.answer(together);
        log.under_way.fetch_sub(count, Ordering::AcqRel);
    }
}

impl Log {
    /// Flushes if any of these commits must be on the disk, then answers them in their order.
    fn answer(&self, commits: impl IntoIterator<Item = Commit>) {
        let (mut answers, mut flushes) = (Vec::new(), false);
        for commit in commits {
            answers.extend(commit.answers);
            flushes |= commit.flushes;
        }
        if flushes
            && !self.failed.load(Ordering::Acquire)
            && let Err(error) = self.flush()
        {
            tracing::error!(%error, "the disk refused to flush the store's log; look after it, then start again");
            self.failed.store(true, Ordering::Release);
        }
        let is_lost = self.failed.load(Ordering::Acquire);
        for answer in answers {
            answer(if is_lost { Err(broken()) } else { Ok(()) });
        }
    }

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

    fn a_flusher() -> (tempfile::TempDir, Flusher) {
        let folder = tempfile::tempdir().unwrap();
        let log = File::create(folder.path().join("log")).unwrap();
        (folder, Flusher::start(log).unwrap())
    }

    #[test]
    fn what_need_not_be_flushed_waits_for_what_was_committed_before_it() {
        for is_alone in [false, true] {
            let (folder, flusher) = a_flusher();
            fs::remove_file(folder.path().join("log")).unwrap();
            let (answered, answers) = channel();
            for flushes in [true, false] {
                let answered = answered.clone();
                let answer: Answer = Box::new(move |outcome| answered.send(outcome.is_ok()).unwrap());
                flusher.answer(vec![answer], flushes, is_alone);
            }
            drop(answered);
            assert_eq!(answers.iter().collect::<Vec<_>>(), [false, false]);
        }
    }

    #[test]
    fn the_writer_overtakes_nothing_that_the_thread_was_given() {
        let (_folder, flusher) = a_flusher();
        let (answered, answers) = channel();
        for number in 0..200 {
            let answered = answered.clone();
            flusher.answer(vec![Box::new(move |_| answered.send(number).unwrap())], true, number % 2 == 1);
        }
        drop(answered);
        assert_eq!(answers.iter().collect::<Vec<_>>(), (0..200).collect::<Vec<_>>());
    }
}
