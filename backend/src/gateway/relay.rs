//! The client that hands relayed mail on, recipient by recipient and byte for byte.

mod wire;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use base64::{Engine as _, prelude::BASE64_STANDARD};
use bytes::Bytes;
use secrecy::ExposeSecret as _;
use tokio::{
    net::TcpStream,
    sync::Mutex,
    time::{Instant, timeout},
};

use self::wire::{Capabilities, Wire};
use crate::{
    intake::{
        envelope::{Envelope, Recipient},
        outcome::HopReply,
    },
    mail::{
        next_hop::{Handed, HopError, Mode, NextHop, RecipientOutcome},
        relay_url::{RelayUrl, Tls},
    },
};

/// Idle connections kept.
const MOST_IDLE: usize = 8;
/// How long one may be idle; servers close after 5 minutes (RFC 5321 section 4.5.3.2.7), often sooner.
const LONGEST_IDLE: Duration = Duration::from_secs(30);
/// How long a step may take; the answer to the end of data has its own, longer bound.
const STEP: Duration = Duration::from_mins(1);
const AFTER_END: Duration = Duration::from_mins(3);

/// A client of one next hop.
pub struct Relay {
    url: RelayUrl,
    hostname: String,
    tls: Arc<rustls::ClientConfig>,
    unverified_tls: Arc<rustls::ClientConfig>,
    idle: Mutex<Vec<(Wire, Instant)>>,
}

impl Relay {
    /// A client of `url` that greets as `hostname`, trusting what `tls` trusts; `unverified_tls` is for opportunistic use.
    pub fn new(
        url: RelayUrl,
        hostname: String,
        tls: Arc<rustls::ClientConfig>,
        unverified_tls: Arc<rustls::ClientConfig>,
    ) -> Self {
        Self { url, hostname, tls, unverified_tls, idle: Mutex::new(Vec::new()) }
    }

    async fn wire(&self) -> Result<Wire, HopError> {
        loop {
            let Some((mut wire, since)) = self.idle.lock().await.pop() else { break };
            let is_fresh = since.elapsed() < LONGEST_IDLE;
            if is_fresh && wire.command("RSET", STEP).await.is_ok_and(|reply| reply.is_yes()) {
                return Ok(wire);
            }
        }
        timeout(STEP, self.connect()).await.map_err(|_| HopError::Unreachable)?
    }

    async fn connect(&self) -> Result<Wire, HopError> {
        let stream =
            TcpStream::connect((self.url.host.as_str(), self.url.port)).await.map_err(|_| HopError::Unreachable)?;
        drop(stream.set_nodelay(true));
        let mut wire = Wire::plain(stream);
        if self.url.tls == Tls::Implicit {
            wire = wire.encrypt(&self.tls, &self.url.host).await?;
        }
        if !wire.reply(STEP).await?.is_yes() {
            return Err(HopError::Unreachable);
        }
        let mut capabilities = wire.hello(&self.hostname).await?;
        let wants_tls = matches!(self.url.tls, Tls::Opportunistic | Tls::Required);
        if wants_tls && capabilities.starttls && wire.command("STARTTLS", STEP).await?.is_yes() {
            let config = if self.url.tls == Tls::Required { &self.tls } else { &self.unverified_tls };
            wire = wire.encrypt(config, &self.url.host).await?;
            capabilities = wire.hello(&self.hostname).await?;
        } else if self.url.tls == Tls::Required {
            return Err(HopError::NoTls);
        }
        wire.capabilities = capabilities;
        if let Some((name, password)) = &self.url.login {
            let plain = BASE64_STANDARD.encode(format!("\0{name}\0{}", password.expose_secret()));
            if !wire.command(&format!("AUTH PLAIN {plain}"), STEP).await?.is_yes() {
                return Err(HopError::LoginRefused);
            }
        }
        Ok(wire)
    }

