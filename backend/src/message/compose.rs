//! The one builder of RFC 5322 messages: what the portal, the API and the outbox write.

use std::borrow::Cow;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use mail_builder::{
    MessageBuilder,
    headers::{address::Address, content_type::ContentType, raw::Raw},
    mime::{BodyPart, MimePart},
};

use super::{RawMail, header::one_line, outline::Mailbox};

/// A file to attach.
#[derive(Clone)]
pub struct Attachment {
    /// Its name.
    pub name: String,
    /// Its media type.
    pub content_type: String,
    /// Its octets.
    pub bytes: Bytes,
}

/// A message to be written.
#[derive(Clone)]
pub struct Draft {
    /// From.
    pub from: Mailbox,
    /// Reply-To, if another.
    pub reply_to: Option<Mailbox>,
    /// To.
    pub to: Vec<Mailbox>,
    /// Cc.
    pub cc: Vec<Mailbox>,
    /// Not written into the message; nobody else learns of them.
    pub bcc: Vec<Mailbox>,
    /// Subject.
    pub subject: String,
    /// The text.
    pub text: String,
    /// The same as HTML.
    pub html: Option<String>,
    /// Attachments.
    pub attachments: Vec<Attachment>,
    /// The Message-ID that this answers, without angle brackets.
    pub in_reply_to: Option<String>,
    /// References, oldest first.
    pub references: Vec<String>,
    /// Message-ID, without angle brackets.
    pub message_id: String,
    /// Date.
    pub date: DateTime<Utc>,
    /// Further fields: name and value.
    pub extra: Vec<(&'static str, String)>,
}

impl Draft {
    /// An empty message from `from`.
    pub fn new(from: Mailbox, message_id: String, date: DateTime<Utc>) -> Self {
        Self {
            from,
            reply_to: None,
            to: Vec::new(),
            cc: Vec::new(),
            bcc: Vec::new(),
            subject: String::new(),
            text: String::new(),
            html: None,
            attachments: Vec::new(),
            in_reply_to: None,
            references: Vec::new(),
            message_id,
            date,
            extra: Vec::new(),
        }
    }
}

/// A Message-ID for something that has an id already, so that a second try has the same.
pub fn message_id(id: uuid::Uuid, domain: &shared::Domain) -> String {
    format!("{}@{domain}", id.simple())
}

/// Writes the message. Whatever the values hold, none can begin another field: control characters become blanks.
///
/// # Errors
/// None in practice: it writes into memory.
pub fn compose(draft: &Draft) -> std::io::Result<RawMail> {
    let mut builder = MessageBuilder::new()
        .header("Date", Raw::new(draft.date.to_rfc2822()))
        .message_id(identifier(&draft.message_id))
        .from(address(&draft.from))
        .subject(one_line(&draft.subject));
    if let Some(reply_to) = &draft.reply_to {
        builder = builder.reply_to(address(reply_to));
    }
    if !draft.to.is_empty() {
        builder = builder.to(addresses(&draft.to));
    }
    if !draft.cc.is_empty() {
        builder = builder.cc(addresses(&draft.cc));
    }
    if draft.to.is_empty() && draft.cc.is_empty() {
        builder = builder.header("To", Raw::new("undisclosed-recipients:;"));
    }
    if let Some(id) = &draft.in_reply_to {
        builder = builder.in_reply_to(identifier(id));
    }
    if !draft.references.is_empty() {
        let ids: Vec<String> = draft.references.iter().map(|id| identifier(id)).collect();
        builder = builder.references(ids);
    }
    for (name, value) in &draft.extra {
        builder = builder.header(*name, Raw::new(one_line(value)));
    }
    builder = builder.text_body(&draft.text);
    if let Some(html) = &draft.html {
        builder = builder.html_body(html);
    }
    for file in &draft.attachments {
        builder = attach(builder, file);
    }
    builder.write_to_vec().map(|bytes| RawMail(Bytes::from(bytes)))
}

fn attach<'x>(builder: MessageBuilder<'x>, file: &'x Attachment) -> MessageBuilder<'x> {
    let mut kind = ContentType::new(media_type(&file.content_type));
    if file.content_type.starts_with("text/") && std::str::from_utf8(&file.bytes).is_ok() {
        kind = kind.attribute("charset", "utf-8");
    }
    let mut builder = builder;
    let part = MimePart::new(kind, BodyPart::Binary(Cow::Borrowed(&file.bytes[..]))).attachment(one_line(&file.name));
    builder.attachments.get_or_insert_default().push(part);
    builder
}

/// A media type that is one, or the one for any octets. Multiparts and messages would need their structure.
fn media_type(text: &str) -> String {
    let token =
        |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$&^_.+-".contains(&b));
    match text.split(';').next().and_then(|kind| kind.trim().split_once('/')) {
        Some((kind, sub)) if token(kind) && token(sub) && !matches!(kind, "multipart" | "message") => {
            format!("{kind}/{sub}").to_ascii_lowercase()
        }
        _ => "application/octet-stream".to_owned(),
    }
}

pub(super) fn identifier(id: &str) -> String {
    id.chars().filter(|c| c.is_ascii_graphic() && !matches!(c, '<' | '>')).collect()
}

pub(super) fn address(mailbox: &Mailbox) -> Address<'static> {
    let name = Some(one_line(&mailbox.name)).filter(|name| !name.is_empty());
    Address::new_address(name, mailbox.address.written().to_owned())
}

pub(super) fn addresses(mailboxes: &[Mailbox]) -> Address<'static> {
    Address::new_list(mailboxes.iter().map(address).collect())
}
