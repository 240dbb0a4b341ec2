//! Messages with other header fields and the same body, octet for octet.

use super::{
    compose::address,
    header::{field_ranges, one_line, raw_fields},
    outline::Mailbox,
};

/// How an ordinary mail to staff differs from the stored message.
pub struct StaffCopy<'a> {
    /// `"<name> via <portal>" <mail.from>`.
    pub from: &'a Mailbox,
    /// The author.
    pub reply_to: &'a Mailbox,
    /// With the marker, strong findings masked.
    pub subject: &'a str,
    /// Further fields: name and value.
    pub extra: &'a [(&'static str, String)],
}

/// The stored message as the ordinary mail that goes to staff: From, Reply-To and Subject are ours, Bcc and signatures
/// that no longer fit are gone, everything else stays.
///
/// # Errors
/// None in practice: it writes into memory.
pub fn staff_copy(raw: &[u8], changes: &StaffCopy<'_>) -> std::io::Result<Vec<u8>> {
    let mut head = mail_builder::MessageBuilder::new()
        .from(address(changes.from))
        .reply_to(address(changes.reply_to))
        .subject(one_line(changes.subject));
    for (name, value) in changes.extra {
        head = head.header(*name, mail_builder::headers::raw::Raw::new(value.as_str()));
    }
    let mut out = written_fields(head, &["from", "reply-to", "subject"], changes.extra)?;
    let dropped = ["from", "reply-to", "subject", "bcc", "dkim-signature", "received", "return-path"];
    out.extend(without_fields(raw, &dropped));
    Ok(out)
}

/// The fields of `head` that were asked for; the builder adds Date and Message-ID of its own.
pub(super) fn written_fields(
    head: mail_builder::MessageBuilder<'_>,
    wanted: &[&str],
    extra: &[(&'static str, String)],
) -> std::io::Result<Vec<u8>> {
    let written = head.text_body("").write_to_vec()?;
    let mut out = Vec::new();
    for range in field_ranges(&written) {
        let field = &written[range];
        let is_wanted = raw_fields(field).next().is_some_and(|(name, _)| {
            wanted.iter().any(|w| name.eq_ignore_ascii_case(w))
                || extra.iter().any(|(e, _)| name.eq_ignore_ascii_case(e))
        });
        if is_wanted {
            out.extend_from_slice(field);
        }
    }
    Ok(out)
}

/// A message without its Bcc fields.
pub fn without_bcc(raw: &[u8]) -> Vec<u8> {
    without_fields(raw, &["bcc"])
}

/// A message without some fields; `names` in lower case.
fn without_fields(raw: &[u8], names: &[&str]) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len());
    let mut end = 0;
    for range in field_ranges(raw) {
        end = range.end;
        let field = &raw[range];
        let dropped =
            raw_fields(field).next().is_some_and(|(name, _)| names.iter().any(|n| name.eq_ignore_ascii_case(n)));
        if !dropped {
            out.extend_from_slice(field);
        }
    }
    out.extend_from_slice(&raw[end..]);
    out
}
