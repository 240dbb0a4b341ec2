//! TLS and logins.

use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

use super::*;

/// A server's side of TLS, and a store that trusts it.
fn tls(name: &str) -> (Arc<rustls::ServerConfig>, rustls::RootCertStore) {
    let made = rcgen::generate_simple_self_signed([name.to_owned()]).unwrap();
    let mut roots = rustls::RootCertStore::empty();
    roots.add(made.cert.der().clone()).unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let server = builder.with_no_client_auth().with_single_cert(vec![made.cert.der().clone()], key).unwrap();
    (Arc::new(server), roots)
}

const STARTTLS: (&str, &str) = ("EHLO", "250-hop\r\n250-STARTTLS\r\n250 PIPELINING");
const GO: (&str, &str) = ("STARTTLS", "220 go");

async fn hand(hop: &Hop, how: &str, roots: rustls::RootCertStore) -> Result<Handed, HopError> {
    let relay = relay_trusting(&format!("smtp://localhost:{}?tls={how}", hop.port), roots);
    send(&relay, &["c@d.org"], Mode::WholeOrNothing).await
}

#[tokio::test]
async fn required_tls_is_verified_or_nothing_is_sent() {
    let (server, roots) = tls("localhost");
    let hop = Hop::encrypting(&[STARTTLS, GO], server).await;
    assert_eq!(hand(&hop, "required", roots).await, Ok(all("2.0.0 queued")));
    assert_eq!(hop.heard()[..3], ["EHLO mx.test", "STARTTLS", "EHLO mx.test"]);
    // A certificate that nobody vouches for, and one for another name.
    let unknown = rustls::RootCertStore::empty();
    assert_eq!(hand(&hop, "required", unknown).await, Err(HopError::NoTls));
    let (server, roots) = tls("other.test");
    let other = Hop::encrypting(&[STARTTLS, GO], server).await;
    assert_eq!(hand(&other, "required", roots).await, Err(HopError::NoTls));
    assert_eq!((hop.mails().len(), other.mails().len()), (1, 0));
}

#[tokio::test]
async fn required_tls_that_is_not_offered_or_refused_stops_the_mail() {
    for script in [&[("EHLO", "250 hop")] as hop::Script, &[STARTTLS, ("STARTTLS", "454 not now")]] {
        let hop = Hop::start(script).await;
        assert_eq!(hand(&hop, "required", rustls::RootCertStore::empty()).await, Err(HopError::NoTls));
        assert!(!hop.heard().iter().any(|line| line.starts_with("MAIL")), "{:?}", hop.heard());
    }
}

#[tokio::test]
async fn opportunistic_tls_takes_any_certificate_and_goes_without_where_it_must() {
    let (server, _) = tls("other.test");
    let encrypting = Hop::encrypting(&[STARTTLS, GO], server).await;
    let none = rustls::RootCertStore::empty;
    assert_eq!(hand(&encrypting, "opportunistic", none()).await, Ok(all("2.0.0 queued")));
    assert_eq!(encrypting.heard()[1..3], ["STARTTLS", "EHLO mx.test"]);
    for script in [
        &[("EHLO", "250 hop")] as hop::Script,
        &[STARTTLS, ("STARTTLS", "454 not now")],
        // It says yes, and cannot.
        &[STARTTLS, GO],
    ] {
        let hop = Hop::start(script).await;
        assert_eq!(hand(&hop, "opportunistic", none()).await, Ok(all("2.0.0 queued")), "{:?}", hop.heard());
    }
}

async fn log_in(script: hop::Script) -> (Hop, Result<Handed, HopError>) {
    let hop = Hop::start(script).await;
    let relay = relay_trusting(&format!("smtp://us:p%40ss@127.0.0.1:{}", hop.port), rustls::RootCertStore::empty());
    let handed = send(&relay, &["c@d.org"], Mode::WholeOrNothing).await;
    (hop, handed)
}

#[tokio::test]
async fn a_login_is_by_plain_or_else_by_login() {
    let (hop, handed) = log_in(&[("EHLO", "250-hop\r\n250 AUTH LOGIN PLAIN"), ("AUTH PLAIN", "235 welcome")]).await;
    assert_eq!(handed, Ok(all("2.0.0 queued")));
    assert_eq!(hop.heard()[1], "AUTH PLAIN AHVzAHBAc3M=");
    let (hop, handed) = log_in(&[
        ("EHLO", "250-hop\r\n250 AUTH=LOGIN"),
        ("AUTH LOGIN", "334 VXNlcm5hbWU6"),
        ("dXM=", "334 UGFzc3dvcmQ6"),
        ("cEBzcw==", "235 welcome"),
    ])
    .await;
    assert_eq!(handed, Ok(all("2.0.0 queued")));
    assert_eq!(hop.heard()[1..4], ["AUTH LOGIN", "dXM=", "cEBzcw=="]);
}

#[tokio::test]
async fn without_the_login_that_is_set_nothing_is_sent() {
    for script in [
        &[("EHLO", "250 hop")] as hop::Script,
        &[("EHLO", "250-hop\r\n250 AUTH CRAM-MD5")],
        &[("EHLO", "250-hop\r\n250 AUTH PLAIN"), ("AUTH", "535 5.7.8 wrong")],
        &[("EHLO", "250-hop\r\n250 AUTH PLAIN"), ("AUTH", "250 fine")],
        &[("EHLO", "250-hop\r\n250 AUTH LOGIN"), ("AUTH", "334 x"), ("dXM=", "535 5.7.8 wrong")],
    ] {
        let (hop, handed) = log_in(script).await;
        assert_eq!(handed, Err(HopError::LoginRefused), "{script:?}");
        assert!(!hop.heard().iter().any(|line| line.starts_with("MAIL")), "{:?}", hop.heard());
    }
}
