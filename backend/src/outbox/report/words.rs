//! The words of reports, for people who have never seen one.

use std::fmt::Write as _;

use crate::{
    config::Portal,
    message::report::printable,
    outbox::job::{Action, Report, Status},
    words::{self, Language, Mail},
};

/// The subject.
pub(super) fn subject(report: &Report, language: Language) -> String {
    let (words, subject) = (words::Report(language), report.original.subject.as_str());
    match (report.action, report.sealed) {
        (Action::Failed, _) => words.failed_subject(subject),
        (Action::Delayed, _) => words.delayed_subject(subject),
        (Action::Relayed, true) => words.sealed_subject(subject),
        (Action::Relayed, false) => words.handed_subject(subject),
    }
}

/// The text.
pub(super) fn text(report: &Report, portal: &Portal, language: Language) -> String {
    let (words, original) = (words::Report(language), &report.original);
    let (subject, when) =
        (original.subject.as_str(), portal.dates(language).moment(original.date.unwrap_or(original.arrived_at)));
    let mut text = match report.action {
        Action::Failed => words.failed(subject, &when),
        Action::Delayed => words.delayed(subject, &when),
        Action::Relayed if report.sealed => words.sealed(subject, &when),
        Action::Relayed => words.handed(subject, &when),
    };
    text.push_str("\r\n");
    for (recipient, status) in &report.recipients {
        let _ = write!(text, "\r\n    {}\r\n", recipient.address);
        if report.action == Action::Failed {
            let _ = write!(text, "    {}\r\n", advice(status, words));
        }
        if report.action != Action::Relayed {
            text.push_str(&said(status, words));
        }
    }
    let sent_by = Mail(language).sent_by(&portal.name, &portal.host());
    let _ = write!(text, "\r\n{}\r\n\r\n{sent_by}\r\n", ending(report, portal, language));
    text
}

fn ending(report: &Report, portal: &Portal, language: Language) -> String {
    let words = words::Report(language);
    match (report.action, report.sealed) {
        (Action::Failed, true) => words.failed_sealed_next().to_owned(),
        (Action::Failed, false) => words.failed_next().to_owned(),
        (Action::Delayed, _) => {
            words.delayed_next(&report.retry_until.map(|until| portal.dates(language).day(until)).unwrap_or_default())
        }
        (Action::Relayed, true) => words.sealed_next(&portal.host()),
        (Action::Relayed, false) => words.handed_next().to_owned(),
    }
}

/// What the other side said, in its own words.
fn said(status: &Status, words: words::Report) -> String {
    let Some(diagnostic) = &status.diagnostic else { return String::new() };
    let theirs = diagnostic.split_once(';').map_or(diagnostic.as_str(), |(_, words)| words).trim();
    let sentence = match status.remote.as_deref().and_then(|remote| remote.split_once(';')) {
        Some((_, name)) => words.server_said(&printable(name), &printable(theirs)),
        None => words.other_said(&printable(theirs)),
    };
    format!("    {sentence}\r\n")
}

/// What to do about it (RFC 3463 section 3).
fn advice(status: &Status, words: words::Report) -> &'static str {
    let (class, detail) = status.code.split_once('.').unwrap_or(("5", "0.0"));
    match (class, detail) {
        (_, "1.1" | "1.0" | "1.3" | "1.6" | "1.10") => words.no_address(),
        (_, "1.2" | "4.4") => words.no_domain(),
        (_, "2.1") => words.closed(),
        (_, "2.2") => words.full(),
        (_, "2.3" | "3.4") => words.too_large(),
        (_, "4.7") => words.five_days(),
        ("4", _) => words.long_time(),
        (_, detail) if detail.starts_with("7.") => words.refused(),
        (_, detail) if detail.starts_with("6.") || detail.starts_with("3.") => words.wrong_form(),
        _ => words.not_taken(),
    }
}

#[cfg(test)]
mod tests;
