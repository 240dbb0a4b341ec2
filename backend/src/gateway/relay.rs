//! The client that hands relayed mail on, recipient by recipient and byte for byte. [`transaction`] is one mail's way
//! over a connection, [`wire`] the only input and output; connections are kept for the next mail.

mod idle;
mod transaction;
mod wire;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use base64::{Engine as _, prelude::BASE64_STANDARD};
use secrecy::ExposeSecret as _;
use tokio::{net::TcpStream, time::timeout};

use self::{idle::Idle, transaction::Broken, wire::Wire};
use crate::{
    intake::envelope::Envelope,
    mail::{
        next_hop::{Handed, HopError, Mode, NextHop, Passing},
        relay_url::{RelayUrl, Tls},
    },
};

/// How long a step may take; the answer to the end of data has its own, longer bound.
const STEP: Duration = Duration::from_mins(1);
const AFTER_END: Duration = Duration::from_mins(3);
/// The same where no client waits: a line that is given up too early doubles the mail (RFC 5321 section 4.5.3.2.6).
const AFTER_END_OF_A_JOB: Duration = Duration::from_mins(10);

/// A client of one next hop.
pub struct Relay {
    url: RelayUrl,
    hostname: String,
    tls: Arc<rustls::ClientConfig>,
    unverified_tls: Arc<rustls::ClientConfig>,
    idle: Arc<Idle>,
    announces_dsn: AtomicBool,
}

impl Relay {
    /// A client of `url` that greets as `hostname`, trusting what `tls` trusts; `unverified_tls` is for opportunistic use.
    pub fn new(
        url: RelayUrl,
        hostname: String,
        tls: Arc<rustls::ClientConfig>,
        unverified_tls: Arc<rustls::ClientConfig>,
    ) -> Self {
        Self { url, hostname, tls, unverified_tls, idle: Arc::default(), announces_dsn: AtomicBool::new(false) }
    }

    async fn connect(&self) -> Result<Wire, HopError> {
        let wire = match (self.greeted(true).await, self.url.tls) {
            // Opportunistic: a handshake that fails is no reason to keep the mail (RFC 7435 section 3).
            (Err(HopError::NoTls), Tls::Opportunistic) => self.greeted(false).await?,
            (wire, _) => wire?,
        };
        let wire = self.logged_in(wire).await?;
        self.announces_dsn.store(wire.capabilities.dsn, Ordering::Relaxed);
        Ok(wire)
    }

    /// A connection that is greeted, and encrypted where it is to be.
    async fn greeted(&self, may_encrypt: bool) -> Result<Wire, HopError> {
        let address = (self.url.host.as_str(), self.url.port);
        let stream = TcpStream::connect(address).await.map_err(|_| HopError::Unreachable)?;
        drop(stream.set_nodelay(true));
        let mut wire = Wire::plain(stream);
        if self.url.tls == Tls::Implicit {
            wire = wire.encrypt(&self.tls, &self.url.host).await?;
        }
        if wire.reply(STEP).await?.code != 220 {
            return Err(HopError::Unreachable);
        }
        wire.hello(&self.hostname, STEP).await?;
        let config = match self.url.tls {
            Tls::Required => &self.tls,
            Tls::Opportunistic if may_encrypt => &self.unverified_tls,
            Tls::Opportunistic | Tls::None | Tls::Implicit => return Ok(wire),
        };
        if wire.capabilities.starttls && wire.command("STARTTLS", STEP).await?.code == 220 {
            wire = wire.encrypt(config, &self.url.host).await?;
            wire.hello(&self.hostname, STEP).await?;
        } else if self.url.tls == Tls::Required {
            return Err(HopError::NoTls);
        }
        Ok(wire)
    }

    /// Logs in where a name is set: by PLAIN (RFC 4616), or by LOGIN where nothing better is announced.
    async fn logged_in(&self, mut wire: Wire) -> Result<Wire, HopError> {
        let Some((name, password)) = &self.url.login else { return Ok(wire) };
        let encoded = |text: &str| BASE64_STANDARD.encode(text);
        let password = password.expose_secret();
        let reply = if wire.capabilities.auth_plain {
            wire.command(&format!("AUTH PLAIN {}", encoded(&format!("\0{name}\0{password}"))), STEP).await?
        } else if wire.capabilities.auth_login {
            let mut reply = wire.command("AUTH LOGIN", STEP).await?;
            for answer in [name.as_str(), password] {
                if reply.code != 334 {
                    break;
                }
                reply = wire.command(&encoded(answer), STEP).await?;
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
        if let Some(mut wire) = self.idle.take() {
            match transaction::run(&mut wire, envelope, &mail, mode, true).await {
                Ok(handed) => {
                    self.idle.keep(wire);
                    return Ok(handed);
                }
                // The server closed it while it was idle, and most likely the others with it. Nothing was sent.
                Err(Broken::Stale) => self.idle.clear(),
                Err(Broken::Hop(error)) => return Err(error),
            }
        }
        let mut wire = timeout(STEP, self.connect()).await.map_err(|_| HopError::Unreachable)??;
        match transaction::run(&mut wire, envelope, &mail, mode, false).await {
            Ok(handed) => {
                self.idle.keep(wire);
                Ok(handed)
            }
            Err(Broken::Stale) => Err(HopError::Unreachable),
            Err(Broken::Hop(error)) => Err(error),
        }
    }

    fn announces_dsn(&self) -> bool {
        self.announces_dsn.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests;
