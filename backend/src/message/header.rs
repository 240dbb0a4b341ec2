//! The header block: fields as they stand, decoded where people read them (RFC 5322, RFC 2047).

mod joined;

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use mail_parser::{Addr, Address, HeaderValue, MessageParser};
use shared::EmailAddress;

use super::outline::Mailbox;

/// What the gateway needs of a mail's header.
#[derive(Clone, Debug, Default)]
pub struct Headers {
    /// Every Subject field, decoded and unfolded, in order.
    pub subjects: Vec<String>,
    /// Every address of every From field.
    pub from: Vec<Mailbox>,
    /// Whether those are all that stands there: nothing was left out that is no address.
    pub from_is_whole: bool,
    /// Reply-To.
    pub reply_to: Vec<Mailbox>,
    /// To.
    pub to: Vec<Mailbox>,
    /// Cc.
    pub cc: Vec<Mailbox>,
    /// Message-ID without the angle brackets.
    pub message_id: Option<String>,
    /// In-Reply-To, likewise.
    pub in_reply_to: Option<String>,
    /// References, likewise, oldest first.
    pub references: Vec<String>,
    /// The Date field.
    pub date: Option<DateTime<Utc>>,
    /// Other fields: name in lower case, unfolded value.
    pub fields: Vec<(String, String)>,
}

impl Headers {
    /// Reads a header block, with or without the empty line at its end.
    pub fn read(block: &[u8]) -> Self {
        let block = &*fields_alone(block);
        let fields: Vec<(String, String)> = raw_fields(block)
            .map(|(name, value)| (name.to_ascii_lowercase(), unfold(&String::from_utf8_lossy(value))))
            .collect();
        let mut headers = Self { fields, from_is_whole: true, ..Self::default() };
        let joined = joined::joined(block);
        let block = &*joined;
        let Some(message) = MessageParser::default().parse_headers(block) else { return headers };
        for header in message.headers() {
            match header.name().to_ascii_lowercase().as_str() {
                "from" => {
                    let from = mailboxes(header.value());
                    headers.from_is_whole &= from.len() == written(header.value()).len();
                    headers.from.extend(from);
                }
                "reply-to" => headers.reply_to.extend(mailboxes(header.value())),
                "to" => headers.to.extend(mailboxes(header.value())),
                "cc" => headers.cc.extend(mailboxes(header.value())),
                "subject" => {
                    headers.subjects.push(subject(block, header.offset_start(), header.offset_end(), header.value()));
                }
                "message-id" => headers.message_id = ids(header.value()).into_iter().next(),
                "in-reply-to" => headers.in_reply_to = ids(header.value()).into_iter().next(),
                "references" => headers.references = ids(header.value()),
                "date" => {
                    headers.date =
                        header.value().as_datetime().and_then(|date| DateTime::from_timestamp(date.to_timestamp(), 0));
                }
                _ => {}
            }
        }
        headers
    }

    /// The first Subject field, or nothing.
    pub fn subject(&self) -> &str {
        self.subjects.first().map_or("", String::as_str)
    }

    /// The unfolded values of a field, by its name in lower case.
    pub fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.fields.iter().filter(move |(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// The first value of a field, by its name in lower case.
    pub fn value<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        self.values(name).next()
    }

    /// Whether a program sent this, so that it must not be answered (RFC 3834, and the older `Precedence`).
    pub fn is_automatic(&self) -> bool {
        self.values("auto-submitted").any(|value| !value.trim().eq_ignore_ascii_case("no"))
            || self
                .values("precedence")
                .any(|value| ["bulk", "list", "junk"].contains(&value.trim().to_lowercase().as_str()))
    }
}

/// The header block at the beginning of a message.
pub fn block(message: &[u8]) -> &[u8] {
    let end = field_ranges(message).last().map_or(0, |range| range.end);
    &message[..end]
}

/// The fields of a header block: name, and value with its folds. A line that is no field ends the block's use.
pub fn raw_fields(block: &[u8]) -> impl Iterator<Item = (&str, &[u8])> {
    field_ranges(block).filter_map(|range| {
        let field = &block[range];
        let colon = field.iter().position(|&byte| byte == b':')?;
        let name = std::str::from_utf8(&field[..colon]).ok()?.trim_end();
        Some((name, &field[colon + 1..]))
    })
}

/// Whether a line begins a field. A "From " line of an mbox file is taken for one, as mail programs do.
pub(super) fn is_field(line: &[u8]) -> bool {
    let name = line.iter().position(|&byte| byte == b':').map(|colon| line[..colon].trim_ascii_end());
    line.starts_with(b"From ") || name.is_some_and(|name| !name.is_empty() && name.iter().all(u8::is_ascii_graphic))
}

/// A header block as the parser knows it: for that, a line that is no field ends it, and so does one of blanks in front
/// of all fields.
pub(super) fn fields_alone(block: &[u8]) -> Cow<'_, [u8]> {
    let block = block.trim_ascii_start();
    if field_ranges(block).all(|range| is_field(&block[range])) {
        return Cow::Borrowed(block);
    }
    let fields = field_ranges(block).map(|range| &block[range]).filter(|field| is_field(field));
    Cow::Owned(fields.flatten().copied().collect())
}

