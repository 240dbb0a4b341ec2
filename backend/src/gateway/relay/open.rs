//! How many connections the server serves at this moment. One that is there and takes no more of them is not out of reach.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

/// The count.
#[derive(Clone, Default)]
pub(super) struct Open(Arc<AtomicUsize>);

/// One that has been greeted, for as long as this lives.
pub(super) struct Counted(Open);

impl Open {
    /// Counts one more.
    pub(super) fn count(&self) -> Counted {
        self.0.fetch_add(1, Ordering::Relaxed);
        Counted(self.clone())
    }

    /// Whether there is any.
    pub(super) fn is_any(&self) -> bool {
        self.0.load(Ordering::Relaxed) > 0
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::Relaxed);
    }
}
