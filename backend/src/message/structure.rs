//! The tree of MIME parts (RFC 2045, 2046), found by their boundaries without decoding a body. Broken mail is read as
//! mail programs read it; what exceeds the limits is unreadable.

use std::ops::Range;

use mail_parser::{MessageParser, MimeHeaders as _};

use super::{
    decode,
    header::one_line,
    outline::{Leaf, Node, TransferEncoding},
};

/// The deepest nesting.
const MAX_DEPTH: usize = 30;
/// The most parts.
const MAX_PARTS: usize = 1_000;
/// The largest header block, in octets.
const MAX_HEADER: usize = 1024 * 1024;

/// Why a mail cannot be judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unreadable {
    /// Parts within parts, more than 30 deep.
    TooDeep,
    /// More than 1,000 parts.
    TooManyParts,
    /// A header block over 1 MiB.
    HeaderTooLong,
    /// A transfer encoding that nobody knows.
    UnknownTransferEncoding,
    /// A charset that nobody knows, with octets beyond ASCII.
    UnknownCharset,
    /// `application/ms-tnef`.
    Tnef,
    /// Signed data that hides its content.
    OpaqueSigned,
    /// An archive or a document under a password.
    EncryptedArchive,
    /// An archive that unpacks to more than is read.
    ArchiveTooLarge,
}

impl Unreadable {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooDeep => "too-deep",
            Self::TooManyParts => "too-many-parts",
            Self::HeaderTooLong => "header-too-long",
            Self::UnknownTransferEncoding => "unknown-transfer-encoding",
            Self::UnknownCharset => "unknown-charset",
            Self::Tnef => "tnef",
            Self::OpaqueSigned => "opaque-signed",
            Self::EncryptedArchive => "encrypted-archive",
            Self::ArchiveTooLarge => "archive-too-large",
        }
    }
}

/// What a walk finds.
pub(super) struct Structure {
    pub(super) root: Node,
    pub(super) header_end: usize,
    pub(super) unreadable: Option<Unreadable>,
    pub(super) broken: bool,
}

/// Walks a whole mail.
pub(super) fn walk(raw: &[u8]) -> Structure {
    let mut walker = Walker { raw, parts: 0, unreadable: None, broken: false };
    let header_end = walker.header_end(0..raw.len());
    let root = walker.entity(0..raw.len(), "text/plain", 0);
    Structure { root, header_end, unreadable: walker.unreadable, broken: walker.broken }
}

struct Walker<'a> {
    raw: &'a [u8],
    parts: usize,
    unreadable: Option<Unreadable>,
    broken: bool,
}

