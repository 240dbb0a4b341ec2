//! The client that hands relayed mail on, recipient by recipient and byte for byte. [`transaction`] is one mail's way
//! over a connection, [`wire`] the only input and output; connections are kept for the next mail.

mod idle;
mod patience;
mod transaction;
mod wire;

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use async_trait::async_trait;
use base64::{Engine as _, prelude::BASE64_STANDARD};
use secrecy::ExposeSecret as _;
use tokio::{net::TcpStream, time::timeout};

use self::{
    idle::Idle,
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

/// A client of one next hop.
pub struct Relay {
    url: RelayUrl,
    hostname: String,
    tls: Arc<rustls::ClientConfig>,
    unverified_tls: Arc<rustls::ClientConfig>,
    idle: Arc<Idle>,
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
        let (idle, announces_dsn) = (Arc::default(), AtomicBool::new(false));
        Self { url, hostname, tls, unverified_tls, idle, announces_dsn, bounds: Bounds::default() }
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

    /// A connection, and whether it has been used before. A server may serve no more at a time than there are, and let all
    /// others wait: whichever is there first is taken.
    async fn wire(&self, patience: Patience) -> Result<(Wire, bool), HopError> {
        if let Some(wire) = self.idle.take() {
            return Ok((wire, true));
        }
        tokio::select! {
            wire = self.connect(patience) => Ok((wire?, false)),
            wire = self.idle.next() => Ok((wire, true)),
        }
    }

    /// A connection that is greeted, and encrypted where it is to be.
    async fn greeted(&self, patience: Patience, may_encrypt: bool) -> Result<Wire, HopError> {
        let address = (self.url.host.as_str(), self.url.port);
        let connecting = timeout(patience.connection(), TcpStream::connect(address)).await;
        let stream = connecting.ok().and_then(Result::ok).ok_or(HopError::Unreachable)?;
        drop(stream.set_nodelay(true));
        let mut wire = Wire::plain(stream);
        if self.url.tls == Tls::Implicit {
            wire = wire.encrypt(&self.tls, &self.url.host, patience.handshake()).await?;
        }
        if wire.reply(patience.command()).await?.code != 220 {
            return Err(HopError::Unreachable);
        }
        wire.hello(&self.hostname, patience.command()).await?;
        let config = match self.url.tls {
            Tls::Required => &self.tls,
            Tls::Opportunistic if may_encrypt => &self.unverified_tls,
            Tls::Opportunistic | Tls::None | Tls::Implicit => return Ok(wire),
        };
        if wire.capabilities.starttls && wire.command("STARTTLS", patience.command()).await?.code == 220 {
            wire = wire.encrypt(config, &self.url.host, patience.handshake()).await?;
            wire.hello(&self.hostname, patience.command()).await?;
        } else if self.url.tls == Tls::Required {
            return Err(HopError::NoTls);
        }
        Ok(wire)
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

#[async_trait]
impl NextHop for Relay {
    async fn send(&self, envelope: &Envelope, mail: Passing, mode: Mode) -> Result<Handed, HopError> {
        let patience = Patience::from_now(self.bounds, mode);
        loop {
            let (mut wire, was_idle) = self.wire(patience).await?;
            match transaction::run(&mut wire, envelope, &mail, (mode, patience), was_idle).await {
                Ok(handed) => {
                    self.idle.keep(wire);
                    return Ok(handed);
                }
                // The server closed it while it was idle, and most likely the others with it. Nothing was sent.
                Err(Broken::Stale) => self.idle.clear(),
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
