//! Delivery status reports (RFC 3464) within a multipart/report (RFC 6522): what mail programs show as "undeliverable".

use chrono::{DateTime, Utc};
use mail_builder::{
    MessageBuilder,
    headers::raw::Raw,
    mime::{BodyPart, MimePart},
};
use shared::EmailAddress;

use super::{RawMail, header::one_line, outline::Mailbox};

/// One recipient that was not reached.
pub struct Failed {
    /// The address.
    pub recipient: EmailAddress,
    /// An enhanced status code (RFC 3463), for example `5.1.1`.
    pub status: String,
    /// What the next hop said, or why we gave up.
    pub diagnostic: String,
}

/// What a report says.
pub struct Report<'a> {
    /// From: the gateway.
    pub from: &'a Mailbox,
    /// Who is told.
    pub to: &'a EmailAddress,
    /// The gateway's name.
    pub hostname: &'a str,
    /// The failed mail's subject, masked.
    pub subject: &'a str,
    /// The text that people read.
    pub text: &'a str,
    /// Who was not reached.
    pub failed: &'a [Failed],
    /// The failed mail's Message-ID.
    pub original_id: Option<&'a str>,
    /// Ours.
    pub message_id: &'a str,
    /// Now.
    pub date: DateTime<Utc>,
}

/// Writes the report; of the failed mail only subject and Message-ID go back.
///
/// # Errors
/// None in practice: it writes into memory.
pub fn compose(report: &Report<'_>) -> std::io::Result<RawMail> {
    use std::fmt::Write as _;
    let mut status = format!("Reporting-MTA: dns; {}\r\n", report.hostname);
    for failed in report.failed {
        let _ = write!(
            status,
            "\r\nFinal-Recipient: rfc822; {}\r\nAction: failed\r\nStatus: {}\r\nDiagnostic-Code: smtp; {}\r\n",
            failed.recipient,
            one_line(&failed.status),
            one_line(&failed.diagnostic)
        );
    }
    let mut original = format!("Subject: {}\r\n", one_line(report.subject));
    if let Some(id) = report.original_id {
        let _ = write!(original, "Message-ID: <{}>\r\n", one_line(id));
    }
    let parts = vec![
        MimePart::new("text/plain", report.text.to_owned()),
        MimePart::new("message/delivery-status", BodyPart::Text(status.into())),
        MimePart::new("text/rfc822-headers", original),
    ];
    let kind = mail_builder::headers::content_type::ContentType::new("multipart/report")
        .attribute("report-type", "delivery-status");
    let mut builder = MessageBuilder::new()
        .header("Date", Raw::new(report.date.to_rfc2822()))
        .message_id(report.message_id)
        .from((report.from.name.as_str(), report.from.address.written()))
        .to(report.to.written())
        .subject(format!("Not delivered: {}", one_line(report.subject)))
        .header("Auto-Submitted", Raw::new("auto-replied"))
        .body(MimePart::new(kind, BodyPart::Multipart(parts)));
    if let Some(id) = report.original_id {
        builder = builder.references(id.to_owned());
    }
    builder.write_to_vec().map(|bytes| RawMail(bytes.into()))
}
