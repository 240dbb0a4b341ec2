//! Generated mails: words put into a message that says it is ours.

use bytes::Bytes;
use chrono::{DateTime, Utc};
use shared::EmailAddress;

use super::{origin, outgoing::Outgoing, sheet::Words};
use crate::{
    app::Parts,
    id::JobId,
    message::{
        Mailbox,
        compose::{Attachment, Draft, compose, message_id},
    },
};

/// A generated mail to one recipient.
pub struct Letter {
    /// The job that sends it; a second try has the same Message-ID.
    pub job: JobId,
    /// When the job was made; the Date field.
    pub date: DateTime<Utc>,
    /// To whom.
    pub to: EmailAddress,
    /// The envelope sender; `None` is the null sender.
    pub envelope_from: Option<EmailAddress>,
    /// The name in From; the portal's own if absent.
    pub from_name: Option<String>,
    /// Where an answer goes.
    pub reply_to: Option<Mailbox>,
    /// The words.
    pub words: Words,
    /// Attached pages: name and HTML.
    pub page: Option<(&'static str, String)>,
    /// The Message-ID of the mail this is about.
    pub references: Option<String>,
}

impl Letter {
    /// A mail from the portal itself, which nobody answers.
    pub fn from_portal(job: JobId, date: DateTime<Utc>, to: EmailAddress, words: Words) -> Self {
        Self {
            job,
            date,
            to,
            envelope_from: None,
            from_name: None,
            reply_to: None,
            words,
            page: None,
            references: None,
        }
    }

    /// Writes it.
    pub fn write(self, app: &Parts) -> Option<Outgoing> {
        let name = self.from_name.unwrap_or_else(|| app.config.portal.name.clone());
        let from = Mailbox { name, address: app.config.mail.from().clone() };
        let id = message_id(self.job.as_uuid(), app.config.mail.from().domain());
        let origin = origin::value(&app.seal, &id, &self.to, self.date)?;
        let mut draft = Draft::new(from, id, self.date);
        draft.to = vec![Mailbox { name: String::new(), address: self.to.clone() }];
        draft.reply_to = self.reply_to;
        draft.subject = self.words.subject;
        draft.text = self.words.text;
        draft.html = Some(self.words.html);
        draft.references = self.references.into_iter().collect();
        draft.extra = vec![("Auto-Submitted", "auto-generated".to_owned()), (origin::FIELD, origin)];
        draft.attachments = self
            .page
            .into_iter()
            .map(|(name, html)| Attachment {
                name: name.to_owned(),
                content_type: "text/html; charset=utf-8".to_owned(),
                bytes: Bytes::from(html),
            })
            .collect();
        let mail = compose(&draft).ok()?;
        Some(Outgoing { envelope_from: self.envelope_from, envelope_to: self.to, content: mail.0 })
    }
}
