//! `[gateway]`: the SMTP server.

use std::{net::SocketAddr, path::PathBuf};

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use super::{
    Error,
    list::{list, texts},
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
    /// The largest mail, in octets of SMTP data.
    pub max_size: u64,
    /// Octets of mail under judgement at one time.
    pub memory_limit: u64,
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
            max_size: 75 * MIB,
            memory_limit: 512 * MIB,
            subject_findings: SubjectFindings::Mask,
            tls_certificate: None,
            tls_key: None,
        }
    }
}

impl Gateway {
    pub(super) fn derive(&mut self) {
        if self.hostname.is_empty() {
            self.hostname = hostname::get().ok().and_then(|name| name.into_string().ok()).unwrap_or_default();
        }
        if self.hostname.parse::<shared::Domain>().is_err() {
            "localhost".clone_into(&mut self.hostname);
        }
    }

    pub(super) fn check(&self) -> Result<(), Error> {
        if self.tls_certificate.is_some() != self.tls_key.is_some() {
            return Err(Error::check("gateway.tls_certificate", "set it together with gateway.tls_key, or neither"));
        }
        if self.max_size < 64 * 1024 {
            return Err(Error::check("gateway.max_size", "it counts octets and must be at least 65536"));
        }
        if self.memory_limit < self.max_size.saturating_mul(2) {
            return Err(Error::check("gateway.memory_limit", "it must be at least twice gateway.max_size"));
        }
        Ok(())
    }
}
