//! Generated mails: each job's words, sent; and what is written down once they left.

use chrono::{DateTime, Utc};
use shared::{
    EmailAddress,
    route::page::{LOGIN, SENT},
};

use super::{
    job::{Job, Notify, Status},
    notice, report, told, warn,
    worker::{Fate, Waiting, enqueue_report},
};
use crate::{
    app::App,
    id::MessageId,
    mail::{
        bounce,
        content::{self, Notification},
        letter::Letter,
        mailer::{Outgoing, SendError},
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
    match still_wanted(app, row, job).await {
        Ok(true) => {}
        Ok(false) => return Fate::Done,
        Err(_) => return Fate::retry("store-unavailable"),
    }
    let mail = match write(app, row, job).await {
        Ok(Some(mail)) => mail,
        Ok(None) => return Fate::GiveUp(Status::new("5.6.0")),
        Err(_) => return Fate::retry("store-unavailable"),
    };
    match app.mailer.send(&mail).await {
        Ok(()) => match note_sent(app, row, job).await {
            Ok(()) => Fate::Done,
            Err(_) => Fate::retry("store-unavailable"),
        },
        Err(SendError::Temporary(reply)) => {
            let status = reply.map_or_else(|| Status::new("4.4.1"), |reply| report::status_of(app, &reply));
            Fate::Retry(Waiting { code: "not-sent", status })
        }
        Err(SendError::Permanent(reply)) => Fate::GiveUp(report::status_of(app, &reply)),
        Err(SendError::BadAddress) => Fate::GiveUp(Status::new("5.1.3")),
    }
}

/// Between the lease and now the message may have been recalled, opened or extended, or have expired.
async fn still_wanted(app: &App, row: &outbox::Job, job: &Job) -> Result<bool, store::Error> {
    let (id, delivery) = (row.id, row.delivery_id);
    let is_warning = matches!(job, Job::WarnRecipient);
    let warning = if let Job::WarnSender(warning) = job { Some(warning.clone()) } else { None };
    app.store
        .read(move |conn| {
            if outbox::find(conn, id)?.is_none() {
                return Ok(false);
            }
            if let Some(warning) = &warning {
                return warn::is_wanted(conn, warning);
            }
            let Some(delivery) = delivery else { return Ok(true) };
            let delivery = deliveries::get(conn, delivery)?;
            let is_over = matches!(delivery.state, DeliveryState::Recalled | DeliveryState::Expired);
            Ok(!(is_over || is_warning && delivery.first_opened_at.is_some()))
        })
        .await
}

/// Writes down that a mail left, and tells a sender who wants to know.
async fn note_sent(app: &App, row: &outbox::Job, job: &Job) -> Result<(), store::Error> {
    let Some(delivery) = row.delivery_id.filter(|_| !matches!(job, Job::WarnRecipient)) else { return Ok(()) };
    let (now, id, inner) = (app.clock.now(), row.id, app.clone());
    let is_ordinary = matches!(job, Job::ReplyToStaff { .. });
    let report = match job {
        Job::Notify(notify) => report::relayed(app, &notify.original, true, [&notify.recipient]),
        _ => None,
    };
    app.store
        .write(move |conn| {
            // Taken away: a failure report came back faster than this.
            if outbox::find(conn, id)?.is_none() {
                return Ok(());
            }
            deliveries::set_notified(conn, delivery, now)?;
            if is_ordinary {
                deliveries::set_state(conn, delivery, DeliveryState::Relayed)?;
            }
            report.map_or(Ok(()), |report| enqueue_report(conn, &inner, now, report))
        })
        .await
}

/// The mail of a job; `None` where it cannot be written.
async fn write(app: &App, row: &outbox::Job, job: &Job) -> Result<Option<Outgoing>, store::Error> {
    let link = |path: &str| format!("{}{path}", app.config.portal.base());
    let letter = |to: &EmailAddress, sheet: Sheet| {
        Some(Letter::from_portal(row.id, row.created_at, to.clone(), sheet.words().ok()?))
    };
    let (to, sheet) = match job {
        Job::Notify(notify) => return notification(app, row, notify).await,
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
            let sheet = content::note_sealed(frame, subject, &said.why, said.hidden.as_deref());
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

/// The page on which a sender sees how far a message got.
pub(super) fn tracking_link(app: &App, message: MessageId) -> String {
    format!("{}{SENT}?id={message}", app.config.portal.base())
}

/// Until when a delivery can be read now: it may have been extended while its notification waited.
async fn end_of(app: &App, row: &outbox::Job) -> Result<Option<DateTime<Utc>>, store::Error> {
    let Some(id) = row.delivery_id else { return Ok(None) };
    app.store.read(move |conn| Ok(deliveries::get(conn, id)?.expires_at)).await
}

/// What stands around a mail to this address.
pub(super) async fn frame_for(app: &App, address: &EmailAddress) -> Result<Frame, store::Error> {
    Ok(Frame::new(&app.config.portal, language_of(app, address).await?))
}

async fn account_language(app: &App, address: &EmailAddress) -> Result<Option<Language>, store::Error> {
    let address = address.clone();
    let account = app.store.read(move |conn| accounts::find_by_email(conn, &address)).await?;
    Ok(account.map(|account| Language::by_code(&account.locale).unwrap_or(app.config.portal.language())))
}

async fn notification(app: &App, row: &outbox::Job, notify: &Notify) -> Result<Option<Outgoing>, store::Error> {
    let known = account_language(app, &notify.recipient.address).await?;
    let frame = Frame::new(&app.config.portal, known.unwrap_or(app.config.portal.language()));
    let notification = Notification {
        link: format!("{}/open/{}", app.config.portal.base(), notify.ticket),
        sender: &notify.sender,
        subject: &notify.original.subject,
        sent_at: notify.sent_at,
        until: end_of(app, row).await?.unwrap_or(notify.expires_at),
        reference: &notify.reference,
        is_newcomer: known.is_none(),
    };
    Ok(notify_with(app, row, notify, &notification, &frame))
}

fn notify_with(
    app: &App,
    row: &outbox::Job,
    notify: &Notify,
    notification: &Notification<'_>,
    frame: &Frame,
) -> Option<Outgoing> {
    let sender = &notify.sender;
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
        words: notification.sheet(frame.clone()).words().ok()?,
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