impl Walker<'_> {
    fn fail(&mut self, why: Unreadable) {
        self.unreadable.get_or_insert(why);
    }

    /// Where the body of the entity begins: behind the first empty line, or at once if it begins without a field.
    fn header_end(&mut self, range: Range<usize>) -> usize {
        let bytes = &self.raw[range.clone()];
        let mut at = 0;
        while at < bytes.len() {
            let line_end = memchr_newline(&bytes[at..]).map_or(bytes.len(), |end| at + end + 1);
            let line = bytes[at..line_end].trim_ascii_end();
            if line.is_empty() {
                return range.start + line_end;
            }
            let is_fold = at > 0 && matches!(line[0], b' ' | b'\t');
            if !is_fold && !is_field(line) {
                // Not a header at all, or one cut short: the rest is body.
                self.broken = true;
                return range.start + at;
            }
            at = line_end;
            if at > MAX_HEADER {
                self.fail(Unreadable::HeaderTooLong);
            }
        }
        range.end
    }

    fn entity(&mut self, range: Range<usize>, default_type: &str, depth: usize) -> Node {
        self.parts += 1;
        if self.parts > MAX_PARTS {
            self.fail(Unreadable::TooManyParts);
        }
        if depth > MAX_DEPTH {
            self.fail(Unreadable::TooDeep);
        }
        let body_start = self.header_end(range.clone());
        let described = Described::read(&self.raw[range.start..body_start], default_type);
        let body = body_start..range.end;
        let within_limits = depth <= MAX_DEPTH && self.parts <= MAX_PARTS;
        if within_limits && let Some(subtype) = described.leaf.content_type.strip_prefix("multipart/") {
            if let Some(boundary) = described.boundary.as_deref().filter(|boundary| !boundary.is_empty()) {
                let default = if subtype == "digest" { "message/rfc822" } else { "text/plain" };
                let ranges = self.split(body.clone(), boundary);
                if !ranges.is_empty() {
                    let subtype = subtype.to_owned();
                    let parts = ranges.into_iter().map(|part| self.entity(part, default, depth + 1)).collect();
                    return Node::Multipart { subtype, parts };
                }
            }
            self.broken = true;
            let plain = Leaf { content_type: "text/plain".to_owned(), ..described.leaf };
            return Node::Leaf(self.sized(plain, body));
        }
        let is_message = matches!(described.leaf.content_type.as_str(), "message/rfc822" | "message/global");
        let mut leaf = self.sized(described.leaf, body.clone());
        if is_message && leaf.name.is_none() {
            leaf.name = Some(message_name(&self.raw[body.clone()]));
        }
        if is_message && within_limits && leaf.encoding == TransferEncoding::Identity {
            let inner = Box::new(self.entity(body, "text/plain", depth + 1));
            return Node::Message { leaf, inner };
        }
        Node::Leaf(leaf)
    }

    fn sized(&mut self, mut leaf: Leaf, body: Range<usize>) -> Leaf {
        leaf.start = body.start as u64;
        leaf.end = body.end as u64;
        if leaf.encoding == TransferEncoding::Unknown {
            self.fail(Unreadable::UnknownTransferEncoding);
        }
        leaf.size = decode::decoded_size(leaf.encoding, &self.raw[body]);
        if leaf.content_type == "application/ms-tnef"
            || leaf.name.as_deref().is_some_and(|n| n.eq_ignore_ascii_case("winmail.dat"))
        {
            self.fail(Unreadable::Tnef);
        }
        leaf
    }

    /// The parts between the boundaries (RFC 2046 section 5.1.1); a part does not own the line break in front of its
    /// end. Without a closing boundary the last part ends with the range.
    fn split(&mut self, body: Range<usize>, boundary: &str) -> Vec<Range<usize>> {
        let delimiter = format!("--{boundary}");
        let finder = memchr::memmem::Finder::new(delimiter.as_bytes());
        let mut parts = Vec::new();
        let mut open: Option<usize> = None;
        let mut from = body.start;
        while let Some(found) = finder.find(&self.raw[from..body.end]).map(|at| from + at) {
            from = found + delimiter.len();
            let at_line_start = found == body.start || self.raw[found - 1] == b'\n';
            let line_end = memchr_newline(&self.raw[from..body.end]).map_or(body.end, |end| from + end + 1);
            let tail = self.raw[from..line_end].trim_ascii();
            if !at_line_start || !(tail.is_empty() || tail == b"--") {
                continue;
            }
            if let Some(start) = open.take() {
                let mut end = found;
                if end > start && self.raw[end - 1] == b'\n' {
                    end -= 1;
                    if end > start && self.raw[end - 1] == b'\r' {
                        end -= 1;
                    }
                }
                parts.push(start..end);
            }
            if tail == b"--" {
                return parts;
            }
            if parts.len() > MAX_PARTS {
                self.fail(Unreadable::TooManyParts);
                return parts;
            }
            open = Some(line_end);
            from = line_end;
        }
        if let Some(start) = open {
            self.broken = true;
            parts.push(start..body.end);
        }
        parts
    }
}

fn memchr_newline(bytes: &[u8]) -> Option<usize> {
    memchr::memchr(b'\n', bytes)
}

fn is_field(line: &[u8]) -> bool {
    let name = line.iter().position(|&byte| byte == b':').map(|colon| line[..colon].trim_ascii_end());
    // A "From " line of an mbox file is taken for a field, as mail programs do.
    line.starts_with(b"From ") || name.is_some_and(|name| !name.is_empty() && name.iter().all(u8::is_ascii_graphic))
}

/// What the header of a part says of it.
struct Described {
    leaf: Leaf,
    boundary: Option<String>,
}

impl Described {
    fn read(header: &[u8], default_type: &str) -> Self {
        let parsed = MessageParser::default().parse_headers(header);
        let content_type = parsed.as_ref().and_then(|message| message.root_part().content_type().cloned());
        let attribute =
            |name: &str| content_type.as_ref().and_then(|c| c.attribute(name)).map(str::trim).map(str::to_owned);
        let kind = content_type.as_ref().map_or_else(
            || default_type.to_owned(),
            |c| format!("{}/{}", c.ctype().trim(), c.subtype().unwrap_or("plain").trim()).to_ascii_lowercase(),
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
            charset: attribute("charset").map(|charset| charset.to_ascii_lowercase()),
            encoding,
            attached: disposition.is_some_and(mail_parser::ContentType::is_attachment),
            content_id: root.and_then(|part| part.content_id()).map(|id| id.trim_matches(['<', '>']).to_owned()),
            size: 0,
            flowed: attribute("format").is_some_and(|format| format.eq_ignore_ascii_case("flowed")),
            delsp: attribute("delsp").is_some_and(|delsp| delsp.eq_ignore_ascii_case("yes")),
            name,
            content_type: kind,
        };
        Self { leaf, boundary: attribute("boundary") }
    }
}

fn transfer_encoding(value: &str) -> TransferEncoding {
    match value.trim().to_ascii_lowercase().as_str() {
        "" | "7bit" | "8bit" | "binary" => TransferEncoding::Identity,
        "base64" => TransferEncoding::Base64,
        "quoted-printable" => TransferEncoding::QuotedPrintable,
        _ => TransferEncoding::Unknown,
    }
}

/// A forwarded mail without a name is called by its subject, as mail programs do.
fn message_name(message: &[u8]) -> String {
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
