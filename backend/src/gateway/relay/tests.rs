//! The client against a scripted next hop.

mod announced;
mod hop;
mod secure;
mod slow;

use self::hop::Hop;
use bytes::Bytes;

use super::*;
use crate::intake::{envelope::Recipient, outcome::HopReply};

fn envelope(recipients: &[&str]) -> Envelope {
    Envelope {
        sender: "a@b.org".parse().ok(),
        recipients: recipients.iter().map(|address| Recipient::new(address.parse().unwrap())).collect(),
        eight_bit: true,
        smtputf8: false,
        ret: None,
        envid: None,
    }
}

/// A client that trusts these certificates.
fn relay_trusting(url: &str, roots: rustls::RootCertStore) -> Relay {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let verifying = Arc::new(builder.with_root_certificates(roots).with_no_client_auth());
    Relay::new(url.parse().unwrap(), "mx.test".to_owned(), verifying, crate::mail::tls::opportunistic().unwrap())
}

fn relay(hop: &Hop) -> Relay {
    relay_trusting(&format!("smtp://127.0.0.1:{}", hop.port), rustls::RootCertStore::empty())
}

const MAIL: &[u8] = b"Subject: x\r\n\r\n.dot\r\n..two\r\nend\r\n";
const PIPELINING: (&str, &str) = ("EHLO", "250-hop\r\n250 PIPELINING");

async fn send(relay: &Relay, to: &[&str], mode: Mode) -> Result<Handed, HopError> {
    relay.send(&envelope(to), Bytes::from_static(MAIL).into(), mode).await
}

fn all(text: &str) -> Handed {
    Handed::All(HopReply { code: 250, text: text.to_owned() })
}

fn codes(handed: &Result<Handed, HopError>) -> Vec<u16> {
    match handed {
        Ok(Handed::Mixed(outcomes)) => outcomes.iter().map(|outcome| outcome.reply.code).collect(),
        other => panic!("not mixed: {other:?}"),
    }
}

#[tokio::test]
async fn a_mail_goes_through_byte_for_byte_and_the_answer_comes_back() {
    let hop = Hop::start(&[("EHLO", "250-hop\r\n250 8BITMIME")]).await;
    assert_eq!(send(&relay(&hop), &["c@d.org"], Mode::WholeOrNothing).await, Ok(all("2.0.0 queued")));
    assert_eq!(hop.mails(), ["Subject: x\r\n\r\n..dot\r\n...two\r\nend\r\n"]);
}

#[tokio::test]
async fn with_pipelining_all_up_to_data_leaves_in_one_flight() {
    let hop = Hop::holding(&[PIPELINING], "DATA").await;
    let relay = relay(&hop);
    for _ in 0..2 {
        assert_eq!(send(&relay, &["c@d.org", "e@d.org"], Mode::Each).await, Ok(all("2.0.0 queued")));
    }
    assert_eq!(hop.mails().len(), 2);
    assert_eq!(hop.connections(), 1);
    let second: Vec<String> = hop.heard().split_off(5);
    assert_eq!(second, ["RSET", "MAIL FROM:<a@b.org>", "RCPT TO:<c@d.org>", "RCPT TO:<e@d.org>", "DATA"]);
}

#[tokio::test]
async fn without_pipelining_each_command_waits_for_its_reply() {
    let hop = Hop::start(&[("MAIL", "550 5.1.8 bad sender")]).await;
    let handed = send(&relay(&hop), &["c@d.org"], Mode::WholeOrNothing).await;
    assert_eq!(handed, Ok(Handed::None(HopReply { code: 550, text: "5.1.8 bad sender".to_owned() })));
    assert_eq!(hop.heard(), ["EHLO mx.test", "MAIL FROM:<a@b.org>"]);
}

#[tokio::test]
async fn a_thousand_recipients_leave_in_several_flights() {
    let hop = Hop::start(&[PIPELINING, ("RCPT TO:<r500@", "450 4.2.1 later")]).await;
    let names: Vec<String> = (0..1_000).map(|n| format!("r{n}@example.org")).collect();
    let to: Vec<&str> = names.iter().map(String::as_str).collect();
    let codes = codes(&send(&relay(&hop), &to, Mode::Each).await);
    assert_eq!((codes.len(), codes[500]), (1_000, 450));
    assert!(codes.iter().enumerate().all(|(n, code)| n == 500 || *code == 250));
    assert_eq!(hop.mails().len(), 1);
}

