//! The read notice: what a sender who asked for it gets when a recipient first opens the message (RFC 8098).

use super::{
    deliver::{language_of, tracking_link},
    job::ReadNotice,
};
use crate::{
    app::App,
    intake::dsn,
    mail::{
        mailer::Outgoing,
        origin,
        template::{Button, Sheet, Words},
    },
    message::{
        Mailbox,
        compose::message_id,
        receipt::{Receipt, compose},
    },
    store::{self, outbox},
    words::{Language, Tracking},
};

/// The mail; `None` where it cannot be written.
pub(super) async fn write(app: &App, row: &outbox::Job, notice: &ReadNotice) -> Result<Option<Outgoing>, store::Error> {
    let language = language_of(app, &notice.to).await?;
    Ok(words(app, notice, language).ok().and_then(|words| mail(app, row, notice, words)))
}

fn words(app: &App, notice: &ReadNotice, language: Language) -> Result<Words, askama::Error> {
    let words = Tracking(language);
    let who = notice.recipient.written();
    Sheet {
        language: language.code().to_owned(),
        subject: words.read_subject(&notice.subject),
        title: words.read_title(who),
        before: vec![words.read_text(
            &notice.subject,
            &language.day(notice.sent_at),
            &language.moment(notice.opened_at),
        )],
        facts: Vec::new(),
        people: Vec::new(),
        button: Some(Button {
            label: words.see().to_owned(),
            link: tracking_link(app, notice.message_id),
            or: words.or_copy().to_owned(),
        }),
        after: vec![words.read_asked().to_owned()],
        foot: words.sent_by(&app.config.portal.name, &app.config.portal.host()),
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
