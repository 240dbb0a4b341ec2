//! `[mail]`, `[messages]`, `[notification]`: what goes out, and how long messages stay.

use std::net::{IpAddr, SocketAddr};

use chrono::{DateTime, Duration, Utc};
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};
use shared::{Domain, EmailAddress};

use super::{Error, Gateway, Organisation, Portal};
use crate::mail::relay_url::RelayUrl;

/// How mail leaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Transport {
    /// To the relay.
    #[default]
    Smtp,
    /// Into `<data_dir>/mailbox`, for a trial.
    Capture,
}

/// `[mail]`.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Mail {
    /// How mail leaves.
    pub transport: Transport,
    /// The next hop: `smtp://[user:password@]host:port` or `smtps://…`, `?tls=none|opportunistic|required`.
    #[serde(skip_serializing)]
    pub relay: Option<secrecy::SecretString>,
    /// The address that notifications come from. Empty: `octothorpe@<host of portal.url>`.
    from: String,
    /// The domain of the notifications' envelope senders. Empty: the domain of `mail.from`.
    bounce_domain: String,
    /// Who gets reports that nobody else can. Empty: `postmaster@<first internal domain>`.
    postmaster: String,
    /// Let replies to staff leave over an unprotected connection.
    pub allow_clear_replies: bool,
    #[serde(skip)]
    derived: Option<Derived>,
}

#[derive(Clone, Debug)]
struct Derived {
    from: EmailAddress,
    bounce_domain: Domain,
    postmaster: EmailAddress,
}

impl Mail {
    pub(super) fn derive(&mut self, portal: &Portal, organisation: &Organisation) {
        if self.from.is_empty() {
            let host = portal.url.host_str().unwrap_or("localhost");
            let bare = host.trim_start_matches('[').trim_end_matches(']');
            let host = if bare.parse::<IpAddr>().is_ok() { "localhost" } else { host };
            self.from = format!("octothorpe@{host}");
        }
        if self.bounce_domain.is_empty() {
            self.bounce_domain = self.from.rsplit_once('@').map_or_else(String::new, |(_, domain)| domain.to_owned());
        }
        if self.postmaster.is_empty() {
            let first = organisation.internal_domains.first();
            self.postmaster = format!("postmaster@{}", first.map_or(self.bounce_domain.as_str(), Domain::as_str));
        }
        if let (Ok(from), Ok(bounce_domain), Ok(postmaster)) =
            (self.from.parse(), self.bounce_domain.parse(), self.postmaster.parse())
        {
            self.derived = Some(Derived { from, bounce_domain, postmaster });
        }
    }

    pub(super) fn check(&self, gateway: &Gateway) -> Result<(), Error> {
        for (key, text) in [("mail.from", &self.from), ("mail.postmaster", &self.postmaster)] {
            text.parse::<EmailAddress>().map_err(|error| Error::check(key, format!("\"{text}\": {error}")))?;
        }
        self.bounce_domain
            .parse::<Domain>()
            .map_err(|error| Error::check("mail.bounce_domain", format!("\"{}\": {error}", self.bounce_domain)))?;
        if self.transport == Transport::Smtp && self.relay.is_none() {
            return Err(Error::check(
                "mail.relay",
                "it must name the next hop, for example smtp://127.0.0.1:10026, \
                 or set mail.transport to capture for a trial without a mail server",
            ));
        }
        match self.relay_url()? {
            Some(relay) if self.transport == Transport::Smtp => self.check_relay(&relay, gateway),
            _ => Ok(()),
        }
    }

    fn check_relay(&self, relay: &RelayUrl, gateway: &Gateway) -> Result<(), Error> {
        self.check_circle(relay, &relay.addresses(), gateway.listen)?;
        if !relay.is_protected() && !self.allow_clear_replies {
            return Err(Error::check(
                "mail.relay",
                "replies to staff would cross the network unprotected; add ?tls=required, \
                 or set mail.allow_clear_replies if that network is yours alone",
            ));
        }
        Ok(())
    }