#[tokio::test]
async fn one_refused_of_three_stops_the_whole_and_nothing_is_left_open() {
    for ehlo in ["250 hop", "250-hop\r\n250 PIPELINING"] {
        let hop = Hop::start(&[("RCPT TO:<no", "550 5.1.1 unknown")]).await;
        hop.set("EHLO", ehlo);
        let relay = relay(&hop);
        let handed = send(&relay, &["a@d.org", "no@d.org", "b@d.org"], Mode::WholeOrNothing).await;
        assert_eq!(codes(&handed), [250, 550, 250], "{ehlo}");
        assert_eq!(send(&relay, &["a@d.org"], Mode::WholeOrNothing).await, Ok(all("2.0.0 queued")), "{ehlo}");
        assert_eq!(hop.mails().len(), 1, "{ehlo}: of the first mail nothing was sent");
        assert_eq!(
            (hop.heard()[5].as_str(), hop.connections()),
            ("RSET", 1),
            "{ehlo}: it is taken back, and they stay in step"
        );
    }
}

#[tokio::test]
async fn in_mode_each_the_others_get_it() {
    for ehlo in ["250 hop", "250-hop\r\n250 PIPELINING"] {
        let hop = Hop::start(&[("RCPT TO:<no", "450 4.2.0 later")]).await;
        hop.set("EHLO", ehlo);
        let handed = send(&relay(&hop), &["a@d.org", "no@d.org"], Mode::Each).await;
        assert_eq!(codes(&handed), [250, 450], "{ehlo}");
        assert_eq!(hop.mails().len(), 1, "{ehlo}");
    }
}

#[tokio::test]
async fn a_refused_mail_is_refused_for_those_who_were_taken() {
    let hop = Hop::start(&[PIPELINING, ("RCPT TO:<no", "550 5.1.1 unknown"), (".", "552 5.2.2 full")]).await;
    assert_eq!(codes(&send(&relay(&hop), &["a@d.org", "no@d.org"], Mode::Each).await), [552, 550]);
}

#[tokio::test]
async fn all_refused_is_temporary_if_any_is_and_each_has_its_own_reply() {
    for data in ["503 no recipients", "354 go"] {
        let hop = Hop::start(&[PIPELINING, ("RCPT TO:<no", "550 no"), ("RCPT", "450 later")]).await;
        hop.set("DATA", data);
        let relay = relay(&hop);
        let handed = send(&relay, &["no@d.org", "b@d.org"], Mode::WholeOrNothing).await;
        assert!(matches!(&handed, Ok(Handed::None(reply)) if reply.code == 450), "{data}: {handed:?}");
        assert_eq!(codes(&send(&relay, &["no@d.org", "b@d.org"], Mode::Each).await), [550, 450], "{data}");
        assert!(hop.mails().iter().all(String::is_empty), "{data}: only the empty mail to nobody");
        assert_eq!(hop.connections(), 1, "{data}: both are in step");
    }
}

#[tokio::test]
async fn a_line_that_breaks_says_whether_the_mail_may_be_there() {
    for ehlo in ["250 hop", "250-hop\r\n250 PIPELINING"] {
        for (start, wanted) in [
            ("EHLO", HopError::Unreachable),
            ("MAIL", HopError::BrokenWithin),
            ("RCPT", HopError::BrokenWithin),
            ("DATA", HopError::BrokenWithin),
            (".", HopError::BrokenAfterEnd),
        ] {
            let hop = Hop::start(&[]).await;
            hop.set("EHLO", ehlo);
            hop.set(start, "");
            assert_eq!(send(&relay(&hop), &["c@d.org"], Mode::WholeOrNothing).await, Err(wanted), "{ehlo} {start}");
        }
    }
}

