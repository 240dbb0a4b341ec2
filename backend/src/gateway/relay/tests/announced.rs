//! What the next hop announces, and what is done where it does not.

use super::*;

async fn ehlo(lines: &'static str) -> Hop {
    let hop = Hop::start(&[]).await;
    hop.set("EHLO", lines);
    hop
}

async fn hand(hop: &Hop, envelope: &Envelope, content: &'static [u8]) -> Result<Handed, HopError> {
    relay(hop).send(envelope, Bytes::from_static(content).into(), Mode::WholeOrNothing).await
}

fn refused(handed: Result<Handed, HopError>) -> String {
    match handed {
        Ok(Handed::None(reply)) => format!("{} {}", reply.code, reply.text.split(' ').next().unwrap()),
        other => panic!("not refused: {other:?}"),
    }
}

const EIGHT_BIT: &[u8] = "Subject: x\r\n\r\nä\r\n".as_bytes();
const INTERNATIONAL: &[u8] = "Subject: ä\r\n\r\nx\r\n".as_bytes();

#[tokio::test]
async fn eight_bit_mail_goes_where_it_is_taken_and_comes_back_elsewhere() {
    let knows = ehlo("250-hop\r\n250 8BITMIME").await;
    assert_eq!(hand(&knows, &envelope(&["c@d.org"]), EIGHT_BIT).await, Ok(all("2.0.0 queued")));
    assert!(knows.heard().contains(&"MAIL FROM:<a@b.org> BODY=8BITMIME".to_owned()), "{:?}", knows.heard());
    assert_eq!(knows.mails(), [String::from_utf8_lossy(EIGHT_BIT)]);

    let knows_not = ehlo("250 hop").await;
    assert_eq!(refused(hand(&knows_not, &envelope(&["c@d.org"]), EIGHT_BIT).await), "554 5.6.3");
    assert_eq!(
        hand(&knows_not, &envelope(&["c@d.org"]), MAIL).await,
        Ok(all("2.0.0 queued")),
        "it has 7 bits after all"
    );
    let undeclared = Envelope { eight_bit: false, ..envelope(&["c@d.org"]) };
    assert_eq!(hand(&knows_not, &undeclared, EIGHT_BIT).await, Ok(all("2.0.0 queued")), "as it came");
    assert!(!knows_not.heard().iter().any(|line| line.contains("BODY")), "{:?}", knows_not.heard());
}

#[tokio::test]
async fn international_mail_goes_where_it_is_taken_and_comes_back_elsewhere() {
    let (knows, knows_not) = (ehlo("250-hop\r\n250 SMTPUTF8").await, ehlo("250 hop").await);
    let declared = Envelope { smtputf8: true, eight_bit: false, ..envelope(&["c@d.org"]) };
    let from = Envelope { sender: "ä@b.org".parse().ok(), ..declared.clone() };
    let to = Envelope { smtputf8: true, ..envelope(&["ä@d.org"]) };
    for (envelope, content, refusal) in
        [(&declared, INTERNATIONAL, "550 5.6.7"), (&from, MAIL, "550 5.6.7"), (&to, MAIL, "553 5.6.7")]
    {
        assert_eq!(hand(&knows, envelope, content).await, Ok(all("2.0.0 queued")));
        assert_eq!(refused(hand(&knows_not, envelope, content).await), refusal);
    }
    assert!(knows.heard().contains(&"MAIL FROM:<ä@b.org> SMTPUTF8".to_owned()), "{:?}", knows.heard());
    // Declared, but not needed.
    assert_eq!(hand(&knows_not, &declared, MAIL).await, Ok(all("2.0.0 queued")));
    assert!(!knows_not.heard().iter().any(|line| line.contains("UTF8") || line.contains('ä')));
}

#[tokio::test]
async fn of_an_address_that_cannot_be_written_only_its_owner_is_refused() {
    let hop = ehlo("250-hop\r\n250 PIPELINING").await;
    let to = Envelope { smtputf8: true, ..envelope(&["c@d.org", "ä@d.org"]) };
    let handed = relay(&hop).send(&to, Bytes::from_static(MAIL).into(), Mode::Each).await;
    assert_eq!(codes(&handed), [250, 553]);
    assert_eq!(hop.mails().len(), 1);
}

