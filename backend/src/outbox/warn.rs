//! The last word before an unread message ends: to its recipient and to its sender, once each.

use chrono::{DateTime, Utc};
use shared::EmailAddress;

use super::{
    deliver::{account_language, bounce_address, frame_for, tracking_link},
    job::{About, Job, WarnSender, enqueue},
};
use crate::{
    app::App,
    id::{DeliveryId, JobId, MessageId, OneTimeTokenId},
    intake::cover,
    mail::{
        content,
        letter::Letter,
        outgoing::Outgoing,
        sheet::{Frame, Sheet, Words},
    },
    seal::{Purpose, Token},
    store::{
        self, Connection, deliveries,
        deliveries::Delivery,
        messages,
        messages::Message,
        one_time_tokens::{self, NewOneTimeToken},
        outbox, warnings,
    },
    tracking,
    words::{Cover as CoverWords, Notification, Tracking},
};

/// Adds the warnings that are due, at most for so many messages.
pub(super) async fn due(app: &App, limit: i64) -> Result<(), store::Error> {
    let (now, inner) = (app.clock.now(), app.clone());
    let warned = app
        .store
        .write(move |conn| {
            let mut count = 0;
            for message in warnings::list_messages(conn, now, limit)? {
                count += usize::from(warn(conn, &inner, message, now)?);
            }
            Ok(count)
        })
        .await?;
    if warned > 0 {
        tracing::info!(messages = warned, "warned of their end");
        app.wake.wake();
    }
    Ok(())
}

fn warn(conn: &mut Connection, app: &App, id: MessageId, now: DateTime<Utc>) -> Result<bool, store::Error> {
    let taken = warnings::take(conn, id, now)?;
    let ends: Vec<(DeliveryId, DateTime<Utc>)> =
        taken.iter().filter_map(|delivery| Some((delivery.id, delivery.expires_at?))).collect();
    let Some(last) = ends.iter().map(|(_, end)| *end).max() else { return Ok(false) };
    for (delivery, _) in &ends {
        let about = About { message_id: Some(id), delivery_id: Some(*delivery), wrap: None };
        enqueue(conn, &app.seal, now, JobId::new(now), &Job::WarnRecipient, about)?;
    }
    let token = Token::generate();
    one_time_tokens::insert(
        conn,
        &NewOneTimeToken {
            id: OneTimeTokenId::new(now),
            token_hash: token.hash(),
            purpose: one_time_tokens::Purpose::Extend,
            registration_id: None,
            account_id: None,
            return_delivery_id: None,
            message_id: Some(id),
            created_at: now,
            expires_at: last,
        },
    )?;
    let to = messages::get(conn, id)?.sender;
    let job = Job::WarnSender(WarnSender { to, token: token.reveal(), ends });
    let about = About { message_id: Some(id), delivery_id: None, wrap: None };
    enqueue(conn, &app.seal, now, JobId::new(now), &job, about)?;
    Ok(true)
}

/// Those of a warning to a sender that are still as it tells: neither opened nor ended nor extended meanwhile.
fn unread(conn: &mut Connection, warning: &WarnSender) -> Result<Vec<Delivery>, store::Error> {
    let mut unread = Vec::new();
    for (id, end) in &warning.ends {
        unread.extend(deliveries::find(conn, *id)?.filter(|delivery| {
            delivery.first_opened_at.is_none() && delivery.ended_at.is_none() && delivery.expires_at == Some(*end)
        }));
    }
    Ok(unread)
}

/// Whether there is still somebody to tell a sender of.
pub(super) fn is_wanted(conn: &mut Connection, warning: &WarnSender) -> Result<bool, store::Error> {
    Ok(!unread(conn, warning)?.is_empty())
}

/// What both letters tell.
struct Warning<'a> {
    app: &'a App,
    row: &'a outbox::Job,
    frame: Frame,
    message: &'a Message,
    cover: cover::Cover,
}

/// The mail to the recipient; `None` where it cannot be written.
pub(super) async fn to_recipient(app: &App, row: &outbox::Job) -> Result<Option<Outgoing>, store::Error> {
    let Some(id) = row.delivery_id else { return Ok(None) };
    let (delivery, message) = app
        .store
        .read(move |conn| {
            let delivery = deliveries::get(conn, id)?;
            let message = messages::get(conn, delivery.message_id)?;
            Ok((delivery, message))
        })
        .await?;
    let reader = account_language(app, &delivery.recipient).await?;
    let frame = Frame::new(&app.config.portal, reader.unwrap_or(app.config.portal.language()));
    let Some(cover) = cover::open(app, &message) else { return Ok(None) };
    let warning = Warning { app, row, frame, message: &message, cover };
    Ok(warning.recipients_letter(&delivery, reader.is_none()).and_then(|letter| letter.write(app)))
}

