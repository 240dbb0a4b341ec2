//! The client that hands relayed mail on, recipient by recipient and byte for byte. [`transaction`] is one mail's way
//! over a connection, [`wire`] the only input and output; connections are kept for the next mail.

mod idle;
mod open;
mod patience;
mod transaction;
mod wire;

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use base64::{Engine as _, prelude::BASE64_STANDARD};
use secrecy::ExposeSecret as _;
use tokio::{
    net::{TcpStream, lookup_host},
    time::{Instant, timeout},
};

use self::{
    idle::Idle,
    open::Open,
    patience::{Bounds, Patience},
    transaction::Broken,
    wire::Wire,
};
use crate::{
    intake::envelope::Envelope,
    mail::{
        next_hop::{Handed, HopError, Mode, NextHop, Passing},
        relay_url::{RelayUrl, Tls},
    },
};

/// How long to wait for a connection of others before the next try for one of its own.
const A_MOMENT: Duration = Duration::from_secs(1);

/// A client of one next hop.
pub struct Relay {
    url: RelayUrl,
    hostname: String,
    tls: Arc<rustls::ClientConfig>,
    unverified_tls: Arc<rustls::ClientConfig>,
    idle: Arc<Idle>,
    open: Open,
    announces_dsn: AtomicBool,
    bounds: Bounds,
}

impl Relay {
    /// A client of `url` that greets as `hostname`, trusting what `tls` trusts; `unverified_tls` is for opportunistic use.
    pub fn new(
        url: RelayUrl,
        hostname: String,
        tls: Arc<rustls::ClientConfig>,
        unverified_tls: Arc<rustls::ClientConfig>,
    ) -> Self {
        let (idle, open, announces_dsn) = (Arc::default(), Open::default(), AtomicBool::new(false));
        Self { url, hostname, tls, unverified_tls, idle, open, announces_dsn, bounds: Bounds::default() }
    }

    async fn connect(&self, patience: Patience) -> Result<Wire, HopError> {
        // Whatever breaks here, no mail was spoken of yet.
        self.connected(patience).await.map_err(|error| match error {
            HopError::BrokenWithin => HopError::Unreachable,
            error => error,
        })
    }

    async fn connected(&self, patience: Patience) -> Result<Wire, HopError> {
        let wire = match (self.greeted(patience, true).await, self.url.tls) {
            // Opportunistic: a handshake that fails is no reason to keep the mail (RFC 7435 section 3).
            (Err(HopError::NoTls), Tls::Opportunistic) => self.greeted(patience, false).await?,
            (wire, _) => wire?,
        };
        let wire = self.logged_in(wire, patience).await?;
        self.announces_dsn.store(wire.capabilities.dsn, Ordering::Relaxed);
        Ok(wire)
    }

    /// A connection, and whether it has been used before; `is_new` where it should not have been. A server may serve no more
    /// at a time than there are, and let all others wait or send them away: whichever is there first is taken.
    async fn wire(&self, patience: Patience, is_new: bool) -> Result<(Wire, bool), HopError> {
        let until = Instant::now() + patience.command();
        if !is_new && let Some(wire) = self.idle.take() {
            return Ok((wire, true));
        }
        loop {
            let connected = tokio::select! {
                connected = self.connect(patience) => connected,
                wire = self.idle.next(), if !is_new => return Ok((wire, true)),
            };
            match connected {
                Err(HopError::Busy) if self.open.is_any() && Instant::now() < until => {
                    if let Ok(wire) = timeout(A_MOMENT, self.idle.next()).await {
                        return Ok((wire, true));
                    }
                }
                connected => return connected.map(|wire| (wire, false)),
            }
        }
    }

    /// A connection to the server, at any of its addresses.
    async fn reached(&self, patience: Duration) -> Option<TcpStream> {
        let looking_up = timeout(patience, lookup_host((self.url.host.as_str(), self.url.port))).await;
        let addresses: Vec<SocketAddr> = looking_up.ok()?.ok()?.collect();
        first_to_answer(&addresses, patience).await
    }

