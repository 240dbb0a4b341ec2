//! The SMTP server (RFC 5321) and the client that hands relayed mail on.
//!
//! [`session`] is pure: a command line in, an action out. [`connection`] does the reading and writing for it,
//! [`listener`] accepts, [`data`] finds the end of the mail, [`chunks`] joins one that comes in chunks, [`tenant`] looks whose it is,
//! [`reply`] is the table of everything the server says.

pub mod chunks;
pub mod command;
pub mod connection;
pub mod data;
pub mod listener;
pub mod relay;
pub mod reply;
pub mod session;
pub mod tenant;
pub mod trace;

use std::{net::IpAddr, sync::Arc, time::Duration};

use ipnet::IpNet;
use shared::EmailAddress;
use tokio::sync::Semaphore;

use crate::{
    app::App,
    config::Tenant,
    intake::{self, bounced},
};

/// The limits and the name of the server.
#[derive(Clone)]
pub struct Settings {
    /// The name it greets with.
    pub hostname: String,
    /// The largest mail, in octets of SMTP data.
    pub max_size: u64,
    /// Networks whose mail is taken without a login.
    pub trusted_networks: Vec<IpNet>,
    /// Networks of providers, whose mail is taken without a login if it is one's own.
    pub tenants: Vec<Tenant>,
    /// The most recipients of one mail (RFC 5321 section 4.5.3.1.8 asks for 100 at least).
    pub max_recipients: usize,
    /// After so many refused commands the session ends.
    pub max_errors: u32,
    /// How long to wait for a command, for a piece of data, or for the client to take an answer.
    pub patience: Duration,
    /// How long a mail may take to arrive.
    pub longest_mail: Duration,
    /// How long a mail may take to be judged and stored or relayed.
    pub longest_answer: Duration,
    /// Sessions of one untrusted client at a time.
    pub sessions_per_client: usize,
    /// Sessions of all clients at a time; untrusted ones may have half of them, so that they cannot keep others out.
    pub max_sessions: usize,
    /// STARTTLS is offered if this is there.
    pub tls: Option<Arc<rustls::ServerConfig>>,
    /// Octets of mail that may be held at one time, in KiB.
    pub memory: Arc<Semaphore>,
    /// Who gets mail to `<postmaster>`.
    pub postmaster: Option<EmailAddress>,
    /// Whether an address could only be one of ours, and is none.
    pub is_forged: Arc<dyn Fn(&EmailAddress) -> bool + Send + Sync>,
}

impl Settings {
    /// What the settings say, without TLS.
    pub fn of(app: &App) -> Self {
        let (gateway, inner) = (&app.config.gateway, app.clone());
        let networks = gateway.trusted_networks.clone();
        Self {
            tenants: gateway.tenants.clone(),
            max_recipients: gateway.max_recipients,
            max_errors: gateway.max_errors,
            patience: Duration::from_secs(gateway.command_timeout_seconds),
            longest_mail: Duration::from_secs(gateway.mail_timeout_seconds),
            sessions_per_client: gateway.sessions_per_client,
            max_sessions: gateway.max_sessions,
            postmaster: Some(app.config.mail.postmaster().clone()),
            is_forged: Arc::new(move |address| bounced::is_forged(&inner, address)),
            ..Self::new(gateway.hostname.clone(), gateway.max_size, gateway.memory_limit, networks)
        }
    }

    /// The tenants of the provider that sends from this address.
    pub fn tenants_at(&self, ip: IpAddr) -> Vec<&Tenant> {
        self.tenants.iter().filter(|tenant| tenant.networks.iter().any(|network| network.contains(&ip))).collect()
    }

    /// Whether mail from this address is taken without a login, that of a provider's networks on a condition.
    pub fn trusts(&self, ip: IpAddr) -> bool {
        self.trusted_networks.iter().any(|network| network.contains(&ip)) || !self.tenants_at(ip).is_empty()
    }

    /// Sane limits; `memory_limit` in octets. Mails share what it leaves beside the decoded parts of those that are
    /// judged: three octets of four of the largest, for each turn.
    pub fn new(hostname: String, max_size: u64, memory_limit: u64, trusted_networks: Vec<IpNet>) -> Self {
        let decoded = (max_size / 4 * 3).saturating_mul(intake::LARGE_AT_ONCE as u64);
        let memory = usize::try_from(memory_limit.saturating_sub(decoded) / 1024).unwrap_or(Semaphore::MAX_PERMITS);
        Self {
            hostname,
            max_size,
            trusted_networks,
            tenants: Vec::new(),
            max_recipients: 1_000,
            max_errors: 20,
            patience: Duration::from_mins(5),
            longest_mail: Duration::from_hours(1),
            longest_answer: Duration::from_mins(4),
            sessions_per_client: 20,
            max_sessions: 400,
            tls: None,
            memory: Arc::new(Semaphore::new(memory)),
            postmaster: None,
            is_forged: Arc::new(|_| false),
        }
    }
}
