//! Accepts connections, within limits.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::{
    io::AsyncWriteExt as _,
    net::TcpListener,
    sync::watch,
    task::JoinSet,
    time::{Duration, sleep, timeout},
};

use super::{Settings, connection, reply, session::Session};
use crate::intake::outcome::Intake;

/// How long running sessions may go on once the server stops.
const GRACE: Duration = Duration::from_secs(20);

/// Sessions of untrusted clients, by address.
#[derive(Default)]
struct Counts(Mutex<HashMap<IpAddr, usize>>);

impl Counts {
    fn enter(self: &Arc<Self>, ip: IpAddr, most: usize) -> Option<Place> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(ip).or_default();
        if *count >= most {
            return None;
        }
        *count += 1;
        Some(Place(Arc::clone(self), ip))
    }
}

struct Place(Arc<Counts>, IpAddr);

impl Drop for Place {
    fn drop(&mut self) {
        let mut counts = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.1) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.1);
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
        let is_trusted = settings.trusted_networks.iter().any(|network| network.contains(&ip));
        let place = counts.enter(ip, if is_trusted { usize::MAX } else { settings.sessions_per_client });
        let (settings, intake, shutdown) = (Arc::clone(&settings), Arc::clone(&intake), shutdown.clone());
        sessions.spawn(async move {
            let Some(_place) = place else {
                drop(stream.write_all(reply::TOO_MANY_SESSIONS.line().as_bytes()).await);
                return;
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
