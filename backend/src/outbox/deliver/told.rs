//! Word to a sender: a recipient asks for an expired message again, or says that it is not for them.

use crate::{
    app::App,
    mail::{letter::Letter, mailer::Outgoing, template::SenderTold},
    message::Mailbox,
    outbox::job::{TellSender, Told},
    store::outbox,
    words::{Language, SenderMail},
};

/// The mail of the job.
pub(super) fn mail(app: &App, row: &outbox::Job, told: &TellSender) -> Option<Outgoing> {
    let portal = &app.config.portal;
    let language = told.locale.as_deref().and_then(Language::by_code).unwrap_or_else(|| portal.language());
    let (words, recipient, host) = (SenderMail(language), told.recipient.written(), portal.host());
    let (subject, heading, paragraphs) = match told.about {
        // With the marker in front, the answer is sealed like the message it is about.
        Told::SendAgain => (
            format!("# {}", words.send_again_subject(&told.subject)),
            words.send_again(recipient),
            words.send_again_why().map(str::to_owned),
        ),
        Told::NotForMe => (
            words.not_for_them_subject(&told.subject),
            words.not_for_them(recipient),
            words.not_for_them_why().map(str::to_owned),
        ),
    };
    let letter = SenderTold {
        language: language.code().to_owned(),
        heading,
        facts: [
            (words.subject(), told.subject.clone()),
            (words.sent(), language.moment(told.sent_at)),
            (words.recipient(), recipient.to_owned()),
            (words.reference(), told.reference.clone()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .to_vec(),
        subject,
        paragraphs: paragraphs.to_vec(),
        link: format!("{}/sent?id={}", portal.base(), told.message),
        button: words.see().to_owned(),
        or_copy: words.or_copy().to_owned(),
        foot: words.sent_by(&portal.name, &host),
    };
    let mut letter = Letter::from_portal(row.id, row.created_at, told.to.clone(), letter.words().ok()?);
    // An answer to it by mail is sealed only when it comes from staff.
    if told.about == Told::SendAgain && app.config.organisation.is_sender(&told.to) {
        letter.reply_to = Some(Mailbox { name: String::new(), address: told.recipient.clone() });
    }
    letter.write(app)
}