    async fn keep(&self, wire: Wire) {
        let mut idle = self.idle.lock().await;
        if idle.len() < MOST_IDLE {
            idle.push((wire, Instant::now()));
        }
    }
}

#[async_trait]
impl NextHop for Relay {
    async fn send(&self, envelope: &Envelope, content: Bytes, mode: Mode) -> Result<Handed, HopError> {
        let mut wire = self.wire().await?;
        let handed = converse(&mut wire, envelope, &content, mode).await?;
        self.keep(wire).await;
        Ok(handed)
    }
}

async fn converse(wire: &mut Wire, envelope: &Envelope, content: &[u8], mode: Mode) -> Result<Handed, HopError> {
    let capabilities = wire.capabilities;
    let sender = wire.command(&mail_command(envelope, capabilities, content.len()), STEP).await?;
    if !sender.is_yes() {
        return Ok(Handed::None(sender));
    }
    let mut taken = Vec::new();
    let mut outcomes = Vec::new();
    for recipient in &envelope.recipients {
        let reply = if capabilities.smtputf8 || recipient.address.written().is_ascii() {
            wire.command(&rcpt_command(recipient, capabilities), STEP).await?
        } else {
            HopReply { code: 553, text: "5.6.7 The next server does not take this address".to_owned() }
        };
        if reply.is_yes() {
            taken.push(outcomes.len());
        }
        outcomes.push(RecipientOutcome { recipient: recipient.clone(), reply });
    }
    if taken.is_empty() {
        wire.command("RSET", STEP).await?;
        return Ok(Handed::None(worst(&outcomes)));
    }
    let all = taken.len() == outcomes.len();
    if !all && mode == Mode::WholeOrNothing {
        wire.command("RSET", STEP).await?;
        return Ok(Handed::Mixed(outcomes));
    }
    let go = wire.command("DATA", STEP).await?;
    let reply = if go.code == 354 { wire.data(content, AFTER_END).await? } else { go };
    if all {
        return Ok(if reply.is_yes() { Handed::All(reply) } else { Handed::None(reply) });
    }
    for number in taken {
        outcomes[number].reply = reply.clone();
    }
    Ok(Handed::Mixed(outcomes))
}

/// A 4xx if there is one, so that the client tries again; else the first 5xx.
fn worst(outcomes: &[RecipientOutcome]) -> HopReply {
    let replies = || outcomes.iter().map(|outcome| &outcome.reply);
    replies()
        .find(|reply| reply.is_temporary())
        .or_else(|| replies().next())
        .cloned()
        .unwrap_or(HopReply { code: 451, text: "4.3.0 No recipients".to_owned() })
}

fn mail_command(envelope: &Envelope, capabilities: Capabilities, size: usize) -> String {
    let sender = envelope.sender.as_ref().map_or("", |address| address.written());
    let mut command = format!("MAIL FROM:<{sender}>");
    if capabilities.size {
        append(&mut command, "SIZE", &size.to_string());
    }
    if capabilities.eight_bit && envelope.eight_bit {
        command.push_str(" BODY=8BITMIME");
    }
    if capabilities.smtputf8 && envelope.smtputf8 {
        command.push_str(" SMTPUTF8");
    }
    if capabilities.dsn {
        for (name, value) in [("RET", &envelope.ret), ("ENVID", &envelope.envid)] {
            if let Some(value) = value {
                append(&mut command, name, value);
            }
        }
    }
    command
}

/// Adds a parameter.
fn append(command: &mut String, name: &str, value: &str) {
    command.extend([" ", name, "=", value]);
}

fn rcpt_command(recipient: &Recipient, capabilities: Capabilities) -> String {
    let mut command = format!("RCPT TO:<{}>", recipient.address.written());
    if capabilities.dsn {
        for (name, value) in [("NOTIFY", &recipient.notify), ("ORCPT", &recipient.orcpt)] {
            if let Some(value) = value {
                append(&mut command, name, value);
            }
        }
    }
    command
}

#[cfg(test)]
mod tests;
