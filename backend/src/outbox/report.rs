//! Reports: who is told of what became of a mail, and what they say.

mod words;

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use shared::EmailAddress;

use super::job::{Action, Report, Status};
use crate::{
    app::{App, Parts},
    intake::{
        dsn::{self, Event},
        envelope::Recipient,
        original::Original,
        outcome::HopReply,
    },
    mail::{origin, outgoing::Outgoing},
    message::{
        Mailbox,
        compose::message_id,
        report::{Fields, Report as Written, Returned, compose},
    },
    store::outbox,
    words::Language,
};

/// A report that a mail does not arrive; none if nobody wants to know.
pub fn failed(
    app: &App,
    original: &Original,
    sealed: bool,
    recipients: impl IntoIterator<Item = (Recipient, Status)>,
) -> Option<Report> {
    report(app, Action::Failed, original, sealed, recipients)
}

/// A report that a mail takes long, and is tried until then; none if nobody wants to know.
pub(super) fn delayed(
    app: &App,
    original: &Original,
    sealed: bool,
    recipients: impl IntoIterator<Item = (Recipient, Status)>,
    until: DateTime<Utc>,
) -> Option<Report> {
    report(app, Action::Delayed, original, sealed, recipients)
        .map(|report| Report { retry_until: Some(until), ..report })
}

/// A report that a mail was handed on for good; none if nobody wants to know.
pub(super) fn relayed<'a>(
    app: &App,
    original: &Original,
    sealed: bool,
    recipients: impl IntoIterator<Item = &'a Recipient>,
) -> Option<Report> {
    let handed = Status { remote: next_hop(app), ..Status::new("2.0.0") };
    report(app, Action::Relayed, original, sealed, recipients.into_iter().map(|one| (one.clone(), handed.clone())))
}

/// The report on a mail that the next hop took and says nothing more of, as it knows no such reports (RFC 3461 section
/// 5.2.2).
pub fn relayed_unsealed<'a>(
    app: &App,
    original: &Original,
    recipients: impl IntoIterator<Item = &'a Recipient>,
) -> Option<Report> {
    if app.next_hop.announces_dsn() { None } else { relayed(app, original, false, recipients) }
}

fn report(
    app: &App,
    action: Action,
    original: &Original,
    sealed: bool,
    recipients: impl IntoIterator<Item = (Recipient, Status)>,
) -> Option<Report> {
    let event = match action {
        Action::Failed => Event::Failure,
        Action::Delayed => Event::Delay,
        Action::Relayed => Event::Success,
    };
    let recipients: Vec<_> = recipients.into_iter().filter(|(recipient, _)| recipient.wants(event)).collect();
    if recipients.is_empty() {
        return None;
    }
    let to = told(app, action, original)?;
    Some(Report { to, action, sealed, original: original.clone(), recipients, retry_until: None })
}

/// The envelope sender if internal, else the message's sender if internal. Of failures the postmaster hears instead,
/// where there is neither; the null sender wants no other news.
fn told(app: &App, action: Action, original: &Original) -> Option<EmailAddress> {
    let internal = |address: &&EmailAddress| app.config.organisation.is_internal(address);
    let envelope_sender = original.envelope_sender.as_ref();
    let known = envelope_sender.filter(internal).or(original.sender.as_ref().filter(internal));
    match action {
        Action::Failed => Some(known.unwrap_or(app.config.mail.postmaster()).clone()),
        Action::Delayed | Action::Relayed => envelope_sender.and(known).cloned(),
    }
}

/// How a try ended that the next hop answered.
pub(super) fn status_of(app: &Parts, reply: &HopReply) -> Status {
    let (code, _) = reply.enhanced();
    Status { code, diagnostic: Some(format!("smtp; {} {}", reply.code, reply.text)), remote: next_hop(app) }
}

/// The next hop as Remote-MTA names it.
fn next_hop(app: &Parts) -> Option<String> {
    let host = app.config.mail.relay_url().ok()??.host;
    Some(match host.parse::<IpAddr>() {
        Ok(IpAddr::V4(ip)) => format!("dns; [{ip}]"),
        Ok(IpAddr::V6(ip)) => format!("dns; [IPv6:{ip}]"),
        Err(_) => format!("dns; {host}"),
    })
}

/// The report as a mail.
pub(super) fn write(app: &App, row: &outbox::Job, report: &Report, language: Language) -> Option<Outgoing> {
    let from = Mailbox { name: app.config.portal.name.clone(), address: app.config.mail.from().clone() };
    let id = message_id(row.id.as_uuid(), from.address.domain());
    let origin = origin::value(&app.seal, &id, &report.to, row.created_at)?;
    let original = &report.original;
    let mail = compose(&Written {
        from: &from,
        to: &report.to,
        subject: words::subject(report, language),
        text: words::text(report, &app.config.portal, language),
        status: fields(report, &app.config.gateway.hostname, row.created_at),
        returned: Returned {
            from: original.from.as_ref(),
            to: report.recipients.iter().map(|(to, _)| named(&to.address)).collect(),
            subject: &original.subject,
            date: original.date,
            message_id: original.message_id.as_deref(),
        },
        message_id: id,
        date: row.created_at,
        extra: vec![(origin::FIELD, origin)],
    });
    Some(Outgoing { envelope_from: None, envelope_to: report.to.clone(), content: mail.ok()?.0 })
}

fn named(address: &EmailAddress) -> Mailbox {
    Mailbox { name: String::new(), address: address.clone() }
}

/// The fields of the mail as a whole, then those of each recipient.
fn fields(report: &Report, hostname: &str, now: DateTime<Utc>) -> Vec<Fields> {
    let original = &report.original;
    let mut of_mail = vec![("Reporting-MTA", format!("dns; {hostname}"))];
    of_mail.extend(original.envid.as_deref().and_then(dsn::envid).map(|id| ("Original-Envelope-Id", id)));
    of_mail.push(("Arrival-Date", original.arrived_at.to_rfc2822()));
    let action = match report.action {
        Action::Failed => "failed",
        Action::Delayed => "delayed",
        Action::Relayed => "relayed",
    };
    let of_recipients = report.recipients.iter().map(|(recipient, status)| {
        let mut fields = Fields::new();
        let orcpt = recipient.orcpt.as_deref().and_then(dsn::original_recipient);
        fields.extend(orcpt.map(|orcpt| ("Original-Recipient", orcpt)));
        fields.push(("Final-Recipient", dsn::final_recipient(&recipient.address)));
        fields.push(("Action", action.to_owned()));
        fields.push(("Status", status.code.clone()));
        fields.extend(status.remote.clone().map(|remote| ("Remote-MTA", remote)));
        fields.extend(status.diagnostic.clone().map(|said| ("Diagnostic-Code", said)));
        fields.push(("Last-Attempt-Date", now.to_rfc2822()));
        fields.extend(report.retry_until.map(|until| ("Will-Retry-Until", until.to_rfc2822())));
        fields
    });
    std::iter::once(of_mail).chain(of_recipients).collect()
}
