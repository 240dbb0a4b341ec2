//! The read notice: what a sender who asked for it gets when a recipient first opens the message (RFC 8098).

use super::{
    deliver::{frame_for, tracking_link},
    job::ReadNotice,
};
use crate::{
    app::App,
    intake::dsn,
    mail::{
        origin,
        outgoing::Outgoing,
        sheet::{Frame, Sheet, Words},
    },
    message::{
        Mailbox,
        compose::message_id,
        receipt::{Receipt, compose},
    },
    store::{self, outbox},
    words::Tracking,
};

/// The mail; `None` where it cannot be written.
pub(super) async fn write(app: &App, row: &outbox::Job, notice: &ReadNotice) -> Result<Option<Outgoing>, store::Error> {
    let frame = frame_for(app, &notice.to).await?;
    Ok(words(app, notice, frame).ok().and_then(|words| mail(app, row, notice, words)))
}

fn words(app: &App, notice: &ReadNotice, frame: Frame) -> Result<Words, askama::Error> {
    let (dates, words) = (frame.dates, Tracking(frame.language));
    let who = notice.recipient.written();
    Sheet {
        subject: words.read_subject(&notice.subject),
        title: words.read_title(who),
        before: vec![words.read_text(&notice.subject, &dates.day(notice.sent_at), &dates.moment(notice.opened_at))],
        button: Sheet::button(&frame, words.see(), tracking_link(app, notice.message_id)),
        after: vec![words.read_asked().to_owned()],
        ..Sheet::new(frame)
    }
    .words()
}

fn mail(app: &App, row: &outbox::Job, notice: &ReadNotice, words: Words) -> Option<Outgoing> {
    let from = Mailbox { name: app.config.portal.name.clone(), address: app.config.mail.from().clone() };
    let id = message_id(row.id.as_uuid(), from.address.domain());
    let origin = origin::value(&app.seal, &id, &notice.to, row.created_at)?;
    let mut fields = vec![
        ("Reporting-UA", format!("{}; Octothorpe", app.config.gateway.hostname)),
        ("Final-Recipient", dsn::final_recipient(&notice.recipient)),
    ];
    fields.extend(notice.original_id.as_ref().map(|id| ("Original-Message-ID", format!("<{id}>"))));
    fields.push(("Disposition", "manual-action/MDN-sent-automatically; displayed".to_owned()));
    let mail = compose(Receipt {
        from: &from,
        to: &notice.to,
        subject: words.subject,
        text: words.text,
        html: words.html,
        fields,
        original_id: notice.original_id.as_deref(),
        message_id: id,
        date: row.created_at,
        extra: vec![(origin::FIELD, origin)],
    });
    // The null sender: nobody answers a notice (RFC 8098 section 3).
    Some(Outgoing { envelope_from: None, envelope_to: notice.to.clone(), content: mail.ok()?.0 })
}
