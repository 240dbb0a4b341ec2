//! The next hop's address: `smtp://[user:password@]host:port` or `smtps://…`, with `?tls=none|opportunistic|required`.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket},
    str::FromStr,
};

use percent_encoding::percent_decode_str;
use secrecy::SecretString;
use url::{Host, Url};

/// How the connection is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tls {
    /// Not at all.
    None,
    /// STARTTLS where it is offered, whatever the certificate.
    Opportunistic,
    /// STARTTLS with a verified certificate, or nothing is sent.
    Required,
    /// TLS from the first octet (RFC 8314), with a verified certificate.
    Implicit,
}

/// The next hop.
#[derive(Clone, Debug)]
pub struct RelayUrl {
    /// Its name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub tls: Tls,
    /// Name and password, if it wants a login.
    pub login: Option<(String, SecretString)>,
}

impl RelayUrl {
    /// Whether it is on this machine.
    pub fn is_loopback(&self) -> bool {
        let addresses = self.addresses();
        !addresses.is_empty() && addresses.iter().all(IpAddr::is_loopback)
    }

    /// The addresses that stand there without asking anyone: of an address, or of `localhost`. "Any address" means this
    /// machine where one connects to it.
    pub fn addresses(&self) -> Vec<IpAddr> {
        let local = [IpAddr::from(Ipv4Addr::LOCALHOST), IpAddr::from(Ipv6Addr::LOCALHOST)];
        if self.host.trim_end_matches('.').eq_ignore_ascii_case("localhost") {
            return local.to_vec();
        }
        let ip = self.host.parse::<IpAddr>().map(|ip| ip.to_canonical());
        ip.into_iter().map(|ip| if ip.is_unspecified() { local[usize::from(ip.is_ipv6())] } else { ip }).collect()
    }

    /// Whether a connection to this address ends at a listener of ours.
    pub fn ends_at(&self, ip: IpAddr, listen: SocketAddr) -> bool {
        let is_any = match listen.ip() {
            IpAddr::V4(any) => any.is_unspecified() && ip.is_ipv4(),
            IpAddr::V6(any) => any.is_unspecified(),
        };
        self.port == listen.port() && (ip == listen.ip().to_canonical() || is_any && is_of_this_machine(ip))
    }

    /// Whether nobody on the way can read what is sent.
    pub fn is_protected(&self) -> bool {
        self.is_loopback() || matches!(self.tls, Tls::Required | Tls::Implicit)
    }
}

/// Only an address of this machine can be listened on.
fn is_of_this_machine(ip: IpAddr) -> bool {
    ip.is_loopback() || UdpSocket::bind((ip, 0)).is_ok()
}

impl FromStr for RelayUrl {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        let url = Url::parse(text).map_err(|_| "it must look like smtp://host:port")?;
        let is_implicit = match url.scheme() {
            "smtp" => false,
            "smtps" => true,
            _ => return Err("it must begin with smtp:// or smtps://"),
        };
        let host = match url.host() {
            Some(Host::Ipv6(ip)) => ip.to_string(),
            Some(host) if !host.to_string().is_empty() => host.to_string(),
            _ => return Err("it must name a host"),
        };
        let mut relay = Self {
            host,
            port: url.port().unwrap_or(if is_implicit { 465 } else { 25 }),
            tls: Tls::Implicit,
            login: None,
        };
        if !is_implicit {
            relay.tls = match url.query() {
                None if relay.is_loopback() => Tls::None,
                None | Some("tls=required") => Tls::Required,
                Some("tls=none") => Tls::None,
                Some("tls=opportunistic") => Tls::Opportunistic,
                Some(_) => return Err("behind the ? there may be tls=none, tls=opportunistic or tls=required"),
            };
        }
        let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        if !url.username().is_empty() {
            relay.login = Some((decoded(url.username()), decoded(url.password().unwrap_or_default()).into()));
            if !relay.is_protected() {
                return Err("a password may not cross the network unprotected; add ?tls=required");
            }
        }
        Ok(relay)
    }
}