#[tokio::test]
async fn what_is_neither_yes_nor_no_is_no_yes() {
    for (start, answer, wanted) in [
        ("greeting", "554 no service", HopError::Unreachable),
        ("greeting", "hello there", HopError::Unreachable),
        ("MAIL", "354 what", HopError::BrokenWithin),
        ("RCPT", "354 what", HopError::BrokenWithin),
        ("DATA", "250 taken already", HopError::BrokenWithin),
        ("DATA", "999 what", HopError::BrokenWithin),
        (".", "354 go on", HopError::BrokenAfterEnd),
        (".", "150 wait", HopError::BrokenAfterEnd),
        (".", "2", HopError::BrokenAfterEnd),
    ] {
        for ehlo in ["250 hop", "250-hop\r\n250 PIPELINING"] {
            let hop = Hop::start(&[]).await;
            hop.set("EHLO", ehlo);
            hop.set(start, answer);
            let handed = send(&relay(&hop), &["c@d.org"], Mode::WholeOrNothing).await;
            assert_eq!(handed, Err(wanted.clone()), "{start}: {answer}");
        }
    }
}

#[tokio::test]
async fn a_connection_that_was_closed_while_it_was_idle_costs_nothing() {
    let hop = Hop::start(&[PIPELINING]).await;
    let relay = relay(&hop);
    assert_eq!(send(&relay, &["c@d.org"], Mode::WholeOrNothing).await, Ok(all("2.0.0 queued")));
    for answer in ["", "421 4.4.2 idle for too long"] {
        hop.set("RSET", answer);
        assert_eq!(send(&relay, &["c@d.org"], Mode::WholeOrNothing).await, Ok(all("2.0.0 queued")), "{answer}");
    }
    assert_eq!((hop.mails().len(), hop.connections()), (3, 3));
}

#[tokio::test]
async fn after_421_a_connection_is_not_used_again() {
    let hop = Hop::start(&[(".", "421 4.3.2 going down")]).await;
    let relay = relay(&hop);
    for _ in 0..2 {
        let handed = send(&relay, &["c@d.org"], Mode::WholeOrNothing).await;
        assert!(matches!(&handed, Ok(Handed::None(reply)) if reply.code == 421), "{handed:?}");
    }
    assert_eq!(hop.connections(), 2);
}

#[test]
fn addresses_of_next_hops_are_checked() {
    assert_eq!("smtp://127.0.0.1:25".parse::<RelayUrl>().map(|url| url.tls), Ok(Tls::None));
    assert_eq!("smtp://mx.example.org".parse::<RelayUrl>().map(|url| url.tls), Ok(Tls::Required));
    assert_eq!("smtps://u:p%40x@mx.example.org".parse::<RelayUrl>().map(|url| url.port), Ok(465));
    for bad in ["mx.example.org", "http://x", "smtp://", "smtp://x?tls=maybe", "smtp://u:p@mx.example.org?tls=none"] {
        assert!(bad.parse::<RelayUrl>().is_err(), "{bad}");
    }
}

#[tokio::test]
async fn a_connection_serves_a_hundred_mails() {
    let hop = Hop::start(&[PIPELINING]).await;
    let relay = relay(&hop);
    for _ in 0..101 {
        assert_eq!(send(&relay, &["c@d.org"], Mode::Each).await, Ok(all("2.0.0 queued")));
    }
    assert_eq!(hop.connections(), 2);
}

#[tokio::test]
async fn an_address_that_never_answers_leaves_time_for_the_next() {
    let silent = tokio::net::TcpSocket::new_v4().unwrap();
    silent.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let silent = silent.listen(1).unwrap();
    let (silent_at, hop) = (silent.local_addr().unwrap(), Hop::start(&[]).await);
    // Nobody takes these: once the queue is full, what comes next hears nothing.
    let mut waiting = Vec::new();
    while let Ok(stream) = timeout(Duration::from_millis(200), TcpStream::connect(silent_at)).await {
        waiting.push(stream.unwrap());
    }
    let hop_at = SocketAddr::from(([127, 0, 0, 1], hop.port));
    let reached = first_to_answer(&[silent_at, hop_at], Duration::from_millis(400)).await;
    assert_eq!(reached.unwrap().peer_addr().unwrap(), hop_at);
    assert!(first_to_answer(&[silent_at], Duration::from_millis(100)).await.is_none());
    assert!(first_to_answer(&[], Duration::from_millis(100)).await.is_none());
}
