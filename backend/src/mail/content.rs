//! What the generated mails say, each in the language of its reader.

use chrono::{DateTime, Utc};

use super::sheet::{Button, Frame, Sheet};
use crate::{
    message::Mailbox,
    outbox::job::Said,
    words::{self, Language},
};

/// What a notification is about.
pub struct Notification<'a> {
    /// The ticket's link.
    pub link: String,
    /// Who wrote.
    pub sender: &'a Mailbox,
    /// The subject, masked, without its marker.
    pub subject: &'a str,
    /// When it was sent.
    pub sent_at: DateTime<Utc>,
    /// Until when it can be read.
    pub until: DateTime<Utc>,
    /// The reference code.
    pub reference: &'a str,
    /// Whether the reader has no account, so that nobody knows their language.
    pub is_newcomer: bool,
    /// Whether the page comes along as a file.
    pub has_file: bool,
}

impl Notification<'_> {
    fn name(&self) -> String {
        if self.sender.name.is_empty() { self.sender.address.to_string() } else { self.sender.name.clone() }
    }

    /// Tells a recipient that a message waits.
    pub fn sheet(&self, frame: Frame) -> Sheet {
        let words = words::Notification(frame.language);
        let file = self.has_file.then(|| words.file().to_owned());
        let about = self.about(frame.clone());
        Sheet {
            subject: format!("# {}", self.subject),
            button: Sheet::button(&frame, words.open_message(), self.link.clone()),
            after: file.into_iter().chain(about.after).collect(),
            foot: vec![words.reply(&self.sender.address.to_string())],
            ..about
        }
    }

    /// The attached page, for mail programs that strip links.
    pub fn page(&self, frame: Frame) -> Sheet {
        let words = words::Notification(frame.language);
        let button = Button {
            label: words.open_message().to_owned(),
            link: self.link.clone(),
            or: words.if_nothing().to_owned(),
        };
        Sheet { button: Some(button), ..self.about(frame) }
    }

    fn about(&self, frame: Frame) -> Sheet {
        let (cover, language, dates) = (words::Cover(frame.language), frame.language, frame.dates);
        let named = match self.sender.name.as_str() {
            "" => self.sender.address.to_string(),
            name => format!("{name} <{}>", self.sender.address),
        };
        let facts = [
            (cover.from(), named),
            (cover.subject(), self.subject.to_owned()),
            (cover.sent(), dates.moment(self.sent_at)),
            (cover.read_until(), dates.last_day(self.until)),
            (cover.reference(), self.reference.to_owned()),
        ];
        let genuine = words::Notification(language).genuine(&frame.host, self.reference);
        let sheet = Sheet {
            title: cover.has_sent(&self.name()),
            facts: facts.map(|(name, value)| (name.to_owned(), value)).to_vec(),
            genuine: Some(genuine),
            ..Sheet::new(frame)
        };
        if self.is_newcomer { for_newcomers(sheet, &self.name()) } else { sheet }
    }
}

/// Adds what whoever has no account needs: how to begin, and the gist in each other language.
pub fn for_newcomers(mut sheet: Sheet, sender: &str) -> Sheet {
    let language = sheet.frame.language;
    sheet.after.push(words::Notification(language).first_time().to_owned());
    sheet.also = in_other_languages(language, sender);
    sheet
}

fn in_other_languages(language: Language, sender: &str) -> Vec<(Language, String)> {
    let others = Language::ALL.into_iter().filter(|other| *other != language);
    others.map(|other| (other, words::Notification(other).in_this_language(sender))).collect()
}

/// The link that confirms a registration. It never shows what the registrant wrote.
pub fn confirm(frame: Frame, link: String) -> Sheet {
    let words = words::Confirm(frame.language);
    Sheet {
        subject: words.subject(&frame.portal),
        title: words.title().to_owned(),
        before: vec![words.text().to_owned()],
        button: Sheet::button(&frame, words.button(), link),
        after: vec![words.not_you(&frame.host)],
        genuine: Sheet::usual_genuine(&frame),
        ..Sheet::new(frame)
    }
}

/// Word to the owner of an address that somebody tried to register again.
pub fn account_exists(frame: Frame, link: String) -> Sheet {
    let words = words::AccountExists(frame.language);
    Sheet {
        subject: words.subject(&frame.portal),
        title: words.title().to_owned(),
        before: vec![words.text(&frame.host)],
        button: Sheet::button(&frame, words.button(), link),
        after: vec![words.forgotten().to_owned()],
        genuine: Sheet::usual_genuine(&frame),
        ..Sheet::new(frame)
    }
}

/// The link that sets a new password.
pub fn password_reset(frame: Frame, link: String) -> Sheet {
    let words = words::PasswordReset(frame.language);
    Sheet {
        subject: words.subject(&frame.portal),
        title: words.title().to_owned(),
        before: vec![words.text(&frame.host)],
        button: Sheet::button(&frame, words.button(), link),
        after: vec![words.not_you().to_owned()],
        genuine: Sheet::usual_genuine(&frame),
        ..Sheet::new(frame)
    }
}

/// Word that the password was changed.
pub fn password_changed(frame: Frame, link: String) -> Sheet {
    let words = words::PasswordChanged(frame.language);
    Sheet {
        subject: words.subject(&frame.portal),
        title: words.title().to_owned(),
        before: vec![words.text(&frame.host)],
        button: Sheet::button(&frame, words.button(), link),
        after: vec![words.not_you().to_owned()],
        genuine: Sheet::usual_genuine(&frame),
        ..Sheet::new(frame)
    }
}

/// Word to a sender that a mail was sealed without the marker, or its subject masked.
pub fn note_sealed(frame: Frame, subject: &str, said: &Said) -> Sheet {
    let words = words::Note(frame.language);
    let hidden = said.hidden.as_deref().map(|what| words.hidden(what));
    let marker = (!said.was_asked_for).then(|| words.marker().to_owned());
    let about = [words.about(subject, &said.why), words.fine(&frame.host)];
    Sheet {
        subject: words.subject(subject),
        title: words.title().to_owned(),
        before: about.into_iter().chain(hidden).chain(marker).chain([words.once().to_owned()]).collect(),
        ..Sheet::new(frame)
    }
}

#[cfg(test)]
mod tests;
