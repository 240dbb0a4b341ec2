//! The jobs that a worker runs at this moment. One that outlives its lease, as when the store could not be reached or the
//! whole program stood still, is due again by the table, and must not be begun a second time beside itself.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::id::JobId;

/// The jobs.
#[derive(Clone, Default)]
pub(super) struct Running(Arc<Mutex<HashSet<JobId>>>);

/// A job that runs for as long as this lives.
pub(super) struct Run {
    id: JobId,
    running: Running,
}

impl Running {
    fn set(&self) -> MutexGuard<'_, HashSet<JobId>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins a job, unless it runs already.
    pub(super) fn begin(&self, id: JobId) -> Option<Run> {
        self.set().insert(id).then(|| Run { id, running: self.clone() })
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        self.running.set().remove(&self.id);
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    #[test]
    fn a_job_runs_once_at_a_time() {
        let (running, id) = (Running::default(), JobId::new(DateTime::UNIX_EPOCH));
        let first = running.begin(id);
        assert!(first.is_some() && running.begin(id).is_none());
        drop(first);
        assert!(running.begin(id).is_some());
    }
}
