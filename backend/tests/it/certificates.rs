//! The certificates of the running program.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::Path,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use rustls::{
    ClientConfig, ClientConnection, RootCertStore, Stream,
    pki_types::{CertificateDer, ServerName},
};

use crate::support::program::{Program, free_port};

/// Writes a new certificate for `localhost` and its key.
fn renew(chain: &Path, key: &Path) -> CertificateDer<'static> {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    fs::write(key, made.signing_key.serialize_pem()).unwrap();
    fs::write(chain, made.cert.pem()).unwrap();
    made.cert.der().clone()
}

/// Whether the SMTP server shows this certificate.
fn shows(port: u16, certificate: &CertificateDer<'static>) -> bool {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
    stream.write_all(b"EHLO x\r\nSTARTTLS\r\n").unwrap();
    while !lines.next().unwrap().unwrap().contains("Go ahead") {}
    let mut roots = RootCertStore::empty();
    roots.add(certificate.clone()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = Arc::new(config.with_root_certificates(roots).with_no_client_auth());
    let mut tls = ClientConnection::new(config, ServerName::try_from("localhost").unwrap()).unwrap();
    let mut encrypted = Stream::new(&mut tls, &mut stream);
    let mut answer = String::new();
    encrypted.write_all(b"QUIT\r\n").and_then(|()| encrypted.read_to_string(&mut answer)).is_ok()
}

#[test]
fn a_renewed_certificate_is_shown_from_the_signal_on() {
    let folder = tempfile::tempdir().unwrap();
    let (chain, key) = (folder.path().join("chain.pem"), folder.path().join("key.pem"));
    let (first, port) = (renew(&chain, &key), free_port());
    let program = Program::start_at(&folder.path().join("data"), port, |command| {
        command.env("OCTOTHORPE_GATEWAY__TLS_CERTIFICATE", &chain).env("OCTOTHORPE_GATEWAY__TLS_KEY", &key);
    });
    assert!(shows(port, &first));
    let second = renew(&chain, &key);
    assert!(shows(port, &first) && !shows(port, &second));
    program.hang_up();
    let end = Instant::now() + Duration::from_secs(30);
    while !shows(port, &second) {
        assert!(Instant::now() < end, "it is not shown");
        thread::sleep(Duration::from_millis(20));
    }
    // What cannot be read leaves the one that is there.
    fs::write(&chain, "nonsense").unwrap();
    program.hang_up();
    thread::sleep(Duration::from_millis(200));
    assert!(shows(port, &second));
}
