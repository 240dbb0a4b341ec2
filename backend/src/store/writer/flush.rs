//! Flushing. A commit survives a power cut once the log that it stands in has reached the disk. A thread of its own sees
//! to that, for all commits that wait for it at a time, while the writer is at the next ones already.

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, Sender, channel},
    },
};

use super::{Answer, broken};
use crate::store::Error;

/// The way to the thread that flushes. It ends when this is dropped.
pub(super) struct Flusher {
    commits: Sender<Vec<Answer>>,
    failed: Arc<AtomicBool>,
}

impl Flusher {
    /// Starts the thread for the write-ahead log in this file.
    pub(super) fn start(log: PathBuf) -> Result<Self, Error> {
        let (commits, waiting) = channel();
        let failed = Arc::<AtomicBool>::default();
        let seen = Arc::clone(&failed);
        std::thread::Builder::new()
            .name("store-flusher".to_owned())
            .spawn(move || run(&log, &waiting, &seen))
            .map_err(|error| Error::Unavailable(error.to_string()))?;
        Ok(Self { commits, failed })
    }

    /// Answers what is committed once it is on the disk.
    pub(super) fn flush(&self, committed: Vec<Answer>) {
        if let Err(unsent) = self.commits.send(committed) {
            // The thread panicked: what it would have flushed may be lost.
            self.failed.store(true, Ordering::Release);
            unsent.0.into_iter().for_each(|answer| answer(Err(broken())));
        }
    }

    /// Whether the disk refused. What it holds of the log is uncertain from then on: a second flush may say yes though
    /// the first one's data were dropped. Only a new start, which reads the log and checks it, tells what is there.
    pub(super) fn has_failed(&self) -> bool {
        self.failed.load(Ordering::Acquire)
    }
}

fn run(log: &Path, commits: &Receiver<Vec<Answer>>, failed: &AtomicBool) {
    while let Ok(mut answers) = commits.recv() {
        answers.extend(commits.try_iter().flatten());
        if !failed.load(Ordering::Acquire)
            && let Err(error) = flush(log)
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

/// Any handle on a file flushes what others wrote to it.
fn flush(log: &Path) -> io::Result<()> {
    File::open(log)?.sync_data()
}
