//! Generated mails: each job's words, sent; and what is written down once they left.

use chrono::{DateTime, Utc};
use shared::{
    EmailAddress,
    route::page::{LOGIN, SENT},
};

use super::{
    fate::{Done, Fate, Waiting},
    job::{Job, Notify, Status},
    note_answer, notice, report, told, warn,
};
use crate::{
    app::App,
    id::MessageId,
    mail::{
        bounce,
        content::{self, Notification},
        letter::Letter,
        next_hop::{Handed, Mode},
        outgoing::Outgoing,
        sheet::{Frame, Sheet},
    },
    message::{
        Mailbox,
        rewrite::{StaffCopy, staff_copy},
    },
    reading,
    seal::Holder,
    store::{self, accounts, deliveries, deliveries::DeliveryState, outbox},
    words::Language,
};

/// Runs a job that sends one generated mail.
pub(super) async fn run(app: &App, row: &outbox::Job, job: &Job) -> Fate {
    let found = match look_up(app, row, job).await {
        Ok(Some(found)) => found,
        Ok(None) => return Fate::done(),
        Err(_) => return Fate::retry("store-unavailable"),
    };
    let mail = match write(app, row, job, &found).await {
        Ok(Some(mail)) => mail,
        Ok(None) => return Fate::GiveUp(Status::new("5.6.0")),
        Err(_) => return Fate::retry("store-unavailable"),
    };
    let put_off = |status| Fate::Retry(Waiting::put_off(status));
    let (envelope, mail) = mail.into_parts();
    let handed = app.next_hop.send(&envelope, mail, Mode::Each).await;
    note_answer(app, &handed);
    match handed.map(Handed::of_one) {
        Ok(Some(reply)) if reply.is_yes() => Fate::Done(Box::new(sent(app, row, job))),
        Ok(Some(reply)) if reply.is_temporary() => put_off(report::status_of(app, &reply)),
        Ok(Some(reply)) => Fate::GiveUp(report::status_of(app, &reply)),
        Ok(None) => put_off(Status::new("4.3.0")),
        Err(error) => Fate::Retry(Waiting::after(&error)),
    }
}

/// What the store says just before a mail is written.
#[derive(Default)]
struct Found {
    /// Until when the delivery can be read: it may have been extended while its notification waited.
    until: Option<DateTime<Utc>>,
    /// The language of the account that a notification is for; none without one.
    reader: Option<Language>,
}

/// Looks again; `None` if the mail is not wanted any more. Between the lease and now the message may have been recalled,
/// opened or extended, or have expired.
async fn look_up(app: &App, row: &outbox::Job, job: &Job) -> Result<Option<Found>, store::Error> {
    let (id, delivery, inner) = (row.id, row.delivery_id, app.clone());
    let is_warning = matches!(job, Job::WarnRecipient);
    let warning = if let Job::WarnSender(warning) = job { Some(warning.clone()) } else { None };
    let reader = if let Job::Notify(notify) = job { Some(notify.recipient.address.clone()) } else { None };
    app.store
        .read(move |conn| {
            if outbox::find(conn, id)?.is_none() {
                return Ok(None);
            }
            if let Some(warning) = &warning {
                return Ok(warn::is_wanted(conn, warning)?.then(Found::default));
            }
            let Some(delivery) = delivery else { return Ok(Some(Found::default())) };
            let delivery = deliveries::get(conn, delivery)?;
            let is_over = matches!(delivery.state, DeliveryState::Recalled | DeliveryState::Expired);
            if is_over || is_warning && delivery.first_opened_at.is_some() {
                return Ok(None);
            }
            let account = reader.map(|reader| accounts::find_by_email(conn, &reader)).transpose()?.flatten();
            let reader = account.map(|account| language(&inner, &account.locale));
            Ok(Some(Found { until: delivery.expires_at, reader }))
        })
        .await
}

/// What is written down of a mail that left; a sender who wants to know is told.
fn sent(app: &App, row: &outbox::Job, job: &Job) -> Done {
    let delivery = row.delivery_id.filter(|_| !matches!(job, Job::WarnRecipient));
    let reached =
        if matches!(job, Job::ReplyToStaff { .. }) { DeliveryState::Relayed } else { DeliveryState::Notified };
    let report = match job {
        Job::Notify(notify) => report::relayed(app, &notify.original, true, [&notify.recipient]),
        _ => None,
    };
    Done { reached: delivery.map(|delivery| (delivery, reached)), report }
}