    fn check_circle(&self, relay: &RelayUrl, addresses: &[IpAddr], listen: SocketAddr) -> Result<(), Error> {
        if self.transport == Transport::Smtp && addresses.iter().any(|ip| relay.ends_at(*ip, listen)) {
            return Err(Error::check(
                "mail.relay",
                "it is this gateway's own address, so mail would run in a circle; name the next mail server",
            ));
        }
        Ok(())
    }

    /// Looks up the relay's name, and refuses one that leads back to this gateway.
    ///
    /// # Errors
    /// When it does. A name that cannot be looked up now may be right later.
    pub async fn check_looked_up(&self, listen: SocketAddr) -> Result<(), Error> {
        let Some(relay) = self.relay_url()? else { return Ok(()) };
        let found = tokio::net::lookup_host((relay.host.as_str(), relay.port)).await;
        let addresses: Vec<IpAddr> = found.into_iter().flatten().map(|found| found.ip().to_canonical()).collect();
        self.check_circle(&relay, &addresses, listen)
    }

    /// The next hop, if one is set.
    pub fn relay_url(&self) -> Result<Option<RelayUrl>, Error> {
        let parse = |text: &str| text.parse().map_err(|reason: &str| Error::check("mail.relay", reason));
        self.relay.as_ref().map(|relay| parse(relay.expose_secret())).transpose()
    }

    pub(super) fn warnings(&self) -> Vec<String> {
        let mut warnings = Vec::new();
        if self.transport == Transport::Capture {
            warnings.push(
                "mail.transport is capture: nothing leaves this machine, all mail is readable in the mailbox folder"
                    .to_owned(),
            );
        }
        if self.allow_clear_replies {
            warnings
                .push("mail.allow_clear_replies is on: replies to staff may cross the network unprotected".to_owned());
        }
        warnings
    }

    /// The address that notifications come from.
    pub fn from(&self) -> &EmailAddress {
        &self.checked().from
    }

    /// The domain of the notifications' envelope senders.
    pub fn bounce_domain(&self) -> &Domain {
        &self.checked().bounce_domain
    }

    /// Who gets reports that nobody else can.
    pub fn postmaster(&self) -> &EmailAddress {
        &self.checked().postmaster
    }

    #[expect(clippy::expect_used, reason = "`check` refuses settings without these, and nothing else makes a `Mail`")]
    fn checked(&self) -> &Derived {
        self.derived.as_ref().expect("checked at start")
    }
}

/// `[messages]`.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Messages {
    /// Days until a message expires, unless its sender chose otherwise.
    pub lifetime_days: u32,
    /// The most days from a message's arrival to its end, extensions included.
    pub longest_days: u32,
    /// Days before the end of an unread message at which recipient and sender are warned; none at 0.
    pub warn_days: u32,
    /// Days from the end of the last key to the deletion of the content.
    pub purge_days: u32,
}

impl Default for Messages {
    fn default() -> Self {
        Self { lifetime_days: 90, longest_days: 3650, warn_days: 7, purge_days: 7 }
    }
}

impl Messages {
    pub(super) fn check(self) -> Result<(), Error> {
        if !(1..=3650).contains(&self.longest_days) {
            return Err(Error::check("messages.longest_days", "it must lie between 1 and 3650"));
        }
        if !(1..=self.longest_days).contains(&self.lifetime_days) {
            return Err(Error::check("messages.lifetime_days", "it must lie between 1 and messages.longest_days"));
        }
        if self.warn_days > 365 {
            return Err(Error::check("messages.warn_days", "it must lie between 0 and 365"));
        }
        if self.purge_days > 3650 {
            return Err(Error::check("messages.purge_days", "it must lie between 0 and 3650"));
        }
        Ok(())
    }

    /// When to warn that something which can be read from `from` to `until` ends: never in its first half, in which
    /// the notification itself is new.
    pub fn warn_at(self, from: DateTime<Utc>, until: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let before = Duration::days(i64::from(self.warn_days)).min((until - from) / 2);
        (self.warn_days > 0).then(|| until - before)
    }
}

/// `[notification]`.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Notification {
    /// Attach `Open-Message.html`, for mail programs that strip links.
    pub attach_html: bool,
}

impl Default for Notification {
    fn default() -> Self {
        Self { attach_html: true }
    }
}
