//! STARTTLS, and what is sent in clear behind it.

use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer, ServerName};
use tokio_rustls::TlsConnector;

use super::*;

/// A server's side of TLS, and a client's that trusts it.
fn tls() -> (rustls::ServerConfig, TlsConnector) {
    let made = rcgen::generate_simple_self_signed(["mx.test".to_owned()]).unwrap();
    let mut roots = rustls::RootCertStore::empty();
    roots.add(made.cert.der().clone()).unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let server = rustls::ServerConfig::builder_with_provider(Arc::clone(&provider));
    let server = server.with_safe_default_protocol_versions().unwrap().with_no_client_auth();
    let client = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let client = client.with_root_certificates(roots).with_no_client_auth();
    (server.with_single_cert(vec![made.cert.der().clone()], key).unwrap(), TlsConnector::from(Arc::new(client)))
}

#[tokio::test]
async fn commands_in_clear_behind_starttls_are_never_carried_out() {
    let (server, connector) = tls();
    let (mut client, fake, _stop) = start(Settings { tls: Some(Arc::new(server)), ..settings() });
    // In one segment, as somebody on the way would slip them in (CVE-2011-0411).
    let said = format!("EHLO c\r\nSTARTTLS\r\n{OPENING}evil\r\n.\r\n");
    client.write_all(said.as_bytes()).await.unwrap();
    let mut heard = Vec::new();
    while !heard.ends_with(b"220 2.0.0 Go ahead\r\n") {
        heard.push(client.read_u8().await.unwrap());
    }
    let mut encrypted = connector.connect(ServerName::try_from("mx.test").unwrap(), client).await.unwrap();
    encrypted.write_all(b"RCPT TO:<c@d.org>\r\nEHLO c\r\nRCPT TO:<c@d.org>\r\nQUIT\r\n").await.unwrap();
    let mut answer = String::new();
    encrypted.read_to_string(&mut answer).await.unwrap();
    assert_eq!(codes(&answer), ["503", "250", "503", "221"]);
    assert!(answer.contains("AUTH PLAIN LOGIN") && !answer.contains("STARTTLS"), "{answer}");
    assert!(fake.mails.lock().unwrap().is_empty());
}
