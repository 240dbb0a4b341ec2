//! Where a request comes from, seen through reverse proxies, and how many it may make.

use std::{
    net::{IpAddr, Ipv4Addr},
    num::NonZeroU32,
    time::Duration,
};

use actix_web::HttpRequest;
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter, clock::Clock as _};
use ipnet::IpNet;

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

/// Tries that cost nothing, and how fast they come back.
const BURST: NonZeroU32 = NonZeroU32::new(120).unwrap();
const REFILL: Duration = Duration::from_millis(500);

/// How often one client may call what needs no log-in and costs work or mail.
pub struct Limit(DefaultKeyedRateLimiter<IpAddr>);

impl Default for Limit {
    fn default() -> Self {
        let quota = Quota::with_period(REFILL).unwrap_or_else(|| Quota::per_second(NonZeroU32::MIN));
        Self(RateLimiter::keyed(quota.allow_burst(BURST)))
    }
}

impl Limit {
    /// Counts a call; refuses it when there were too many.
    pub fn count(&self, client: IpAddr) -> Result<(), Error> {
        self.0.check_key(&client).map_err(|until| {
            let wait = until.wait_time_from(governor::clock::DefaultClock::default().now());
            Error::wait(u32::try_from(wait.as_secs()).unwrap_or(u32::MAX).saturating_add(1))
        })
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
        for _ in 0..BURST.get() {
            limit.count(client).unwrap();
        }
        assert_eq!(limit.count(client).unwrap_err().to_string(), "too-many-requests");
    }
}