    /// A connection that is greeted, and encrypted where it is to be.
    async fn greeted(&self, patience: Patience, may_encrypt: bool) -> Result<Wire, HopError> {
        let stream = self.reached(patience.connection()).await.ok_or(HopError::Unreachable)?;
        drop(stream.set_nodelay(true));
        let mut wire = Wire::plain(stream);
        if self.url.tls == Tls::Implicit {
            wire = wire.encrypt(&self.tls, &self.url.host, patience.handshake()).await?;
        }
        match wire.reply(patience.command()).await? {
            greeting if greeting.code == 220 => {}
            greeting if greeting.is_temporary() => return Err(HopError::Busy),
            _ => return Err(HopError::Unreachable),
        }
        let open = self.open.count();
        wire.hello(&self.hostname, patience.command()).await?;
        let config = match self.url.tls {
            Tls::Required => &self.tls,
            Tls::Opportunistic if may_encrypt => &self.unverified_tls,
            Tls::Opportunistic | Tls::None | Tls::Implicit => return Ok(wire.counted(open)),
        };
        if wire.capabilities.starttls && wire.command("STARTTLS", patience.command()).await?.code == 220 {
            wire = wire.encrypt(config, &self.url.host, patience.handshake()).await?;
            wire.hello(&self.hostname, patience.command()).await?;
        } else if self.url.tls == Tls::Required {
            return Err(HopError::NoTls);
        }
        Ok(wire.counted(open))
    }

    /// Logs in where a name is set: by PLAIN (RFC 4616), or by LOGIN where nothing better is announced.
    async fn logged_in(&self, mut wire: Wire, patience: Patience) -> Result<Wire, HopError> {
        let Some((name, password)) = &self.url.login else { return Ok(wire) };
        let encoded = |text: &str| BASE64_STANDARD.encode(text);
        let password = password.expose_secret();
        let reply = if wire.capabilities.auth_plain {
            wire.command(&format!("AUTH PLAIN {}", encoded(&format!("\0{name}\0{password}"))), patience.command())
                .await?
        } else if wire.capabilities.auth_login {
            let mut reply = wire.command("AUTH LOGIN", patience.command()).await?;
            for answer in [name.as_str(), password] {
                if reply.code != 334 {
                    break;
                }
                reply = wire.command(&encoded(answer), patience.command()).await?;
            }
            reply
        } else {
            return Err(HopError::LoginRefused);
        };
        if reply.code == 235 { Ok(wire) } else { Err(HopError::LoginRefused) }
    }
}

/// The first of a server's addresses that answers (RFC 5321 section 5.1). Each has its share of the time.
async fn first_to_answer(addresses: &[SocketAddr], patience: Duration) -> Option<TcpStream> {
    let share = patience / u32::try_from(addresses.len()).ok()?.max(1);
    for address in addresses {
        if let Ok(Ok(stream)) = timeout(share, TcpStream::connect(address)).await {
            return Some(stream);
        }
    }
    None
}

#[async_trait]
impl NextHop for Relay {
    async fn send(&self, envelope: &Envelope, mail: Passing, mode: Mode) -> Result<Handed, HopError> {
        let patience = Patience::from_now(self.bounds, mode);
        let mut is_second = false;
        loop {
            let (mut wire, was_idle) = self.wire(patience, is_second).await?;
            match transaction::run(&mut wire, envelope, &mail, (mode, patience), was_idle).await {
                Ok(handed) => {
                    self.idle.keep(wire);
                    return Ok(handed);
                }
                // The server closed it while it was idle, and most likely the others with it. Nothing was sent.
                Err(Broken::Stale) => self.idle.clear(),
                Err(Broken::Worn(reply)) if is_second => return Ok(Handed::None(reply)),
                Err(Broken::Worn(_)) => is_second = true,
                Err(Broken::Hop(error)) => return Err(error),
            }
        }
    }

    fn announces_dsn(&self) -> bool {
        self.announces_dsn.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests;