/// The byte range of each field with its folded lines and line end.
pub fn field_ranges(block: &[u8]) -> impl Iterator<Item = std::ops::Range<usize>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at;
        if start >= block.len() || matches!(block[start], b'\r' | b'\n') {
            return None;
        }
        loop {
            at += block[at..].iter().position(|&byte| byte == b'\n').map_or(block.len() - at, |end| end + 1);
            if !matches!(block.get(at), Some(b' ' | b'\t')) {
                return Some(start..at);
            }
        }
    })
}

/// Removes folds: a line break in front of a blank (RFC 5322 section 2.2.3).
pub fn unfold(value: &str) -> String {
    value.replace("\r\n", "").replace(['\r', '\n'], "").trim().to_owned()
}

/// A value as people read it, encoded words decoded.
pub fn decoded(value: &str) -> Cow<'_, str> {
    if !value.contains("=?") {
        return Cow::Borrowed(value);
    }
    let headers = Headers::read(format!("Subject: {value}\r\n").as_bytes());
    headers.subjects.into_iter().next().map_or(Cow::Borrowed(value), Cow::Owned)
}

fn subject(block: &[u8], start: u32, end: u32, value: &HeaderValue<'_>) -> String {
    // The parser decodes encoded words; where it makes nothing of the field the raw text is better than none.
    let text = match value.as_text() {
        Some(text) => text.to_owned(),
        None => block
            .get(start as usize..end as usize)
            .map(|raw| String::from_utf8_lossy(raw).into_owned())
            .unwrap_or_default(),
    };
    unfold(&text)
}

/// The mailboxes of an address field, those included whose address is none.
fn written<'a>(value: &'a HeaderValue<'_>) -> Vec<&'a Addr<'a>> {
    match value.as_address() {
        Some(Address::List(list)) => list.iter().collect(),
        Some(Address::Group(groups)) => groups.iter().flat_map(|group| &group.addresses).collect(),
        None => Vec::new(),
    }
}

fn mailboxes(value: &HeaderValue<'_>) -> Vec<Mailbox> {
    written(value)
        .into_iter()
        .filter_map(|mailbox| {
            let name = mailbox.name.as_deref().unwrap_or_default();
            Some(Mailbox { name: one_line(name), address: address(mailbox.address.as_deref()?, name)? })
        })
        .collect()
}

/// An address, which may be quoted without need (the parser then takes the part in front of the @ for a name), or have a
/// route in front of it or blanks around its parts (RFC 5322 section 4.4).
fn address(written: &str, name: &str) -> Option<EmailAddress> {
    let plain = || {
        let behind_route = written.rsplit(':').next().unwrap_or_default();
        let local = if behind_route.starts_with('@') { name } else { "" };
        let parts: Vec<String> = behind_route.split('@').map(|part| part.trim().replace('"', "")).collect();
        format!("{local}{}", parts.join("@"))
    };
    written.parse().or_else(|_| plain().parse()).ok()
}

fn ids(value: &HeaderValue<'_>) -> Vec<String> {
    match value {
        HeaderValue::Text(id) => vec![id.to_string()],
        HeaderValue::TextList(ids) => ids.iter().map(ToString::to_string).collect(),
        _ => Vec::new(),
    }
}

/// What makes a name look like an address.
pub const AT_SIGNS: [char; 3] = ['@', '＠', '﹫'];

/// Control characters become blanks, so that nothing decoded can begin a new line or field; and so do those that turn
/// the direction of what follows, since text must not be shown as other than it is.
pub fn one_line(text: &str) -> String {
    let is_unfit = |c: char| {
        c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().map(|c| if is_unfit(c) { ' ' } else { c }).collect::<String>().trim().to_owned()
}
