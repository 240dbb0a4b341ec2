//! Where a request comes from, seen through reverse proxies, and how many it may make; and how much mail an address may
//! be sent on anybody's word.

use std::{
    hash::Hash,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    num::NonZeroU32,
    time::Duration,
};

use actix_web::HttpRequest;
use governor::{
    DefaultKeyedRateLimiter, NotUntil, Quota, RateLimiter,
    clock::{Clock, DefaultClock},
};
use ipnet::IpNet;
use shared::EmailAddress;

use super::Error;

/// The address of the client: the peer's, or what a trusted proxy in front says of it.
pub fn address(request: &HttpRequest, proxies: &[IpNet]) -> IpAddr {
    let peer = request.peer_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip().to_canonical());
    let is_proxy = |ip: &IpAddr| proxies.iter().any(|network| network.contains(ip));
    if !is_proxy(&peer) {
        return peer;
    }
    let forwarded: Vec<IpAddr> = request
        .headers()
        .get_all("x-forwarded-for")
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|ip| ip.trim().parse::<IpAddr>().ok())
        .map(|ip| ip.to_canonical())
        .collect();
    // Each proxy adds the peer it saw at the end; the last one that is no proxy of ours is the client.
    forwarded.iter().rev().copied().find(|ip| !is_proxy(ip)).or_else(|| forwarded.first().copied()).unwrap_or(peer)
}

/// What one client is known by. In IPv6 a customer has a network of 64 bits at least, and each of its addresses.
pub fn network(client: IpAddr) -> IpAddr {
    match client {
        IpAddr::V4(_) => client,
        IpAddr::V6(ip) => IpAddr::V6(Ipv6Addr::from_bits(ip.to_bits() & (u128::MAX << 64))),
    }
}

/// Calls that cost nothing, and how fast they come back.
const CALLS: (NonZeroU32, Duration) = (NonZeroU32::new(120).unwrap(), Duration::from_millis(500));
/// Mails to one address for one purpose, likewise.
const MAILS: (NonZeroU32, Duration) = (NonZeroU32::new(6).unwrap(), Duration::from_mins(10));
/// More than this are thinned out.
const MOST: usize = 100_000;

/// Why somebody asks for a mail to an address: each purpose counts for itself, so that whoever pressed a button too often
/// still gets the other mail.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// To confirm the address.
    Confirm,
    /// To set a new password.
    Reset,
}

/// How often one client may call what needs no log-in and costs work, and how often a mail goes to one address because
/// somebody asked for it. Kept in memory.
pub struct Limit {
    calls: DefaultKeyedRateLimiter<IpAddr>,
    mails: DefaultKeyedRateLimiter<(EmailAddress, Purpose)>,
}

impl Default for Limit {
    fn default() -> Self {
        Self { calls: limiter(CALLS), mails: limiter(MAILS) }
    }
}

fn limiter<K: Clone + Eq + Hash>((burst, refill): (NonZeroU32, Duration)) -> DefaultKeyedRateLimiter<K> {
    let quota = Quota::with_period(refill).unwrap_or_else(|| Quota::per_second(NonZeroU32::MIN));
    RateLimiter::keyed(quota.allow_burst(burst))
}

fn thin_out<K: Clone + Eq + Hash>(limiter: &DefaultKeyedRateLimiter<K>) {
    if limiter.len() > MOST {
        limiter.retain_recent();
    }
}

fn wait(until: &NotUntil<<DefaultClock as Clock>::Instant>) -> Error {
    let wait = until.wait_time_from(DefaultClock::default().now());
    Error::wait(u32::try_from(wait.as_secs()).unwrap_or(u32::MAX).saturating_add(1))
}

impl Limit {
    /// Counts a call; refuses it when there were too many.
    pub fn count(&self, client: IpAddr) -> Result<(), Error> {
        thin_out(&self.calls);
        self.calls.check_key(&network(client)).map_err(|until| wait(&until))
    }

    /// Counts a mail to `address`, whose owner nobody proved to be; answers whether it may still go. Whoever asked is not
    /// told: the answer is the same for every address, at any time.
    pub fn allows_mail(&self, address: EmailAddress, purpose: Purpose) -> bool {
        thin_out(&self.mails);
        self.mails.check_key(&(address, purpose)).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn seen(peer: &str, forwarded: Option<&str>) -> String {
        let mut request = TestRequest::default().peer_addr(format!("{peer}:1").parse().unwrap());
        if let Some(forwarded) = forwarded {
            request = request.insert_header(("X-Forwarded-For", forwarded));
        }
        address(&request.to_http_request(), &["127.0.0.0/8".parse().unwrap()]).to_string()
    }

    #[test]
    fn only_a_trusted_proxy_is_believed() {
        assert_eq!(seen("203.0.113.9", Some("198.51.100.1")), "203.0.113.9");
        assert_eq!(seen("127.0.0.1", Some("198.51.100.1")), "198.51.100.1");
        assert_eq!(seen("127.0.0.1", Some("6.6.6.6, 198.51.100.1")), "198.51.100.1");
        assert_eq!(seen("127.0.0.1", None), "127.0.0.1");
    }

    #[test]
    fn too_many_calls_are_told_to_wait() {
        let (limit, client) = (Limit::default(), IpAddr::V4(Ipv4Addr::LOCALHOST));
        for _ in 0..CALLS.0.get() {
            limit.count(client).unwrap();
        }
        assert_eq!(limit.count(client).unwrap_err().to_string(), "too-many-requests");
    }

    #[test]
    fn all_of_a_network_count_as_one_client() {
        let (limit, client) = (Limit::default(), |n: u16| IpAddr::from([0x2001, 0xdb8, 0, 7, 0, 0, 0, n]));
        for n in 0..120 {
            limit.count(client(n)).unwrap();
        }
        assert!(limit.count(client(999)).is_err());
        limit.count("2001:db8:0:8::1".parse().unwrap()).unwrap();
    }

    #[test]
    fn an_address_is_not_flooded_and_each_purpose_counts_for_itself() {
        let (limit, address) = (Limit::default(), "pat@example.org".parse::<EmailAddress>().unwrap());
        let taken = |purpose| (0..20).filter(|_| limit.allows_mail(address.clone(), purpose)).count();
        assert_eq!((taken(Purpose::Confirm), taken(Purpose::Reset)), (6, 6));
        assert!(limit.allows_mail("sam@example.org".parse().unwrap(), Purpose::Confirm));
    }
}
