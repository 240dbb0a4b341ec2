//! Who is told of what was given up, and how.

use shared::EmailAddress;

use super::{
    job::{Job, Relay, Report},
    worker::Failure,
};
use crate::{
    app::App,
    mail::mailer::Outgoing,
    message::{
        Mailbox,
        compose::message_id,
        report::{Failed, Report as Written, compose},
    },
    store::{self, messages, outbox},
};

/// The report that a given-up job calls for. None for mails of the portal itself, and for reports.
pub(super) async fn for_job(
    app: &App,
    row: &outbox::Job,
    job: &Job,
    failure: &Failure,
) -> Result<Option<Report>, store::Error> {
    let (recipient, subject, original_id, sender) = match job {
        Job::Relay(relay) => {
            let failed = relay
                .envelope
                .recipients
                .iter()
                .map(|r| (r.address.clone(), failure.status.clone(), failure.words.clone()));
            return Ok(for_relay(app, relay, failed.collect()));
        }
        Job::Notify(notify) => {
            (notify.to.clone(), notify.subject.clone(), notify.original_id.clone(), Some(notify.sender.address.clone()))
        }
        Job::ReplyToStaff { to, subject, .. } => (to.clone(), subject.clone(), None, owner(app, row).await?),
        Job::ConfirmRegistration { .. }
        | Job::AccountExists { .. }
        | Job::PasswordReset { .. }
        | Job::PasswordChanged { .. }
        | Job::ReportFailure(_)
        | Job::NoteSealed { .. } => return Ok(None),
    };
    let to = told(app, None, sender.as_ref());
    Ok(Some(Report {
        to,
        failed: vec![(recipient, failure.status.clone(), failure.words.clone())],
        subject,
        original_id,
    }))
}

/// The report on a relayed mail; none if nobody failed.
pub(super) fn for_relay(app: &App, relay: &Relay, failed: Vec<(EmailAddress, String, String)>) -> Option<Report> {
    if failed.is_empty() {
        return None;
    }
    let to = told(app, relay.envelope.sender.as_ref(), relay.sender.as_ref());
    Some(Report { to, failed, subject: relay.subject.clone(), original_id: None })
}

/// The envelope sender if internal, else the message's sender if internal, else the postmaster.
fn told(app: &App, envelope_sender: Option<&EmailAddress>, sender: Option<&EmailAddress>) -> EmailAddress {
    let internal = |address: &&EmailAddress| app.config.organisation.is_internal(address);
    envelope_sender.filter(internal).or(sender.filter(internal)).unwrap_or(app.config.mail.postmaster()).clone()
}

async fn owner(app: &App, row: &outbox::Job) -> Result<Option<EmailAddress>, store::Error> {
    let Some(id) = row.message_id else { return Ok(None) };
    app.store.read(move |conn| messages::find(conn, id)).await.map(|message| message.map(|message| message.sender))
}

/// The report as a mail.
pub(super) fn write(app: &App, row: &outbox::Job, report: &Report) -> Option<Outgoing> {
    use std::fmt::Write as _;
    let mut text = format!("Your mail \"{}\" could not be delivered to:\r\n\r\n", report.subject);
    for (recipient, _, words) in &report.failed {
        let _ = write!(text, "  {recipient}\r\n    {words}\r\n");
    }
    text.push_str("\r\nPlease check the address, and send the mail again. The other recipients are not affected.\r\n");
    let from = Mailbox { name: app.config.portal.name.clone(), address: app.config.mail.from().clone() };
    let failed: Vec<Failed> = report
        .failed
        .iter()
        .map(|(recipient, status, diagnostic)| Failed {
            recipient: recipient.clone(),
            status: status.clone(),
            diagnostic: diagnostic.clone(),
        })
        .collect();
    let mail = compose(&Written {
        from: &from,
        to: &report.to,
        hostname: &app.config.gateway.hostname,
        subject: &report.subject,
        text: &text,
        failed: &failed,
        original_id: report.original_id.as_deref(),
        message_id: &message_id(row.id.as_uuid(), app.config.mail.from().domain()),
        date: row.created_at,
    });
    Some(Outgoing { envelope_from: None, envelope_to: report.to.clone(), content: mail.ok()?.0 })
}
