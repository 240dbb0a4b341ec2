//! What must still leave. Jobs are written in the transaction of what they announce; workers lease them, send, try
//! again for five days, and report what they give up.

mod delay;
mod deliver;
mod fate;
pub mod handover;
pub mod job;
mod notice;
pub mod reach;
mod relay;
pub mod report;
mod running;
pub mod sweep;
mod told;
mod warn;
pub mod worker;

use std::sync::Arc;

use tokio::sync::{Notify, SemaphorePermit};

pub use job::{Job, enqueue};

use crate::{
    app::App,
    id::MessageId,
    mail::next_hop::{Handed, HopError},
    store::{self, messages},
};

/// So many jobs hold a large mail in memory at a time; all others wait for their turn.
pub const LARGE_AT_ONCE: usize = 2;
/// What is large, in octets.
const LARGE: i64 = 1024 * 1024;

/// Waits until a job may load this message; it holds on to what is given back as long as it has it.
async fn turn(app: &App, message: MessageId) -> Result<Option<SemaphorePermit<'_>>, store::Error> {
    let size = app.store.read(move |conn| Ok(messages::get(conn, message)?.size)).await?;
    // Nobody closes it.
    Ok(if size > LARGE { app.large_mails.acquire().await.ok() } else { None })
}

/// Takes note of whether the next hop answered; once it does again, the workers look at what waits.
pub fn note_answer(app: &App, handed: &Result<Handed, HopError>) {
    match handed {
        Err(error) if error.is_for_all() => app.reach.lost(app.clock.now()),
        // It may be for this mail alone: others find out for themselves.
        Err(HopError::BrokenWithin | HopError::ServesNobody) => {}
        Ok(_) | Err(_) => {
            if app.reach.found() {
                tracing::info!("the next hop answers again");
                app.wake.wake();
            }
        }
    }
}

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
