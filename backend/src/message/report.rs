//! Delivery status reports (RFC 3464) within a multipart/report (RFC 6522): what mail programs show as "undeliverable".

use chrono::{DateTime, Utc};
use mail_builder::{
    MessageBuilder,
    headers::{content_type::ContentType, raw::Raw},
    mime::{BodyPart, MimePart},
};
use shared::EmailAddress;

use super::{
    RawMail,
    compose::{address, addresses, identifier},
    header::one_line,
    outline::Mailbox,
    rewrite::written_fields,
};

/// The longest value of a field: with its name it must fit into a line (RFC 5322 section 2.1.1).
const LONGEST: usize = 900;

/// Fields of a status: name and value.
pub type Fields = Vec<(&'static str, String)>;

/// What of the mail's header goes back: nothing that tells one recipient of another.
pub struct Returned<'a> {
    /// From.
    pub from: Option<&'a Mailbox>,
    /// To: those whom the report is about.
    pub to: Vec<Mailbox>,
    /// The subject, masked.
    pub subject: &'a str,
    /// Date.
    pub date: Option<DateTime<Utc>>,
    /// Message-ID.
    pub message_id: Option<&'a str>,
}

/// What a report says.
pub struct Report<'a> {
    /// From: the gateway.
    pub from: &'a Mailbox,
    /// Who is told.
    pub to: &'a EmailAddress,
    /// The report's own subject.
    pub subject: String,
    /// The text that people read.
    pub text: String,
    /// The fields of the mail as a whole, then those of each recipient.
    pub status: Vec<Fields>,
    /// Of the mail it is about.
    pub returned: Returned<'a>,
    /// Ours.
    pub message_id: String,
    /// Now.
    pub date: DateTime<Utc>,
    /// Further fields of the header: name and value.
    pub extra: Fields,
}

/// Writes the report.
///
/// # Errors
/// None in practice: it writes into memory.
pub fn compose(report: &Report<'_>) -> std::io::Result<RawMail> {
    let parts = vec![
        MimePart::new("text/plain", report.text.clone()),
        seven_bit("message/delivery-status", status(&report.status)),
        headers(returned(&report.returned)?),
    ];
    let kind = ContentType::new("multipart/report").attribute("report-type", "delivery-status");
    let mut builder = MessageBuilder::new()
        .header("Date", Raw::new(report.date.to_rfc2822()))
        .message_id(report.message_id.as_str())
        .from(address(report.from))
        .to(report.to.written())
        .subject(one_line(&report.subject))
        .header("Auto-Submitted", Raw::new("auto-replied"));
    if let Some(id) = report.returned.message_id {
        builder = builder.references(identifier(id));
    }
    for (name, value) in &report.extra {
        builder = builder.header(*name, Raw::new(one_line(value)));
    }
    builder.body(MimePart::new(kind, BodyPart::Multipart(parts))).write_to_vec().map(|bytes| RawMail(bytes.into()))
}

/// The header of the mail. With an address beyond ASCII it is a part that may be encoded (RFC 6533 section 5), so that any
/// server takes it.
fn headers(octets: Vec<u8>) -> MimePart<'static> {
    if octets.is_ascii() {
        return seven_bit("text/rfc822-headers", octets);
    }
    MimePart::new("message/global-headers", BodyPart::Binary(octets.into()))
}

/// A part that is ASCII already, and must not be encoded (RFC 3464 section 2.1).
pub(super) fn seven_bit(kind: &'static str, octets: Vec<u8>) -> MimePart<'static> {
    MimePart::new(kind, BodyPart::Binary(octets.into())).transfer_encoding("7bit")
}

pub(super) fn status(groups: &[Fields]) -> Vec<u8> {
    let group = |fields: &Fields| {
        let lines: Vec<_> = fields.iter().map(|(name, value)| format!("{name}: {}\r\n", printable(value))).collect();
        lines.concat()
    };
    groups.iter().map(group).collect::<Vec<_>>().join("\r\n").into_bytes()
}

fn returned(of: &Returned<'_>) -> std::io::Result<Vec<u8>> {
    let mut head = MessageBuilder::new().subject(one_line(of.subject));
    let mut wanted = vec!["subject"];
    if let Some(from) = of.from {
        head = head.from(address(from));
        wanted.push("from");
    }
    if !of.to.is_empty() {
        head = head.to(addresses(&of.to));
        wanted.push("to");
    }
    if let Some(date) = of.date {
        head = head.header("Date", Raw::new(date.to_rfc2822()));
        wanted.push("date");
    }
    if let Some(id) = of.message_id {
        head = head.message_id(identifier(id));
        wanted.push("message-id");
    }
    written_fields(head, &wanted, &[])
}

/// What may stand in a field of a status: printable ASCII, in one line of bounded length.
pub fn printable(text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    words.chars().map(|c| if matches!(c, ' '..='~') { c } else { '?' }).take(LONGEST).collect()
}

#[cfg(test)]
mod tests;
