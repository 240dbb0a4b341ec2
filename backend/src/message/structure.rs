//! The tree of MIME parts (RFC 2045, 2046), found by their boundaries without decoding a body. Broken mail is read as
//! mail programs read it; what exceeds the limits is unreadable.

mod described;

use std::ops::Range;

use self::described::{Described, message_name};
use super::{
    container::{self, MAX_NESTED},
    decode,
    header::is_field,
    outline::{Leaf, Node, TransferEncoding, gather},
    tnef::{self, UNSHOWN},
    view,
};

/// The deepest nesting.
const MAX_DEPTH: usize = 30;
/// The most parts.
const MAX_PARTS: usize = 1_000;
/// The largest header block, in octets.
const MAX_HEADER: usize = 1024 * 1024;

/// As many lines of a header are looked at behind one that is no field.
const MAX_BEHIND_STRAY: usize = 200;

/// As many parts of one mail are read in two ways; each doubles what is within.
const MAX_DISPUTED: usize = 3;
/// As many `winmail.dat` of one mail are held against the text beside them; nobody sends more than one.
const MAX_COMPARED: usize = 4;

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
    /// `application/ms-tnef` that is broken.
    Tnef,
    /// Signed data that hides its content.
    OpaqueSigned,
    /// An archive or a document under a password.
    EncryptedArchive,
    /// An archive that is not opened, or a file in it that cannot be.
    ClosedArchive,
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
            Self::ClosedArchive => "closed-archive",
            Self::ArchiveTooLarge => "archive-too-large",
        }
    }

    /// Whether it is what the settings may let pass: an archive or a document that nobody here can look into.
    pub const fn is_closed(self) -> bool {
        matches!(self, Self::EncryptedArchive | Self::ClosedArchive)
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
    let mut walker = Walker {
        raw,
        within: None,
        nested: 0,
        parts: 0,
        compared: 0,
        disputed: 0,
        unreadable: None,
        broken: false,
        rich_text: None,
    };
    let header_end = walker.header_end(0..raw.len());
    let root = walker.entity(0..raw.len(), "text/plain", 0);
    Structure { root, header_end, unreadable: walker.unreadable, broken: walker.broken }
}

struct Walker<'a> {
    raw: &'a [u8],
    /// The part that holds these octets, if they are not the mail's own.
    within: Option<&'a Leaf>,
    nested: usize,
    parts: usize,
    compared: usize,
    /// Parts that are read in two ways.
    disputed: usize,
    unreadable: Option<Unreadable>,
    broken: bool,
    /// The text of the `winmail.dat` that was opened last.
    rich_text: Option<String>,
}

