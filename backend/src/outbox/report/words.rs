//! The words of reports, for people who have never seen one.

use std::fmt::Write as _;

use crate::{
    config::Portal,
    mail::letter::{day_in_words, in_words},
    message::report::printable,
    outbox::job::{Action, Report, Status},
};

/// The subject.
pub(super) fn subject(report: &Report) -> String {
    let what = match (report.action, report.sealed) {
        (Action::Failed, _) => "Not delivered",
        (Action::Delayed, _) => "Not delivered yet",
        (Action::Relayed, true) => "Sent encrypted",
        (Action::Relayed, false) => "Handed on",
    };
    format!("{what}: {}", report.original.subject)
}

/// The text.
pub(super) fn text(report: &Report, portal: &Portal) -> String {
    let original = &report.original;
    let of = in_words(original.date.unwrap_or(original.arrived_at));
    let mut text = format!("Your mail \"{}\" of {of}\r\n", original.subject);
    text.push_str(match report.action {
        Action::Failed => "was not delivered to:\r\n",
        Action::Delayed => "could not be delivered yet to:\r\n",
        Action::Relayed if report.sealed => "was sent encrypted. The notification is on its way to:\r\n",
        Action::Relayed => "was handed to the next mail server for:\r\n",
    });
    for (recipient, status) in &report.recipients {
        let _ = write!(text, "\r\n    {}\r\n", recipient.address);
        if report.action == Action::Failed {
            let _ = write!(text, "    {}\r\n", advice(status));
        }
        if report.action != Action::Relayed {
            text.push_str(&said(status));
        }
    }
    text.push_str("\r\n");
    text.push_str(&ending(report, portal));
    let _ = write!(text, "\r\nSent by {} at {}.\r\n", portal.name, portal.host());
    text
}

fn ending(report: &Report, portal: &Portal) -> String {
    match (report.action, report.sealed) {
        (Action::Failed, true) => "The mail was encrypted, so nobody else can read it. Other recipients are not \
             affected.\r\n"
            .to_owned(),
        (Action::Failed, false) => "Other recipients are not affected.\r\n".to_owned(),
        (Action::Delayed, _) => {
            let until = report.retry_until.map(day_in_words).unwrap_or_default();
            format!(
                "It is tried again and again until {until}. You do not need to do anything, and you do not need to \
                 send it again. Should it fail in the end, you will be told.\r\n"
            )
        }
        (Action::Relayed, true) => format!(
            "It can be read at {}. Log in there, and the page Sent shows you when it was first opened.\r\n",
            portal.host()
        ),
        (Action::Relayed, false) => "That server sends no confirmations. You will hear of the mail again only if it \
             comes back.\r\n"
            .to_owned(),
    }
}

/// What the other side said, in its own words.
fn said(status: &Status) -> String {
    let Some(diagnostic) = &status.diagnostic else { return String::new() };
    let words = diagnostic.split_once(';').map_or(diagnostic.as_str(), |(_, words)| words).trim();
    match status.remote.as_deref().and_then(|remote| remote.split_once(';')) {
        Some((_, name)) => format!("    The mail server {} said: {}\r\n", printable(name), printable(words)),
        None => format!("    The other side said: {}\r\n", printable(words)),
    }
}

/// What to do about it (RFC 3463 section 3).
fn advice(status: &Status) -> &'static str {
    let (class, detail) = status.code.split_once('.').unwrap_or(("5", "0.0"));
    match (class, detail) {
        (_, "1.1" | "1.0" | "1.3" | "1.6" | "1.10") => {
            "There is no such address. Please check how it is written, and send the mail again."
        }
        (_, "1.2" | "4.4") => {
            "Nobody takes mail for what stands behind the @. Please check how it is written, and send the mail again."
        }
        (_, "2.1") => "The mailbox is closed. Please reach the recipient another way.",
        (_, "2.2") => "The mailbox is full. Please reach the recipient another way, or send it again in a few days.",
        (_, "2.3" | "3.4") => "The mail is too large for the other side. Please send less at a time.",
        (_, "4.7") => {
            "It was tried for five days in vain. Please check the address, or reach the recipient another way."
        }
        ("4", _) => {
            "It was tried for a long time in vain. Please check the address, or reach the recipient another way."
        }
        (_, detail) if detail.starts_with("7.") => {
            "The other side refuses the mail. Your mail administrator can find out why."
        }
        (_, detail) if detail.starts_with("6.") || detail.starts_with("3.") => {
            "The mail could not be handed over in this form. Your mail administrator can find out why."
        }
        _ => "The other side does not take it. Please check the address, and send the mail again.",
    }
}

#[cfg(test)]
mod tests;
