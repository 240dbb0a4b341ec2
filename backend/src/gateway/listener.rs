//! Accepts connections, within limits.

use std::{
    collections::{HashMap, hash_map::Entry},
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::{
    io::AsyncWriteExt as _,
    net::TcpListener,
    sync::watch,
    task::JoinSet,
    time::{Duration, sleep, timeout},
};

use super::{
    Settings, connection,
    reply::{self, Reply},
    session::Session,
};
use crate::intake::outcome::Intake;

/// How long running sessions may go on once the server stops.
const GRACE: Duration = Duration::from_secs(20);
/// How long a client that finds no place may take to hear so.
const FAREWELL: Duration = Duration::from_secs(5);

/// Sessions under way.
#[derive(Default)]
struct Counts(Mutex<Numbers>);

#[derive(Default)]
struct Numbers {
    all: usize,
    /// Of untrusted clients.
    untrusted: usize,
    by_client: HashMap<IpAddr, usize>,
}

impl Counts {
    fn numbers(&self) -> MutexGuard<'_, Numbers> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place for one more, or why there is none.
    fn enter(self: &Arc<Self>, ip: IpAddr, is_trusted: bool, settings: &Settings) -> Result<Place, Reply> {
        let mut numbers = self.numbers();
        if numbers.all >= settings.max_sessions {
            return Err(reply::SERVER_BUSY);
        }
        if !is_trusted {
            if numbers.untrusted >= settings.max_sessions / 2 {
                return Err(reply::SERVER_BUSY);
            }
            let count = numbers.by_client.entry(ip).or_default();
            if *count >= settings.sessions_per_client {
                return Err(reply::TOO_MANY_SESSIONS);
            }
            *count += 1;
            numbers.untrusted += 1;
        }
        numbers.all += 1;
        Ok(Place { counts: Arc::clone(self), untrusted: (!is_trusted).then_some(ip) })
    }
}

struct Place {
    counts: Arc<Counts>,
    untrusted: Option<IpAddr>,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut numbers = self.counts.numbers();
        numbers.all -= 1;
        let Some(ip) = self.untrusted else { return };
        numbers.untrusted -= 1;
        if let Entry::Occupied(mut count) = numbers.by_client.entry(ip) {
            *count.get_mut() -= 1;
            if *count.get() == 0 {
                count.remove();
            }
        }
    }
}

/// Serves until `shutdown` turns true, then lets running sessions end.
pub async fn run<I: Intake>(
    listener: TcpListener,
    settings: Arc<Settings>,
    intake: Arc<I>,
    mut shutdown: watch::Receiver<bool>,
) {
    let counts = Arc::new(Counts::default());
    let mut sessions = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            Some(_) = sessions.join_next(), if !sessions.is_empty() => continue,
            _ = shutdown.changed() => break,
        };
        let (mut stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of descriptors, most likely: wait for some to be closed.
                tracing::warn!(%error, "cannot accept a connection");
                sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let ip = peer.ip().to_canonical();
        let is_trusted = settings.trusts(ip);
        let place = counts.enter(ip, is_trusted, &settings);
        let (settings, intake, shutdown) = (Arc::clone(&settings), Arc::clone(&intake), shutdown.clone());
        sessions.spawn(async move {
            let _place = match place {
                Ok(place) => place,
                Err(refusal) => {
                    drop(timeout(FAREWELL, stream.write_all(refusal.line().as_bytes())).await);
                    return;
                }
            };
            drop(stream.set_nodelay(true));
            let session = Session::new(Arc::clone(&settings), ip);
            if let Err(error) = connection::serve(stream, session, settings, intake, shutdown).await {
                tracing::debug!(%error, "a session broke");
            }
        });
    }
    drop(timeout(GRACE, async { while sessions.join_next().await.is_some() {} }).await);
}

#[cfg(test)]
mod tests;
