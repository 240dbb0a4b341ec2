//! A report to the letter, and read again by who reads those of others.

use chrono::TimeZone as _;

use super::*;
use crate::message::{
    self,
    returned::{self, Failure},
};

fn written() -> RawMail {
    written_of("pat@example.org")
}

/// A report on a mail to this address.
fn written_of(to: &str) -> RawMail {
    let from = Mailbox { name: "Secure Mail".to_owned(), address: "octothorpe@mail.test".parse().unwrap() };
    let author = Mailbox { name: "Clara Clerk".to_owned(), address: "clerk@cws.state.ca.us".parse().unwrap() };
    let date = Utc.with_ymd_and_hms(2026, 11, 23, 12, 0, 0).unwrap();
    compose(&Report {
        from: &from,
        to: &author.address,
        subject: "Not delivered: Papers •••".to_owned(),
        text: "Your mail was not delivered.\r\n".to_owned(),
        status: vec![
            vec![("Reporting-MTA", "dns; mx.test".to_owned()), ("Original-Envelope-Id", "QQ 1".to_owned())],
            vec![
                ("Final-Recipient", "rfc822; pat@example.org".to_owned()),
                ("Action", "failed".to_owned()),
                ("Status", "5.1.1".to_owned()),
                ("Diagnostic-Code", format!("smtp; 550 5.1.1 no ä\r\nX-Evil: 1\t\u{0}{}", "x".repeat(2_000))),
            ],
        ],
        returned: Returned {
            from: Some(&author),
            to: vec![Mailbox { name: String::new(), address: to.parse().unwrap() }],
            subject: "Papers •••",
            date: Some(date),
            message_id: Some("one@cws.state.ca.us"),
        },
        message_id: "report@mail.test".to_owned(),
        date,
        extra: vec![("X-Octothorpe-Origin", "v1 key code".to_owned())],
    })
    .unwrap()
}

#[test]
fn a_report_has_three_parts_that_mail_programs_know() {
    let mail = String::from_utf8(written().0.to_vec()).unwrap();
    let boundary = mail.split("boundary=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let shown = mail.replace(&boundary, "BOUNDARY").replace(&"x".repeat(800), "XXX").replace("\r\n", "\n");
    insta::assert_snapshot!(shown);
}

#[test]
fn every_line_is_ascii_and_short_enough_and_nothing_begins_a_field_of_its_own() {
    let mail = String::from_utf8(written().0.to_vec()).unwrap();
    assert!(mail.is_ascii());
    assert!(mail.split("\r\n").all(|line| line.len() <= 998 && !line.contains(['\r', '\n', '\0'])));
    assert!(!mail.contains("\r\nX-Evil"));
}

#[test]
fn an_international_address_is_in_a_part_that_any_server_takes() {
    let raw = written_of("zoë@example.org");
    assert!(raw.0.is_ascii());
    let mail = String::from_utf8(raw.0.to_vec()).unwrap();
    assert!(mail.contains("message/global-headers") && !mail.contains("text/rfc822-headers"), "{mail}");
}

#[test]
fn what_is_written_here_is_understood_here() {
    let raw = written();
    let returned::Returned::Failed(Failure { status, diagnostic, remote }) =
        returned::read(&message::read(&raw), &raw, true)
    else {
        panic!("no failure");
    };
    assert_eq!((status.as_str(), remote.as_deref()), ("5.1.1", Some("dns; mx.test")));
    assert!(diagnostic.unwrap().starts_with("smtp; 550 5.1.1 no ? X-Evil: 1"));
}
