//! The client against a scripted next hop.

use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpListener,
};

use super::*;
use crate::gateway::relay::tests::script::Script;

mod script {
    /// What the fake server answers to a command that begins so.
    pub(super) type Script = &'static [(&'static str, &'static str)];
}

/// Serves one connection; an empty answer closes the line. Gives what was sent as mail.
async fn hop(script: Script) -> (RelayUrl, tokio::task::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("smtp://{}", listener.local_addr().unwrap()).parse().unwrap();
    let server = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let (read, mut write) = stream.into_split();
        let mut lines = BufReader::new(read).lines();
        write.write_all(b"220 hop\r\n").await.unwrap();
        let mut mail = String::new();
        while let Ok(Some(line)) = lines.next_line().await {
            let answer =
                script.iter().find(|(start, _)| line.starts_with(start)).map_or("250 OK", |(_, answer)| answer);
            if answer.is_empty() {
                break;
            }
            write.write_all(format!("{answer}\r\n").as_bytes()).await.unwrap();
            if answer.starts_with("354") {
                while let Ok(Some(line)) = lines.next_line().await {
                    if line == "." {
                        break;
                    }
                    mail.push_str(&line);
                    mail.push('\n');
                }
                let answer =
                    script.iter().find(|(start, _)| *start == ".").map_or("250 2.0.0 queued", |(_, answer)| answer);
                if answer.is_empty() {
                    break;
                }
                write.write_all(format!("{answer}\r\n").as_bytes()).await.unwrap();
            }
        }
        mail
    });
    (url, server)
}

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

fn relay(url: RelayUrl) -> Relay {
    let config = || {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let roots = rustls::RootCertStore::empty();
        let builder =
            rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        Arc::new(builder.with_root_certificates(roots).with_no_client_auth())
    };
    Relay::new(url, "mx.test".to_owned(), config(), config())
}

const MAIL: &[u8] = b"Subject: x\r\n\r\n.dot\r\n..two\r\nend\r\n";
const DATA: (&str, &str) = ("DATA", "354 go");

#[tokio::test]
async fn a_mail_goes_through_byte_for_byte_and_the_answer_comes_back() {
    let (url, server) = hop(&[("EHLO", "250-hop\r\n250 8BITMIME"), DATA]).await;
    let relay = relay(url);
    let handed = relay.send(&envelope(&["c@d.org"]), Bytes::from_static(MAIL), Mode::WholeOrNothing).await.unwrap();
    assert_eq!(handed, Handed::All(HopReply { code: 250, text: "2.0.0 queued".to_owned() }));
    drop(relay);
    assert_eq!(server.await.unwrap(), "Subject: x\n\n..dot\n...two\nend\n");
}

#[tokio::test]
async fn one_refused_of_three_stops_the_whole() {
    let (url, server) = hop(&[("RCPT TO:<no", "550 5.1.1 unknown"), DATA]).await;
    let relay = relay(url);
    let handed = relay
        .send(&envelope(&["a@d.org", "no@d.org", "b@d.org"]), Bytes::from_static(MAIL), Mode::WholeOrNothing)
        .await
        .unwrap();
    assert!(matches!(handed, Handed::Mixed(outcomes) if outcomes.iter().map(|o| o.reply.code).eq([250, 550, 250])));
    drop(relay);
    assert_eq!(server.await.unwrap(), "", "nothing was sent");
}

#[tokio::test]
async fn in_mode_each_the_others_get_it() {
    let (url, server) = hop(&[("RCPT TO:<no", "450 4.2.0 later"), DATA]).await;
    let relay = relay(url);
    let handed = relay.send(&envelope(&["a@d.org", "no@d.org"]), Bytes::from_static(MAIL), Mode::Each).await.unwrap();
    assert!(matches!(handed, Handed::Mixed(outcomes) if outcomes.iter().map(|o| o.reply.code).eq([250, 450])));
    drop(relay);
    assert!(server.await.unwrap().contains("end"));
}

#[tokio::test]
async fn all_refused_is_temporary_if_any_is() {
    let (url, _server) = hop(&[("RCPT TO:<no", "550 no"), ("RCPT", "450 later")]).await;
    let handed = relay(url)
        .send(&envelope(&["no@d.org", "b@d.org"]), Bytes::from_static(MAIL), Mode::WholeOrNothing)
        .await
        .unwrap();
    assert!(matches!(handed, Handed::None(reply) if reply.code == 450));
}

#[tokio::test]
async fn a_line_that_breaks_says_whether_the_mail_may_be_there() {
    for (script, wanted) in [
        (&[("EHLO", "")] as Script, HopError::Unreachable),
        (&[("MAIL", "")], HopError::Unreachable),
        (&[("RCPT", "")], HopError::Unreachable),
        (&[("DATA", "")], HopError::Unreachable),
        (&[DATA, (".", "")], HopError::BrokenAfterEnd),
    ] {
        let (url, _server) = hop(script).await;
        let failed = relay(url).send(&envelope(&["c@d.org"]), Bytes::from_static(MAIL), Mode::WholeOrNothing).await;
        assert_eq!(failed, Err(wanted), "{script:?}");
    }
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
