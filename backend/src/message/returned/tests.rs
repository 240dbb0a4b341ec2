//! What comes back, as servers really write it.

use super::*;
use crate::message;

fn came(mail: &str) -> Returned {
    let raw = RawMail(mail.replace('\n', "\r\n").into_bytes().into());
    read(&message::read(&raw), &raw, true)
}

/// A report as Postfix writes it, with these fields of the recipient.
fn postfix(fields: &str) -> String {
    format!(
        "From: MAILER-DAEMON@mx.example.org (Mail Delivery System)\nSubject: Undelivered Mail Returned to Sender\n\
         Auto-Submitted: auto-replied\nMIME-Version: 1.0\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=\"x\"\n\n--x\n\
         Content-Description: Notification\nContent-Type: text/plain; charset=us-ascii\n\n\
         This is the mail system at host mx.example.org.\n\n--x\nContent-Description: Delivery report\n\
         Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.org\n\
         X-Postfix-Queue-ID: 4XYZ\nArrival-Date: Mon, 23 Nov 2026 12:00:00 +0000 (UTC)\n\n{fields}\n\n--x\n\
         Content-Type: message/rfc822\n\nSubject: # Visit\nContent-Type: message/delivery-status\n\n\
         Action: failed\nStatus: 5.9.9\n\n--x--\n"
    )
}

fn failure(status: &str, diagnostic: Option<&str>, remote: Option<&str>) -> Returned {
    let own = |text: Option<&str>| text.map(str::to_owned);
    Returned::Failed(Failure { status: status.to_owned(), diagnostic: own(diagnostic), remote: own(remote) })
}

#[test]
fn a_failed_recipient_is_a_failure_with_the_words_of_the_other_side() {
    let fields = "Final-Recipient: rfc822; pat@example.org\nOriginal-Recipient: rfc822;pat@example.org\n\
                  Action: failed\nStatus: 5.1.1\nRemote-MTA: dns; inner.example.org\n\
                  Diagnostic-Code: smtp; 550 5.1.1 <pat@example.org>: no such\n    user here";
    let wanted =
        failure("5.1.1", Some("smtp; 550 5.1.1 <pat@example.org>: no such user here"), Some("dns; inner.example.org"));
    assert_eq!(came(&postfix(fields)), wanted);
}

#[test]
fn whoever_reports_is_named_where_no_other_is_and_a_missing_status_is_a_general_one() {
    let said = came(&postfix("Final-Recipient: rfc822; pat@example.org\nAction: FAILED"));
    assert_eq!(said, failure("5.0.0", None, Some("dns; mx.example.org")));
    let said = came(&postfix("Final-Recipient: rfc822; pat@example.org\nStatus: 5.2.2 (mailbox full)"));
    assert_eq!(said, failure("5.2.2", None, Some("dns; mx.example.org")));
}

#[test]
fn delayed_relayed_and_delivered_are_no_failures() {
    for action in ["delayed", "relayed", "delivered", "expanded"] {
        let fields = format!("Final-Recipient: rfc822; pat@example.org\nAction: {action}\nStatus: 4.4.1");
        assert_eq!(came(&postfix(&fields)), Returned::Underway, "{action}");
    }
    assert_eq!(came(&postfix("Final-Recipient: rfc822; p@example.org\nStatus: 4.4.1")), Returned::Underway);
}

#[test]
fn one_failed_of_several_is_a_failure() {
    let fields = "Final-Recipient: rfc822; a@example.org\nAction: delivered\nStatus: 2.0.0\n\n\
                  Final-Recipient: rfc822; b@example.org\nAction: failed\nStatus: 5.7.1";
    assert_eq!(came(&postfix(fields)), failure("5.7.1", None, Some("dns; mx.example.org")));
}