#[tokio::test]
async fn the_size_is_told_and_a_mail_over_the_limit_is_not_even_sent() {
    for (lines, wanted) in
        [("250-hop\r\n250 SIZE 1000", true), ("250-hop\r\n250 SIZE", true), ("250-hop\r\n250 SIZE 10", false)]
    {
        let hop = ehlo(lines).await;
        let handed = hand(&hop, &envelope(&["c@d.org"]), MAIL).await;
        if wanted {
            assert_eq!(handed, Ok(all("2.0.0 queued")));
            let size = format!("MAIL FROM:<a@b.org> SIZE={}", MAIL.len());
            assert!(hop.heard().contains(&size), "{:?}", hop.heard());
        } else {
            assert_eq!(refused(handed), "552 5.3.4");
            assert_eq!(hop.heard(), ["EHLO mx.test"]);
        }
    }
}

#[tokio::test]
async fn parameters_for_reports_are_passed_on_where_they_are_known() {
    let mut asking = envelope(&["c@d.org"]);
    asking.ret = Some("HDRS".to_owned());
    asking.envid = Some("QQ+2B1".to_owned());
    asking.recipients[0].notify = Some("SUCCESS,FAILURE".to_owned());
    asking.recipients[0].orcpt = Some("rfc822;x+2By@d.org".to_owned());
    for (lines, knows, wanted) in [
        (
            "250-hop\r\n250 DSN",
            true,
            [
                "MAIL FROM:<a@b.org> RET=HDRS ENVID=QQ+2B1",
                "RCPT TO:<c@d.org> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;x+2By@d.org",
            ],
        ),
        ("250 hop", false, ["MAIL FROM:<a@b.org>", "RCPT TO:<c@d.org>"]),
    ] {
        let hop = ehlo(lines).await;
        let relay = relay(&hop);
        assert_eq!(relay.send(&asking, Bytes::from_static(MAIL).into(), Mode::Each).await, Ok(all("2.0.0 queued")));
        assert_eq!(hop.heard()[1..3], wanted);
        assert_eq!(relay.announces_dsn(), knows);
    }
}

#[tokio::test]
async fn a_server_that_does_not_know_ehlo_is_greeted_with_helo() {
    let hop = ehlo("502 what").await;
    assert_eq!(hand(&hop, &envelope(&["c@d.org"]), MAIL).await, Ok(all("2.0.0 queued")));
    assert_eq!(hop.heard()[..2], ["EHLO mx.test", "HELO mx.test"]);
}

#[tokio::test]
async fn the_field_in_front_counts_as_the_mail_does() {
    let mail =
        Passing { trace: "Received: by mx.test\r\n".to_owned(), mail: Bytes::from_static(b".Odd: a\r\n\r\nb\r\n") };
    let hop = ehlo("250-hop\r\n250 SIZE 1000").await;
    assert_eq!(relay(&hop).send(&envelope(&["c@d.org"]), mail.clone(), Mode::Each).await, Ok(all("2.0.0 queued")));
    assert_eq!(hop.mails(), ["Received: by mx.test\r\n..Odd: a\r\n\r\nb\r\n"]);
    let size = format!("MAIL FROM:<a@b.org> SIZE={}", mail.len());
    assert!(hop.heard().contains(&size), "{:?}", hop.heard());
}

#[tokio::test]
async fn dots_are_stuffed_wherever_the_pieces_of_a_large_mail_end() {
    // A piece has 65,536 octets: the dot behind a line end comes to stand at every place around that.
    for front in 65_530..65_540 {
        let content = format!("{}\r\n.x\r\n.\r\n{}\r\n.", "a".repeat(front), "b".repeat(70_000));
        let hop = ehlo("250-hop\r\n250 PIPELINING").await;
        let handed =
            relay(&hop).send(&envelope(&["c@d.org"]), Bytes::from(content.clone()).into(), Mode::WholeOrNothing).await;
        assert_eq!(handed, Ok(all("2.0.0 queued")));
        assert_eq!(hop.mails(), [content.replace("\r\n.", "\r\n..") + "\r\n"], "{front}");
    }
}