impl Walker<'_> {
    fn fail(&mut self, why: Unreadable) {
        self.unreadable.get_or_insert(why);
    }

    /// Where the body of the entity begins: behind the first empty line, or at once if it begins without a field. A line
    /// of blanks is no empty line but a fold (RFC 5322 section 4.2), which not every program knows.
    fn header_end(&mut self, range: Range<usize>) -> usize {
        let bytes = &self.raw[range.clone()];
        let mut at = 0;
        let mut has_fields = false;
        while at < bytes.len() {
            let line_end = memchr_newline(&bytes[at..]).map_or(bytes.len(), |end| at + end + 1);
            let line = &bytes[at..line_end];
            if matches!(line, b"\r\n" | b"\n") {
                return range.start + line_end;
            }
            let is_fold = matches!(line[0], b' ' | b'\t');
            let is_stray = !is_fold && !is_field(line);
            if is_stray && !(has_fields && goes_on(&bytes[line_end..])) {
                // Not a header at all, or one cut short: the rest is body.
                self.broken = true;
                return if has_fields { range.start + at } else { range.start };
            }
            self.broken |= is_stray;
            has_fields |= !is_fold;
            self.broken |= !has_fields || line.trim_ascii().is_empty();
            if line_end > MAX_HEADER {
                // Taken apart, it would need many times its room.
                self.fail(Unreadable::HeaderTooLong);
                self.broken = true;
                return range.start + at;
            }
            at = line_end;
        }
        range.end
    }

    fn entity(&mut self, range: Range<usize>, default_type: &str, depth: usize) -> Node {
        let body_start = self.header_end(range.clone());
        let (described, otherwise) = Described::read(&self.raw[range.start..body_start], default_type);
        let node = self.described(described, body_start..range.end, depth);
        let Some(otherwise) = otherwise else { return node };
        // Each program reads it in its own way: shown as most do, judged in both.
        self.broken = true;
        self.disputed += 1;
        if self.disputed > MAX_DISPUTED {
            self.fail(Unreadable::TooManyParts);
            return node;
        }
        let other = self.described(otherwise, body_start..range.end, depth);
        let unshown = Node::Multipart { subtype: UNSHOWN.to_owned(), parts: vec![other] };
        Node::Multipart { subtype: "mixed".to_owned(), parts: vec![node, unshown] }
    }

    fn described(&mut self, described: Described, body: Range<usize>, depth: usize) -> Node {
        self.parts += 1;
        if self.parts > MAX_PARTS {
            self.fail(Unreadable::TooManyParts);
        }
        if depth > MAX_DEPTH {
            self.fail(Unreadable::TooDeep);
        }
        let within_limits = depth <= MAX_DEPTH && self.parts <= MAX_PARTS;
        if within_limits && let Some(subtype) = described.leaf.content_type.strip_prefix("multipart/") {
            if let Some(boundary) = described.boundary.as_deref().filter(|boundary| !boundary.is_empty()) {
                let default = if subtype == "digest" { "message/rfc822" } else { "text/plain" };
                let ranges = self.split(body.clone(), boundary);
                if !ranges.is_empty() {
                    let is_ours = self.within.is_some_and(container::is_tnef);
                    let subtype = if subtype == UNSHOWN && !is_ours { "mixed" } else { subtype }.to_owned();
                    let mut parts = Vec::with_capacity(ranges.len());
                    for range in ranges {
                        let part = self.entity(range, default, depth + 1);
                        parts.push(self.without_repetition(part, &parts));
                    }
                    return Node::Multipart { subtype, parts };
                }
            }
            self.broken = true;
            let plain = Leaf { content_type: "text/plain".to_owned(), ..described.leaf };
            return Node::Leaf(self.sized(plain, body));
        }
        let is_message = container::is_message(&described.leaf);
        let mut leaf = self.sized(described.leaf, body.clone());
        if is_message && leaf.name.is_none() {
            leaf.name = Some(message_name(&self.raw[body.clone()]));
        }
        if is_message && within_limits && leaf.encoding == TransferEncoding::Identity {
            let inner = Box::new(self.entity(body, "text/plain", depth + 1));
            return Node::Message { leaf, inner };
        }
        match self.opened(&leaf, depth) {
            Some(inner) if is_message => Node::Message { leaf, inner: Box::new(inner) },
            Some(inner) => Node::Opened { leaf, inner: Box::new(inner) },
            None => Node::Leaf(leaf),
        }
    }

    /// What a part holds that has octets of its own.
    fn opened(&mut self, leaf: &Leaf, depth: usize) -> Option<Node> {
        if self.nested >= MAX_NESTED && container::is_container(leaf) {
            self.fail(Unreadable::TooDeep);
            return None;
        }
        let entity = match container::open(leaf, &self.raw[leaf.range()]) {
            container::Opened::Entity(entity) => entity,
            container::Opened::Nothing => return None,
            container::Opened::Unreadable(why) => {
                self.fail(why);
                return None;
            }
        };
        let mut inside = Walker {
            raw: &entity,
            within: Some(leaf),
            nested: self.nested + 1,
            parts: self.parts,
            compared: self.compared,
            disputed: self.disputed,
            unreadable: self.unreadable,
            broken: self.broken,
            rich_text: None,
        };
        let inner = inside.entity(0..entity.len(), "text/plain", depth + 1);
        let is_compared = container::is_tnef(leaf) && inside.compared < MAX_COMPARED;
        let text = is_compared.then(|| inside.text_of([&inner]));
        (self.parts, self.compared) = (inside.parts, inside.compared + usize::from(is_compared));
        (self.disputed, self.unreadable, self.broken) = (inside.disputed, inside.unreadable, inside.broken);
        self.rich_text = text;
        Some(inner)
    }

    /// The body of a `winmail.dat` is not shown where the same text stands beside it.
    fn without_repetition(&mut self, mut part: Node, before: &[Node]) -> Node {
        let Some(text) = self.rich_text.take() else { return part };
        if let Node::Opened { inner, .. } = &mut part
            && let Node::Multipart { parts, .. } = inner.as_mut()
            && let Some(body) = parts.first_mut()
            && tnef::is_repeated(&self.text_of(before), &text)
        {
            let whole = Node::Multipart { subtype: UNSHOWN.to_owned(), parts: vec![body.clone()] };
            *body = whole;
        }
        part
    }

    /// The body text of some parts, as far as they lie in these octets.
    fn text_of<'n>(&self, nodes: impl IntoIterator<Item = &'n Node>) -> String {
        let mut body = super::outline::Body::default();
        for node in nodes {
            gather(node, &mut body);
        }
        let here = body.text.iter().filter(|leaf| leaf.within.as_deref() == self.within);
        here.map(|leaf| view::passage(leaf, &self.raw[leaf.range()])).collect()
    }

    fn sized(&mut self, mut leaf: Leaf, body: Range<usize>) -> Leaf {
        leaf.start = body.start as u64;
        leaf.end = body.end as u64;
        if leaf.encoding == TransferEncoding::Unknown {
            self.fail(Unreadable::UnknownTransferEncoding);
        }
        leaf.size = decode::decoded_size(leaf.encoding, &self.raw[body]);
        leaf.within = self.within.map(|around| Box::new(around.clone()));
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
            if found > body.start && self.raw[found - 1] != b'\n' {
                continue;
            }
            let line_end = memchr_newline(&self.raw[from..body.end]).map_or(body.end, |end| from + end + 1);
            let tail = self.raw[from..line_end].trim_ascii();
            if !(tail.is_empty() || tail == b"--") {
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

/// Whether a header goes on behind a line that is no field, as for most mail programs: fields alone follow, up to an
/// empty line.
fn goes_on(rest: &[u8]) -> bool {
    let mut lines = rest.split_inclusive(|&byte| byte == b'\n').take(MAX_BEHIND_STRAY);
    let mut has_fields = false;
    lines.find_map(|line| match line {
        b"\r\n" | b"\n" => Some(has_fields),
        [b' ' | b'\t', ..] => None,
        line => {
            has_fields = true;
            (!is_field(line)).then_some(false)
        }
    }) == Some(true)
}