#[test]
fn words_that_come_back_are_printable_and_short() {
    let fields = format!(
        "Final-Recipient: rfc822; a@b.org\nAction: failed\nStatus: x\nDiagnostic-Code: smtp; \u{1b}[1mä{}",
        "y".repeat(2_000)
    );
    let Returned::Failed(failure) = came(&postfix(&fields)) else { panic!("no failure") };
    assert_eq!(failure.status, "5.0.0");
    let diagnostic = failure.diagnostic.unwrap();
    assert!(diagnostic.starts_with("smtp; ?[1m?") && diagnostic.len() == 500, "{diagnostic}");
}

#[test]
fn a_status_without_recipients_falls_back_to_the_words_around_it() {
    assert_eq!(came(&postfix("X-Note: nothing")), Returned::Answer, "Auto-Submitted: auto-replied, and nothing else");
}

#[test]
fn exchange_and_gmail_are_understood() {
    let exchange = "From: postmaster@contoso.onmicrosoft.com\nSubject: Undeliverable: # Visit\nMIME-Version: 1.0\n\
        Content-Type: multipart/report; report-type=delivery-status;\n\tboundary=\"e\"\n\
        X-MS-Exchange-Message-Is-Ndr:\n\n--e\nContent-Type: multipart/alternative; boundary=\"i\"\n\n--i\n\
        Content-Type: text/plain; charset=\"us-ascii\"\n\nDelivery has failed to these recipients.\n--i--\n--e\n\
        Content-Type: message/delivery-status\n\nReporting-MTA: dns;AM0PR.eurprd.prod.outlook.com\n\
        Received-From-MTA: dns;mx.test\nArrival-Date: Mon, 23 Nov 2026 12:00:00 +0000\n\n\
        Final-Recipient: rfc822;pat@contoso.com\nAction: failed\nStatus: 5.1.10\n\
        Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup\n\
        X-Display-Name: pat@contoso.com\n\n--e\nContent-Type: message/rfc822\n\nSubject: # Visit\n\nx\n--e--\n";
    let said = "smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup";
    assert_eq!(came(exchange), failure("5.1.10", Some(said), Some("dns;AM0PR.eurprd.prod.outlook.com")));
    let gmail = |action: &str, status: &str| {
        format!(
            "From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>\nAuto-Submitted: auto-replied\n\
             Subject: Delivery Status Notification ({action})\nX-Failed-Recipients: pat@example.org\n\
             Content-Type: multipart/report; boundary=\"g\"; report-type=delivery-status\n\n--g\n\
             Content-Type: multipart/related; boundary=\"r\"\n\n--r\nContent-Type: text/plain; charset=\"UTF-8\"\n\n\
             ** Address not found **\n\n--r--\n--g\nContent-Type: message/delivery-status\n\n\
             Reporting-MTA: dns; googlemail.com\n\nFinal-Recipient: rfc822; pat@example.org\nAction: {action}\n\
             Status: {status}\nDiagnostic-Code: smtp; 550-5.1.1 The email account does not exist.\n 550 5.1.1 x\n\n--g--\n"
        )
    };
    let said = "smtp; 550-5.1.1 The email account does not exist. 550 5.1.1 x";
    assert_eq!(came(&gmail("failed", "5.1.1")), failure("5.1.1", Some(said), Some("dns; googlemail.com")));
    assert_eq!(came(&gmail("delayed", "4.4.1")), Returned::Underway);
}

#[test]
fn reports_in_words_are_failures_with_the_status_they_name() {
    let qmail = "From: MAILER-DAEMON@example.org\nSubject: failure notice\n\n\
        Hi. This is the qmail-send program at example.org.\nI'm afraid I wasn't able to deliver your message.\n\n\
        <pat@example.org>:\n192.0.2.7 does not like recipient.\nRemote host said: 550 5.1.1 unknown user\n";
    assert_eq!(came(qmail), failure("5.1.1", Some("Remote host said: 550 5.1.1 unknown user"), None));
    let exim = "From: Mail Delivery System <Mailer-Daemon@example.org>\nAuto-Submitted: auto-replied\n\
        X-Failed-Recipients: pat@example.org\nSubject: Mail delivery failed: returning message to sender\n\n\
        A message that you sent could not be delivered.\n\n  pat@example.org\n    550 Unrouteable address\n";
    assert_eq!(came(exim), failure("5.0.0", Some("550 Unrouteable address"), None));
    let bare = "From: <postmaster@example.org>\nSubject: Returned mail\n\nNo.\n";
    assert_eq!(came(bare), failure("5.0.0", None, None));
    let odd = "Subject: Undeliverable: # Visit\nFrom: System <system@example.org>\n\nNo.\n";
    assert_eq!(came(odd), failure("5.0.0", None, None));
}

