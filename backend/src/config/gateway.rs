//! `[gateway]`: the SMTP server.

use std::{net::SocketAddr, path::PathBuf};

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use super::{
    Error,
    list::{list, texts},
    tenant::Tenant,
};

const MIB: u64 = 1024 * 1024;

/// What happens to a mail that would be sealed and whose subject holds personal data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SubjectFindings {
    /// What Octothorpe writes shows the subject masked.
    #[default]
    Mask,
    /// The mail is refused.
    Reject,
    /// Nothing.
    Allow,
}

/// `[gateway]`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Gateway {
    /// Address and port of the SMTP server.
    pub listen: SocketAddr,
    /// The name it greets with. Empty: the machine's.
    pub hostname: String,
    /// Networks whose mail is taken without a login.
    #[serde(deserialize_with = "list", serialize_with = "texts")]
    pub trusted_networks: Vec<IpNet>,
    /// Networks of providers, whose mail is taken without a login if it is one's own.
    pub tenants: Vec<Tenant>,
    /// The largest mail, in octets of SMTP data.
    pub max_size: u64,
    /// Octets of mail under judgement at one time.
    pub memory_limit: u64,
    /// The most recipients of one mail.
    pub max_recipients: usize,
    /// After so many refused commands a session ends.
    pub max_errors: u32,
    /// Seconds to wait for a command, or for a piece of a mail.
    pub command_timeout_seconds: u64,
    /// Seconds that a mail may take to arrive.
    pub mail_timeout_seconds: u64,
    /// Sessions of one client at a time; trusted networks have no such bound.
    pub sessions_per_client: usize,
    /// Sessions of all clients at a time; those from other than trusted networks may have half of them.
    pub max_sessions: usize,
    /// What to do when a subject holds personal data.
    pub subject_findings: SubjectFindings,
    /// Certificate chain (PEM) for STARTTLS; none: no STARTTLS.
    pub tls_certificate: Option<PathBuf>,
    /// Private key (PEM).
    pub tls_key: Option<PathBuf>,
}

/// The machine itself.
pub(super) fn loopback() -> Vec<IpNet> {
    vec![IpNet::new_assert([127, 0, 0, 0].into(), 8), IpNet::new_assert(std::net::Ipv6Addr::LOCALHOST.into(), 128)]
}

impl Default for Gateway {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 2525)),
            hostname: String::new(),
            trusted_networks: loopback(),
            tenants: Vec::new(),
            max_size: 75 * MIB,
            memory_limit: 512 * MIB,
            max_recipients: 1_000,
            max_errors: 20,
            command_timeout_seconds: 300,
            mail_timeout_seconds: 3_600,
            sessions_per_client: 20,
            max_sessions: 400,
            subject_findings: SubjectFindings::Mask,
            tls_certificate: None,
            tls_key: None,
        }
    }
}

impl Gateway {
    /// Octets of files that a message may bring: in base 64 with its line ends they grow by more than a third.
    pub fn most_attached(&self) -> u64 {
        self.max_size / 3 * 2
    }

    pub(super) fn derive(&mut self) {
        if self.hostname.is_empty() {
            // Machines may bear names that no mail server could greet with.
            let own = hostname::get().ok().and_then(|name| name.into_string().ok());
            let own = own.filter(|name| name.parse::<shared::Domain>().is_ok());
            self.hostname = own.unwrap_or_else(|| "localhost".to_owned());
        }
    }

    pub(super) fn check(&self) -> Result<(), Error> {
        if let Err(error) = self.hostname.parse::<shared::Domain>() {
            return Err(Error::check("gateway.hostname", format!("\"{}\": {error}", self.hostname)));
        }
        if self.tls_certificate.is_some() != self.tls_key.is_some() {
            return Err(Error::check("gateway.tls_certificate", "set it together with gateway.tls_key, or neither"));
        }
        if self.max_size < 64 * 1024 {
            return Err(Error::check("gateway.max_size", "it counts octets and must be at least 65536"));
        }
        if self.memory_limit < self.max_size.saturating_mul(2) {
            return Err(Error::check("gateway.memory_limit", "it must be at least twice gateway.max_size"));
        }
        if !(100..=100_000).contains(&self.max_recipients) {
            return Err(Error::check("gateway.max_recipients", "it must lie between 100 and 100000"));
        }
        if !(1..=1_000).contains(&self.max_errors) {
            return Err(Error::check("gateway.max_errors", "it must lie between 1 and 1000"));
        }
        if !(10..=3_600).contains(&self.command_timeout_seconds) {
            return Err(Error::check("gateway.command_timeout_seconds", "it must lie between 10 and 3600"));
        }
        if !(60..=86_400).contains(&self.mail_timeout_seconds) {
            return Err(Error::check("gateway.mail_timeout_seconds", "it must lie between 60 and 86400"));
        }
        if self.sessions_per_client == 0 {
            return Err(Error::check("gateway.sessions_per_client", "it must be at least 1"));
        }
        if self.max_sessions < 2 {
            return Err(Error::check("gateway.max_sessions", "it must be at least 2"));
        }
        Ok(())
    }
}
