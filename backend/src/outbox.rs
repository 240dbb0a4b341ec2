//! What must still leave. Jobs are written in the transaction of what they announce; workers lease them, send, try
//! again for five days, and report what they give up.

mod delay;
mod deliver;
pub mod job;
mod notice;
mod relay;
pub mod report;
pub mod sweep;
mod told;
mod warn;
pub mod worker;

use std::sync::Arc;

use tokio::sync::Notify;

pub use job::{Job, enqueue};

/// Wakes the workers when something was committed.
#[derive(Clone, Debug, Default)]
pub struct Wake(Arc<Notify>);

impl Wake {
    /// There is something to do.
    pub fn wake(&self) {
        self.0.notify_one();
    }

    /// Waits for something to do.
    pub async fn woken(&self) {
        self.0.notified().await;
    }
}