/// The mail to the sender; `None` where it cannot be written.
pub(super) async fn to_sender(
    app: &App,
    row: &outbox::Job,
    warning: &WarnSender,
) -> Result<Option<Outgoing>, store::Error> {
    let Some(id) = row.message_id else { return Ok(None) };
    let asked = warning.clone();
    let (message, unread) = app.store.read(move |conn| Ok((messages::get(conn, id)?, unread(conn, &asked)?))).await?;
    let frame = frame_for(app, &warning.to).await?;
    let Some(cover) = cover::open(app, &message) else { return Ok(None) };
    let letter = Warning { app, row, frame, message: &message, cover };
    Ok(letter
        .senders_words(warning, &unread)
        .ok()
        .and_then(|words| Letter::from_portal(row.id, row.created_at, warning.to.clone(), words).write(app)))
}

impl Warning<'_> {
    fn recipients_letter(&self, delivery: &Delivery, is_newcomer: bool) -> Option<Letter> {
        let ticket = delivery.ticket.as_ref()?;
        let ticket = self.app.seal.open_record(Purpose::Ticket, delivery.id.as_uuid(), ticket).ok()?;
        let ticket = String::from_utf8(ticket.to_vec()).ok()?;
        let sender = &self.cover.sender;
        let name = if sender.name.is_empty() { sender.address.to_string() } else { sender.name.clone() };
        let sheet = self.recipients_sheet(delivery, &ticket, &name);
        let sheet = if is_newcomer { content::for_newcomers(sheet, &name) } else { sheet };
        let words = sheet.words().ok()?;
        // For mail programs that strip links; it is the same page, without form or script.
        let attach = self.app.config.notification.attach_html;
        Some(Letter {
            envelope_from: Some(bounce_address(self.app, self.row)?),
            from_name: Some(format!("{name} via {}", self.app.config.portal.name)),
            reply_to: Some(sender.clone()),
            page: attach.then(|| ("Open-Message.html", words.html.clone())),
            ..Letter::from_portal(self.row.id, self.row.created_at, delivery.recipient.clone(), words)
        })
    }

    fn recipients_sheet(&self, delivery: &Delivery, ticket: &str, name: &str) -> Sheet {
        let (language, dates) = (self.frame.language, self.frame.dates);
        let (words, labels) = (Tracking(language), CoverWords(language));
        let (message, sender) = (self.message, &self.cover.sender);
        let until = dates.last_day(delivery.expires_at.unwrap_or(message.received_at));
        let from = if sender.name.is_empty() { name.to_owned() } else { format!("{name} <{}>", sender.address) };
        let facts = [
            (labels.from(), from),
            (labels.subject(), self.cover.subject.clone()),
            (labels.sent(), dates.moment(message.sent_at)),
            (labels.read_until(), until.clone()),
            (labels.reference(), message.reference.clone()),
        ];
        let link = format!("{}/open/{ticket}", self.app.config.portal.base());
        Sheet {
            subject: words.warn_recipient_subject(&self.cover.subject),
            title: words.warn_recipient_title(name, &until),
            before: vec![words.warn_recipient_text(&until)],
            facts: facts.into_iter().map(|(label, value)| (label.to_owned(), value)).collect(),
            button: Sheet::button(&self.frame, Notification(language).open_message(), link),
            genuine: Some(Notification(language).genuine(&self.frame.host, &message.reference)),
            ..Sheet::new(self.frame.clone())
        }
    }

    fn senders_words(&self, warning: &WarnSender, unread: &[Delivery]) -> Result<Words, askama::Error> {
        let (dates, message) = (self.frame.dates, self.message);
        let words = Tracking(self.frame.language);
        let end = unread.iter().filter_map(|delivery| delivery.expires_at).max().unwrap_or(message.received_at);
        let until = tracking::one_click_end(&self.app.config, message, end);
        let day = dates.last_day(end);
        let button = (until > end).then_some(()).and_then(|()| {
            let link = format!("{}/extend/{}", self.app.config.portal.base(), warning.token);
            Sheet::button(&self.frame, &words.warn_sender_extend(&dates.last_day(until)), link)
        });
        let next = if button.is_some() { words.warn_sender_how(&day) } else { words.warn_sender_last().to_owned() };
        Sheet {
            subject: words.warn_sender_subject(&self.cover.subject),
            title: words.warn_sender_title().to_owned(),
            before: vec![words.warn_sender_text(&self.cover.subject, &dates.day(message.sent_at), &day)],
            people: unread.iter().map(|delivery| written(&delivery.recipient)).collect(),
            button,
            after: vec![next],
            also_see: Some((words.warn_sender_other().to_owned(), tracking_link(self.app, message.id))),
            ..Sheet::new(self.frame.clone())
        }
        .words()
    }
}

fn written(address: &EmailAddress) -> String {
    address.written().to_owned()
}