#[test]
fn answers_of_programs_and_people_are_no_failures() {
    let person = "From: Pat <pat@example.org>\n";
    for mail in [
        format!("{person}Auto-Submitted: auto-replied\nSubject: Out of office\n\nI am away. Call 550 5.1.1.\n"),
        format!("{person}Auto-Submitted: auto-replied (vacation)\nSubject: Away\n\nI am away.\n"),
        // Exchange sends these with the null sender, too.
        format!("{person}Auto-Submitted: auto-generated\nX-Auto-Response-Suppress: All\nSubject: Automatic reply: # Visit\n\nAway.\n"),
        format!("{person}Subject: Abwesend\n\nIch bin im Urlaub.\n"),
        "From: MAILER-DAEMON@example.org\nSubject: Warning: could not send message for past 4 hours\n\nWill retry.\n".to_owned(),
        "From: mailer-daemon@example.org\nSubject: Delivery delayed: # Visit\n\nNot yet.\n".to_owned(),
        // It was read (RFC 8098), or marked as spam (RFC 5965).
        format!("{person}Subject: Read: # Visit\nContent-Type: multipart/report; report-type=disposition-notification; boundary=x\n\n--x\n\nRead.\n--x\nContent-Type: message/disposition-notification\n\nDisposition: manual-action; displayed\n--x--\n"),
        "From: postmaster@example.org\nSubject: complaint\nContent-Type: multipart/report; report-type=feedback-report; boundary=x\n\n--x\n\nSpam.\n--x--\n".to_owned(),
    ] {
        assert_eq!(came(&mail), Returned::Answer, "{mail}");
    }
}

#[test]
fn a_report_in_words_from_a_person_is_an_answer() {
    let raw = RawMail(b"From: postmaster@example.org\r\nSubject: Undelivered\r\n\r\n550 5.1.1\r\n".as_slice().into());
    assert_eq!(read(&message::read(&raw), &raw, false), Returned::Letter);
}

#[test]
fn what_a_person_wrote_is_told_from_the_answer_of_a_program() {
    for (head, wanted) in [
        ("Subject: Re: # Visit", Returned::Letter),
        ("Subject: Out of Office: # Visit", Returned::Answer),
        ("Subject: Re: # Visit\r\nAuto-Submitted: auto-replied", Returned::Answer),
        ("Subject: Re: # Visit\r\nX-Autoreply: yes", Returned::Answer),
    ] {
        let raw = RawMail(format!("From: <pat@example.org>\r\n{head}\r\n\r\nThanks\r\n").into_bytes().into());
        assert_eq!(read(&message::read(&raw), &raw, false), wanted, "{head}");
    }
}

#[test]
fn an_answer_that_repeats_a_subject_of_failure_is_no_failure() {
    for subject in
        ["Respuesta automatica: # Delivery status of case", "Automatische Antwort: # Returned mail from court"]
    {
        let mail = format!("From: X <x@example.org>\nSubject: {subject}\nAuto-Submitted: auto-generated\n\nAway.\n");
        assert_eq!(came(&mail), Returned::Answer, "{subject}");
    }
}

#[test]
fn an_action_may_have_a_comment() {
    let mail = "From: <mailer-daemon@example.org>\nContent-Type: multipart/report; report-type=delivery-status; boundary=x\n\n\
                --x\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; a\n\n\
                Final-Recipient: rfc822; pat@example.org\nAction: failed (bad address)\nStatus: 5.1.1\n\n--x--\n";
    assert!(matches!(came(mail), Returned::Failed(failure) if failure.status == "5.1.1"));
}
