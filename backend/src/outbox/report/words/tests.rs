//! The words as their readers get them.

use chrono::{DateTime, TimeZone as _, Utc};

use super::*;
use crate::{
    config::Config,
    intake::{envelope::Recipient, original::Original},
};

fn at(day: u32, hour: u32) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, day, hour, 0, 0).unwrap()
}

fn report(action: Action, sealed: bool, cases: &[(&str, &str, Option<&str>)]) -> Report {
    let recipients = cases.iter().map(|(address, code, said)| {
        let status = Status {
            code: (*code).to_owned(),
            diagnostic: said.map(|said| format!("smtp; {said}")),
            remote: Some("dns; mx.example.org".to_owned()),
        };
        (Recipient::new(address.parse().unwrap()), status)
    });
    Report {
        to: "clerk@cws.state.ca.us".parse().unwrap(),
        action,
        sealed,
        original: Original {
            subject: "Visit on Friday".to_owned(),
            from: None,
            message_id: None,
            date: Some(at(23, 11)),
            arrived_at: at(23, 12),
            envelope_sender: None,
            sender: None,
            envid: None,
        },
        recipients: recipients.collect(),
        retry_until: (action == Action::Delayed).then(|| at(28, 12)),
    }
}

fn show(report: &Report) -> String {
    let settings =
        "portal.name = 'Secure Mail'\nmail.transport = 'capture'\norganisation.sender_domains = 'state.ca.us'";
    let portal = Config::parse(settings).unwrap().portal;
    show_in(report, &portal, Language::En)
}

fn show_in(report: &Report, portal: &Portal, language: Language) -> String {
    let text = text(report, portal, language).replace("\r\n", "\n");
    format!("Subject: {}\n\n{text}", subject(report, language))
}

#[test]
fn a_failure_says_who_why_and_what_to_do() {
    let cases = [
        ("pat@example.org", "5.1.1", Some("550 5.1.1 no such user")),
        ("sam@example.org", "5.2.2", Some("552 5.2.2 over quota")),
        ("lee@example.org", "4.4.7", None),
    ];
    insta::assert_snapshot!("failed", show(&report(Action::Failed, true, &cases)));
}

#[test]
fn a_delay_says_until_when_it_is_tried() {
    let cases = [("pat@example.org", "4.2.0", Some("450 4.2.0 greylisted"))];
    insta::assert_snapshot!("delayed", show(&report(Action::Delayed, false, &cases)));
}

#[test]
fn a_confirmation_says_what_it_confirms() {
    let cases = [("pat@example.org", "2.0.0", None)];
    insta::assert_snapshot!("relayed_sealed", show(&report(Action::Relayed, true, &cases)));
    insta::assert_snapshot!("relayed", show(&report(Action::Relayed, false, &cases)));
}

#[test]
fn every_kind_of_failure_has_advice_that_fits() {
    for (code, word) in [
        ("5.1.1", "address"),
        ("5.1.10", "address"),
        ("5.1.2", "after the @"),
        ("5.4.4", "after the @"),
        ("5.2.1", "closed"),
        ("5.2.2", "full"),
        ("4.2.2", "full"),
        ("5.3.4", "too large"),
        ("4.4.7", "five days"),
        ("4.4.1", "long time"),
        ("5.7.1", "refuses"),
        ("5.6.3", "form"),
        ("5.3.0", "form"),
        ("5.0.0", "check the address"),
        ("nonsense", "check the address"),
    ] {
        let advice = advice(&Status::new(code), words::Report(Language::En));
        assert!(advice.contains(word), "{code}: {advice}");
    }
}

#[test]
fn a_report_speaks_the_language_of_its_reader() {
    let portal = Portal::default();
    let cases = [("pat@example.org", "5.1.1", Some("550 5.1.1 no such user"))];
    insta::assert_snapshot!("failed_es", show_in(&report(Action::Failed, true, &cases), &portal, Language::Es));
    insta::assert_snapshot!("delayed_es", show_in(&report(Action::Delayed, false, &cases), &portal, Language::Es));
}