/// The mail of a job; `None` where it cannot be written.
async fn write(app: &App, row: &outbox::Job, job: &Job, found: &Found) -> Result<Option<Outgoing>, store::Error> {
    let link = |path: &str| format!("{}{path}", app.config.portal.base());
    let letter = |to: &EmailAddress, sheet: Sheet| {
        Some(Letter::from_portal(row.id, row.created_at, to.clone(), sheet.words().ok()?))
    };
    let (to, sheet) = match job {
        Job::Notify(notify) => return Ok(notification(app, row, notify, found)),
        Job::Report(details) => {
            let language = language_of(app, &details.to).await?;
            return Ok(report::write(app, row, details, language));
        }
        Job::ReplyToStaff { to, author, subject, .. } => return ordinary(app, row, to, author, subject).await,
        Job::ReadNotice(opened) => return notice::write(app, row, opened).await,
        Job::TellSender(words) => return told::write(app, row, words).await,
        Job::WarnRecipient => return warn::to_recipient(app, row).await,
        Job::WarnSender(warning) => return warn::to_sender(app, row, warning).await,
        Job::Relay(_) => return Ok(None),
        Job::ConfirmRegistration { to, token, locale } => {
            let language = locale.as_deref().and_then(Language::by_code).unwrap_or(app.config.portal.language());
            let frame = Frame::new(&app.config.portal, language);
            (to, content::confirm(frame, link(&format!("/confirm/{token}"))))
        }
        Job::AccountExists { to, ticket } => {
            let query = ticket.as_ref().map(|ticket| format!("?ticket={ticket}")).unwrap_or_default();
            (to, content::account_exists(frame_for(app, to).await?, link(&format!("{LOGIN}{query}"))))
        }
        Job::PasswordReset { to, token } => {
            (to, content::password_reset(frame_for(app, to).await?, link(&format!("/reset/{token}"))))
        }
        Job::PasswordChanged { to } => (to, content::password_changed(frame_for(app, to).await?, link(LOGIN))),
        Job::NoteSealed { to, subject, said, original_id } => {
            let frame = frame_for(app, to).await?;
            let Some(said) = said.get(frame.language.code()) else { return Ok(None) };
            let sheet = content::note_sealed(frame, subject, said);
            let letter = letter(to, sheet).map(|letter| Letter { references: original_id.clone(), ..letter });
            return Ok(letter.and_then(|letter| letter.write(app)));
        }
    };
    Ok(letter(to, sheet).and_then(|letter| letter.write(app)))
}

/// The language of whoever has an account here; the portal's for all others.
pub(super) async fn language_of(app: &App, address: &EmailAddress) -> Result<Language, store::Error> {
    Ok(account_language(app, address).await?.unwrap_or(app.config.portal.language()))
}

/// The language of an account; none without one.
pub(super) async fn account_language(app: &App, address: &EmailAddress) -> Result<Option<Language>, store::Error> {
    let address = address.clone();
    let account = app.store.read(move |conn| accounts::find_by_email(conn, &address)).await?;
    Ok(account.map(|account| language(app, &account.locale)))
}

/// The page on which a sender sees how far a message got.
pub(super) fn tracking_link(app: &App, message: MessageId) -> String {
    format!("{}{SENT}?id={message}", app.config.portal.base())
}

/// What stands around a mail to this address.
pub(super) async fn frame_for(app: &App, address: &EmailAddress) -> Result<Frame, store::Error> {
    Ok(Frame::new(&app.config.portal, language_of(app, address).await?))
}

fn language(app: &App, locale: &str) -> Language {
    Language::by_code(locale).unwrap_or(app.config.portal.language())
}

fn notification(app: &App, row: &outbox::Job, notify: &Notify, found: &Found) -> Option<Outgoing> {
    let sender = &notify.sender;
    let frame = Frame::new(&app.config.portal, found.reader.unwrap_or(app.config.portal.language()));
    let notification = Notification {
        link: format!("{}/open/{}", app.config.portal.base(), notify.ticket),
        sender,
        subject: &notify.original.subject,
        sent_at: notify.sent_at,
        until: found.until.unwrap_or(notify.expires_at),
        reference: &notify.reference,
        is_newcomer: found.reader.is_none(),
        has_file: app.config.notification.attach_html,
    };
    let page = if app.config.notification.attach_html {
        Some(("Open-Message.html", notification.page(frame.clone()).words().ok()?.html))
    } else {
        None
    };
    let name = if sender.name.is_empty() { sender.address.to_string() } else { sender.name.clone() };
    Letter {
        job: row.id,
        date: row.created_at,
        to: notify.recipient.address.clone(),
        envelope_from: Some(bounce_address(app, row)?),
        from_name: Some(format!("{name} via {}", app.config.portal.name)),
        reply_to: Some(sender.clone()),
        words: notification.sheet(frame).words().ok()?,
        page,
        references: notify.original.message_id.clone(),
    }
    .write(app)
}

/// Where failure reports come back to: it names the delivery.
pub(super) fn bounce_address(app: &App, row: &outbox::Job) -> Option<EmailAddress> {
    bounce::address(&app.seal, row.delivery_id?, app.config.mail.bounce_domain())
}

/// The stored message as ordinary mail to staff.
async fn ordinary(
    app: &App,
    row: &outbox::Job,
    to: &EmailAddress,
    author: &Mailbox,
    subject: &str,
) -> Result<Option<Outgoing>, store::Error> {
    let (Some(message_id), Some(wrap)) = (row.message_id, &row.wrap) else { return Ok(None) };
    let opener = app.seal.open_message(message_id, Holder::Job(row.id), wrap);
    let opener = opener.map_err(|error| store::Error::Unavailable(error.to_string()))?;
    let Some(raw) = reading::whole(app, message_id, &opener).await? else { return Ok(None) };
    let name = if author.name.is_empty() { author.address.to_string() } else { author.name.clone() };
    let from =
        Mailbox { name: format!("{name} via {}", app.config.portal.name), address: app.config.mail.from().clone() };
    let headers = crate::message::Headers::read(&raw);
    let extra = match (&headers.message_id, headers.date) {
        (Some(id), Some(date)) => crate::mail::origin::value(&app.seal, id, to, date),
        _ => None,
    };
    let extra: Vec<_> = extra.map(|value| (crate::mail::origin::FIELD, value)).into_iter().collect();
    let copy = staff_copy(&raw, &StaffCopy { from: &from, reply_to: author, subject, extra: &extra });
    Ok(copy.ok().map(|content| Outgoing {
        envelope_from: bounce_address(app, row),
        envelope_to: to.clone(),
        content: content.into(),
    }))
}
