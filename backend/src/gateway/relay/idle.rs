//! Connections that wait for the next mail.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    sync::Notify,
    time::{Instant, sleep},
};

use super::wire::Wire;

/// So many are kept: as many as one busy server in front has sessions.
const MOST: usize = 32;
/// How long one may be idle. Servers close after 5 minutes (RFC 5321 section 4.5.3.2.7), often sooner, and each one open
/// costs the server a process.
const LONGEST: Duration = Duration::from_secs(15);

/// The connections.
#[derive(Default)]
pub(super) struct Idle {
    /// The longest idle first.
    wires: Mutex<Vec<(Wire, Instant)>>,
    /// Tells those who wait that one was kept.
    kept: Notify,
}

impl Idle {
    fn list(&self) -> MutexGuard<'_, Vec<(Wire, Instant)>> {
        self.wires.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The one that was used last, if it is fresh.
    pub(super) fn take(&self) -> Option<Wire> {
        let (wire, since) = self.list().pop()?;
        (since.elapsed() < LONGEST).then_some(wire)
    }

    /// The next one that another mail has no use for any more.
    pub(super) async fn next(&self) -> Wire {
        loop {
            self.kept.notified().await;
            if let Some(wire) = self.take() {
                return wire;
            }
        }
    }

    /// Keeps one that is in order.
    pub(super) fn keep(self: &Arc<Self>, wire: Wire) {
        let mut list = self.list();
        if wire.is_over() || wire.is_worn() || list.len() >= MOST {
            drop(list);
            tokio::spawn(wire.quit());
            return;
        }
        list.push((wire, Instant::now()));
        self.kept.notify_one();
        if list.len() == 1 {
            tokio::spawn(close_in_time(Arc::clone(self)));
        }
    }

    /// Forgets all.
    pub(super) fn clear(&self) {
        self.list().clear();
    }

    /// Takes out what was idle for too long; answers whether something is left.
    fn take_old(&self, old: &mut Vec<Wire>) -> bool {
        let mut list = self.list();
        let fresh = list.partition_point(|(_, since)| since.elapsed() >= LONGEST);
        old.extend(list.drain(..fresh).map(|(wire, _)| wire));
        !list.is_empty()
    }
}

/// Says goodbye on connections that nobody needed for long, until there are none.
async fn close_in_time(idle: Arc<Idle>) {
    let mut is_some_left = true;
    while is_some_left {
        sleep(LONGEST / 2).await;
        let mut old = Vec::new();
        is_some_left = idle.take_old(&mut old);
        for wire in old {
            wire.quit().await;
        }
    }
}
