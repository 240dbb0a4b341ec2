//! Read notices (RFC 8098) within a multipart/report: mail programs know by them which mail was read.

use chrono::{DateTime, Utc};
use mail_builder::{
    MessageBuilder,
    headers::{content_type::ContentType, raw::Raw},
    mime::{BodyPart, MimePart},
};
use shared::EmailAddress;

use super::{
    RawMail,
    compose::{address, identifier},
    header::one_line,
    outline::Mailbox,
    report::{Fields, seven_bit, status},
};

/// What a notice says.
pub struct Receipt<'a> {
    /// From: the gateway.
    pub from: &'a Mailbox,
    /// Who is told.
    pub to: &'a EmailAddress,
    /// The notice's own subject.
    pub subject: String,
    /// The text that people read.
    pub text: String,
    /// The same as HTML.
    pub html: String,
    /// The fields that programs read.
    pub fields: Fields,
    /// The Message-ID of the mail that was opened.
    pub original_id: Option<&'a str>,
    /// Ours.
    pub message_id: String,
    /// Now.
    pub date: DateTime<Utc>,
    /// Further fields of the header: name and value.
    pub extra: Fields,
}

/// Writes the notice. Nothing of the mail itself goes into it.
///
/// # Errors
/// None in practice: it writes into memory.
pub fn compose(receipt: Receipt<'_>) -> std::io::Result<RawMail> {
    let alternatives = vec![MimePart::new("text/plain", receipt.text), MimePart::new("text/html", receipt.html)];
    let parts = vec![
        MimePart::new("multipart/alternative", BodyPart::Multipart(alternatives)),
        seven_bit("message/disposition-notification", status(&[receipt.fields])),
    ];
    let kind = ContentType::new("multipart/report").attribute("report-type", "disposition-notification");
    let mut builder = MessageBuilder::new()
        .header("Date", Raw::new(receipt.date.to_rfc2822()))
        .message_id(receipt.message_id)
        .from(address(receipt.from))
        .to(receipt.to.written())
        .subject(one_line(&receipt.subject))
        .header("Auto-Submitted", Raw::new("auto-replied"));
    if let Some(id) = receipt.original_id {
        builder = builder.in_reply_to(identifier(id)).references(identifier(id));
    }
    for (name, value) in &receipt.extra {
        builder = builder.header(*name, Raw::new(one_line(value)));
    }
    builder.body(MimePart::new(kind, BodyPart::Multipart(parts))).write_to_vec().map(|bytes| RawMail(bytes.into()))
}
