//! What the header of a part says of it.

use std::{borrow::Cow, mem, ops::Range};

use mail_parser::{MessageParser, MimeHeaders as _};

use crate::message::{
    header::{field_ranges, fields_alone, one_line, raw_fields},
    outline::{Leaf, TransferEncoding},
};

/// The fields that say how a body is to be read.
const TELLING: [&str; 2] = ["content-type", "content-transfer-encoding"];

/// Which of several of the same name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Counts {
    First,
    Last,
}

/// What the header of a part says of it.
#[derive(PartialEq)]
pub(super) struct Described {
    pub(super) leaf: Leaf,
    pub(super) boundary: Option<String>,
}

impl Described {
    /// Reads it in the way of most mail programs, for which the first of several fields or attributes of a name counts;
    /// and in the way of the others, for which the last does, where that makes a difference.
    pub(super) fn read(header: &[u8], default_type: &str) -> (Self, Option<Self>) {
        let header = &*fields_alone(header);
        let first = Self::parse(&with_first_alone(header), default_type, Counts::First);
        let last = Self::parse(header, default_type, Counts::Last);
        let differs = first != last;
        (first, differs.then_some(last))
    }

    /// The parser itself takes the last of several fields.
    fn parse(header: &[u8], default_type: &str, counts: Counts) -> Self {
        let parsed = MessageParser::default().parse_headers(header);
        let content_type = parsed.as_ref().and_then(|message| message.root_part().content_type().cloned());
        let attribute = |name: &str| {
            let mut named = content_type.iter().filter_map(|c| c.attributes()).flatten().filter(|one| one.name == name);
            let value = if counts == Counts::First { named.next() } else { named.next_back() };
            value.map(|one| one.value.trim().to_owned())
        };
        let kind = content_type.as_ref().map_or_else(
            || default_type.to_owned(),
            |c| format!("{}/{}", c.ctype().trim(), token(c.subtype().unwrap_or("plain"))).to_ascii_lowercase(),
        );
        let root = parsed.as_ref().map(mail_parser::Message::root_part);
        let disposition = root.and_then(|part| part.content_disposition());
        let encoding = root
            .and_then(|part| part.content_transfer_encoding())
            .map_or(TransferEncoding::Identity, transfer_encoding);
        let name = root.and_then(|part| part.attachment_name()).map(safe_name).filter(|name| !name.is_empty());
        let leaf = Leaf {
            start: 0,
            end: 0,
            charset: attribute("charset")
                .map(|charset| short(&charset.to_ascii_lowercase()))
                .filter(|charset| !charset.is_empty()),
            encoding,
            attached: disposition.is_some_and(mail_parser::ContentType::is_attachment),
            content_id: root.and_then(|part| part.content_id()).map(|id| short(id.trim_matches(['<', '>']))),
            size: 0,
            flowed: attribute("format").is_some_and(|format| format.eq_ignore_ascii_case("flowed")),
            delsp: attribute("delsp").is_some_and(|delsp| delsp.eq_ignore_ascii_case("yes")),
            name,
            content_type: short(&kind),
            within: None,
        };
        Self { leaf, boundary: attribute("boundary") }
    }
}

/// The header without the later fields of a name that says how the body is to be read.
fn with_first_alone(header: &[u8]) -> Cow<'_, [u8]> {
    let mut seen = [false; TELLING.len()];
    let mut is_later = |field: &[u8]| {
        let name = raw_fields(field).next().map(|(name, _)| name);
        let which = name.and_then(|name| TELLING.iter().position(|telling| name.eq_ignore_ascii_case(telling)));
        which.is_some_and(|which| mem::replace(&mut seen[which], true))
    };
    let later: Vec<Range<usize>> = field_ranges(header).filter(|range| is_later(&header[range.clone()])).collect();
    if later.is_empty() {
        return Cow::Borrowed(header);
    }
    let mut kept = Vec::with_capacity(header.len());
    let mut from = 0;
    for range in later {
        kept.extend_from_slice(&header[from..range.start]);
        from = range.end;
    }
    kept.extend_from_slice(&header[from..]);
    Cow::Owned(kept)
}

/// What stands in front of a parameter that no semicolon sets apart.
fn token(value: &str) -> &str {
    value.split_ascii_whitespace().next().unwrap_or_default()
}

/// As much as there is any use for: each part within another one bears this of what is around it.
fn short(text: &str) -> String {
    text.chars().take(1_000).collect()
}

fn transfer_encoding(value: &str) -> TransferEncoding {
    // Behind it may stand a comment (RFC 2045 section 6.1), and does a stray semicolon.
    let name = value.split(['(', ';']).next().unwrap_or_default();
    // Dashes, blanks and quote marks come and go.
    let name: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    match name.to_ascii_lowercase().as_str() {
        "" | "7bit" | "8bit" | "7bits" | "8bits" | "binary" => TransferEncoding::Identity,
        "base64" => TransferEncoding::Base64,
        "quotedprintable" => TransferEncoding::QuotedPrintable,
        _ => TransferEncoding::Unknown,
    }
}

/// A forwarded mail without a name is called by its subject, as mail programs do.
pub(super) fn message_name(message: &[u8]) -> String {
    let parsed = MessageParser::default().parse_headers(message);
    let subject = parsed.as_ref().and_then(mail_parser::Message::subject).unwrap_or_default();
    let name = safe_name(&subject.replace(['/', '\\'], "_"));
    format!("{}.eml", if name.is_empty() { "message" } else { &name })
}

/// A file name without folders and control characters.
fn safe_name(name: &str) -> String {
    let one = one_line(name);
    let last = one.rsplit(['/', '\\']).next().unwrap_or_default();
    let cleaned: String = last
        .chars()
        .filter(|c| !matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*' | '\u{202A}'..='\u{202E}'))
        .collect();
    let shortened: String = cleaned.trim().trim_start_matches('.').chars().take(150).collect();
    shortened.trim().to_owned()
}
