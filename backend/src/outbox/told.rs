//! Word to a sender: a recipient asks for an expired message again, or says that it is not for them.

use shared::route::page::{COMPOSE, INBOX};

use super::{
    deliver::{frame_for, tracking_link},
    job::{TellSender, Told},
};
use crate::{
    app::App,
    mail::{letter::Letter, outgoing::Outgoing, sheet::Sheet},
    message::Mailbox,
    store::{self, outbox},
    words::{Cover, SenderMail, Tracking},
};

/// The mail of the job; `None` where it cannot be written.
pub(super) async fn write(app: &App, row: &outbox::Job, told: &TellSender) -> Result<Option<Outgoing>, store::Error> {
    let frame = frame_for(app, &told.to).await?;
    let language = frame.language;
    let (words, common, cover) = (SenderMail(language), Tracking(language), Cover(language));
    let recipient = told.recipient.written();
    // The gateway sees mail of staff alone: nobody else's is sealed on its way, with the marker or without.
    let is_staff = app.config.organisation.is_sender(&told.to);
    let (subject, title, why) = match told.about {
        // With the marker in front, the answer is sealed like the message it is about.
        Told::SendAgain if is_staff => (
            format!("# {}", words.send_again_subject(&told.subject)),
            words.send_again(recipient),
            words.send_again_why(),
        ),
        Told::SendAgain => {
            (words.send_again_subject(&told.subject), words.send_again(recipient), words.answer_there_why())
        }
        Told::NotForMe => {
            (words.not_for_them_subject(&told.subject), words.not_for_them(recipient), words.not_for_them_why())
        }
    };
    let facts = [
        (cover.subject(), told.subject.clone()),
        (cover.sent(), frame.dates.moment(told.sent_at)),
        (cover.to(), recipient.to_owned()),
        (cover.reference(), told.reference.clone()),
    ];
    let page = |path: &str| format!("{}{path}", app.config.portal.base());
    let button = match told.about {
        Told::SendAgain if is_staff => {
            Sheet::button(&frame, words.write_again(), format!("{}?again={}", page(COMPOSE), told.message))
        }
        Told::SendAgain => Sheet::button(&frame, words.answer_there(), page(INBOX)),
        Told::NotForMe => Sheet::button(&frame, common.see(), tracking_link(app, told.message)),
    };
    let sheet = Sheet {
        subject,
        title,
        before: why.map(str::to_owned).to_vec(),
        facts: facts.map(|(name, value)| (name.to_owned(), value)).to_vec(),
        button,
        ..Sheet::new(frame)
    };
    let Ok(words) = sheet.words() else { return Ok(None) };
    let mut letter = Letter::from_portal(row.id, row.created_at, told.to.clone(), words);
    if told.about == Told::SendAgain && is_staff {
        letter.reply_to = Some(Mailbox { name: String::new(), address: told.recipient.clone() });
    }
    Ok(letter.write(app))
}
