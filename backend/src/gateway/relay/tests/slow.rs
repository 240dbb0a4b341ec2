//! A next hop that thinks for long: a job waits for it, a client not beyond the time of its answer.

use std::time::Duration;

use super::*;

const A_WHILE: Duration = Duration::from_millis(400);

fn bounded(hop: &Hop, how: &str, bounds: Bounds) -> Relay {
    let url = format!("smtp://localhost:{}?tls={how}", hop.port);
    Relay { bounds, ..relay_trusting(&url, rustls::RootCertStore::empty()) }
}

#[tokio::test]
async fn a_job_waits_for_a_slow_next_hop_where_a_client_would_be_kept_too_long() {
    for slow in ["greeting", "EHLO", "MAIL", "RCPT", "DATA"] {
        let hop = Hop::start(&[PIPELINING]).await;
        hop.slow(slow, A_WHILE);
        let relay = bounded(&hop, "none", Bounds { asking: A_WHILE / 4, ..Bounds::default() });
        let broken = send(&relay, &["c@d.org"], Mode::WholeOrNothing).await;
        let is_before = matches!(slow, "greeting" | "EHLO");
        let wanted = if is_before { HopError::Unreachable } else { HopError::BrokenWithin };
        assert_eq!(broken, Err(wanted), "{slow}");
        assert_eq!(send(&relay, &["c@d.org"], Mode::Each).await, Ok(all("2.0.0 queued")), "{slow}");
    }
}

#[tokio::test]
async fn a_handshake_that_hangs_is_done_without_where_it_may_be() {
    let hop = Hop::start(&[("EHLO", "250-hop\r\n250 STARTTLS"), ("STARTTLS", "220 go")]).await;
    hop.slow("handshake", Duration::from_mins(9));
    let hurried = |how| bounded(&hop, how, Bounds { handshake: A_WHILE / 4, ..Bounds::default() });
    for mode in [Mode::WholeOrNothing, Mode::Each] {
        assert_eq!(send(&hurried("opportunistic"), &["c@d.org"], mode).await, Ok(all("2.0.0 queued")));
    }
    assert_eq!(send(&hurried("required"), &["c@d.org"], Mode::Each).await, Err(HopError::NoTls));
}

#[test]
fn where_no_client_waits_the_bounds_are_those_of_rfc_5321() {
    let patience = Patience::from_now(Bounds::default(), Mode::Each);
    assert_eq!((patience.command(), patience.data()), (Duration::from_mins(5), Duration::from_mins(2)));
    assert_eq!((patience.piece(), patience.end()), (Duration::from_mins(3), Duration::from_mins(10)));
    let waited_for = Patience::from_now(Bounds::default(), Mode::WholeOrNothing);
    assert!(waited_for.command() <= Duration::from_mins(2) && waited_for.end() < Duration::from_mins(4));
}
