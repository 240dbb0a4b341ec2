//! The outline: who, when, and the tree of parts with their byte ranges. It is sealed beside the content, so that the
//! portal opens only the chunks that hold what is asked for.

use std::ops::Range;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use shared::EmailAddress;

use super::{
    header::{Headers, one_line},
    tnef::UNSHOWN,
};

/// Octets of content in one chunk.
pub const CHUNK: u64 = 65_536;

/// A name and an address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mailbox {
    /// The display name, perhaps empty.
    pub name: String,
    /// The address.
    pub address: EmailAddress,
}

/// What is known of a message without opening its content.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outline {
    /// 1.
    pub version: u8,
    /// The true subject, decoded, with its marker.
    pub subject: String,
    /// From.
    pub from: Vec<Mailbox>,
    /// Reply-To.
    pub reply_to: Vec<Mailbox>,
    /// To.
    pub to: Vec<Mailbox>,
    /// Cc.
    pub cc: Vec<Mailbox>,
    /// Message-ID without the angle brackets.
    pub message_id: Option<String>,
    /// References, oldest first.
    pub references: Vec<String>,
    /// In-Reply-To, likewise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_reply_to: Option<String>,
    /// The Date field.
    pub date: Option<DateTime<Utc>>,
    /// Octets of the whole.
    pub size: u64,
    /// The parts.
    pub root: Node,
}

/// A part.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Node {
    /// A part without parts.
    Leaf(Leaf),
    /// Several parts; `subtype` in lower case (`mixed`, `alternative`, `related`, …).
    Multipart {
        /// What the parts are to one another.
        subtype: String,
        /// In order.
        parts: Vec<Node>,
    },
    /// A message within the message.
    Message {
        /// As an attachment.
        leaf: Leaf,
        /// What it holds.
        inner: Box<Node>,
    },
    /// A part that is opened, and shown as what it holds (see [`super::container`]).
    Opened {
        /// The part that was opened.
        leaf: Leaf,
        /// What it holds.
        inner: Box<Node>,
    },
}

/// How a part is encoded for transfer (RFC 2045 section 6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TransferEncoding {
    /// 7bit, 8bit, binary.
    Identity,
    /// Base64.
    Base64,
    /// Quoted-printable.
    QuotedPrintable,
    /// One that nobody knows: shown as it is, and sealed as unreadable.
    Unknown,
}

/// A part without parts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Leaf {
    /// First octet of the body.
    pub start: u64,
    /// One past the last octet of the body.
    pub end: u64,
    /// `type/subtype` in lower case.
    pub content_type: String,
    /// In lower case.
    pub charset: Option<String>,
    /// How it is encoded.
    pub encoding: TransferEncoding,
    /// The file name, safe to use as one.
    pub name: Option<String>,
    /// Whether it says it is an attachment.
    pub attached: bool,
    /// Content-ID without the angle brackets.
    pub content_id: Option<String>,
    /// Octets after decoding.
    pub size: u64,
    /// `format=flowed` (RFC 3676).
    pub flowed: bool,
    /// `delsp=yes` (RFC 3676 section 4.1).
    #[serde(default)]
    pub delsp: bool,
    /// The part within which this one lies, if that has octets of its own (see [`super::container`]): `start` and `end`
    /// are places in what it holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<Box<Leaf>>,
}

impl Leaf {
    /// The body's octets in the raw mail, or in what the part around it holds.
    #[expect(clippy::cast_possible_truncation, reason = "a mail lies in memory, so its offsets fit")]
    pub fn range(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Whether it is text.
    pub fn is_text(&self) -> bool {
        self.content_type.starts_with("text/")
    }

    /// Whether it is HTML.
    pub fn is_html(&self) -> bool {
        self.content_type == "text/html"
    }

    /// Whether a mail program would show it as part of the body.
    pub fn is_body(&self) -> bool {
        !self.attached && self.name.is_none() && matches!(self.content_type.as_str(), "text/plain" | "text/html")
    }

    /// The part that lies in the mail itself: this one, or the outermost around it.
    pub fn outermost(&self) -> &Self {
        let mut leaf = self;
        while let Some(around) = &leaf.within {
            leaf = around;
        }
        leaf
    }

    /// The chunks that hold it, if it lies in the mail itself.
    #[expect(clippy::cast_possible_truncation, reason = "a mail of 75 MiB has 1,200 chunks")]
    pub fn chunks(&self) -> Range<u32> {
        (self.start / CHUNK) as u32..self.end.div_ceil(CHUNK).max(self.start / CHUNK + 1) as u32
    }
}

/// What a mail program shows as the body, in the two ways it can be shown.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Body<'a> {
    /// The passages as text, HTML only where a passage has no other form.
    pub text: Vec<&'a Leaf>,
    /// The passages as HTML, plain text only where a passage has no other form.
    pub html: Vec<&'a Leaf>,
}

impl Body<'_> {
    /// Whether any of it was written as HTML.
    pub fn has_html(&self) -> bool {
        self.html.iter().any(|leaf| leaf.is_html())
    }

    fn has_plain_text(&self) -> bool {
        self.text.iter().any(|leaf| !leaf.is_html())
    }

    /// Every part that is shown in one way or the other, once.
    pub fn leaves(&self) -> impl Iterator<Item = &Leaf> {
        let as_html_alone = self.html.iter().filter(|leaf| !self.text.iter().any(|text| std::ptr::eq(*text, **leaf)));
        self.text.iter().chain(as_html_alone).copied()
    }
}

impl Outline {
    /// The outline of a mail with these headers and parts.
    pub fn new(headers: &Headers, root: Node, size: u64) -> Self {
        Self {
            version: 1,
            subject: one_line(headers.subject()),
            from: headers.from.clone(),
            reply_to: headers.reply_to.clone(),
            to: headers.to.clone(),
            cc: headers.cc.clone(),
            message_id: headers.message_id.clone(),
            references: headers.references.clone(),
            in_reply_to: headers.in_reply_to.clone(),
            date: headers.date,
            size,
            root,
        }
    }

    /// Every part without parts, messages within included as attachments but not entered, and what parts hold that are
    /// opened.
    pub fn leaves(&self) -> Vec<&Leaf> {
        let mut leaves = Vec::new();
        collect(&self.root, &mut leaves);
        leaves
    }

    /// What is not body, in order: the number of each is its index for good. Images that the HTML shows inline are
    /// listed too, since a text view cannot show them.
    pub fn attachments(&self) -> Vec<&Leaf> {
        let body = self.body();
        self.leaves()
            .into_iter()
            .filter(|leaf| !body.leaves().any(|shown| std::ptr::eq(shown, *leaf)))
            .filter(|leaf| leaf.content_type != "application/pgp-encrypted")
            .collect()
    }

    /// The number of the attachment that HTML shows by this Content-ID.
    pub fn find_inline(&self, content_id: &str) -> Option<usize> {
        let is_it = |leaf: &&Leaf| leaf.content_id.as_deref().is_some_and(|id| id.eq_ignore_ascii_case(content_id));
        self.attachments().iter().position(is_it)
    }

    /// What a mail program shows: of alternatives the text and the HTML, of a related group its root, of a mixed one
    /// every inline text.
    pub fn body(&self) -> Body<'_> {
        let mut body = Body::default();
        gather(&self.root, &mut body);
        body
    }

    /// Whether all of it is text that stands there as it is read, so that nothing large can be in it.
    pub fn is_text_alone(&self) -> bool {
        fn is_text(node: &Node) -> bool {
            match node {
                Node::Leaf(leaf) => leaf.is_text() && leaf.encoding != TransferEncoding::Base64,
                Node::Multipart { parts, .. } => parts.iter().all(is_text),
                Node::Message { .. } | Node::Opened { .. } => false,
            }
        }
        is_text(&self.root)
    }

    /// Whether anything is attached.
    pub fn has_attachments(&self) -> bool {
        self.attachments().iter().any(|leaf| leaf.content_id.is_none() || leaf.attached)
    }
}

fn collect<'a>(node: &'a Node, leaves: &mut Vec<&'a Leaf>) {
    match node {
        Node::Leaf(leaf) | Node::Message { leaf, .. } => leaves.push(leaf),
        Node::Opened { inner, .. } => collect(inner, leaves),
        Node::Multipart { subtype, .. } if subtype == UNSHOWN => {}
        Node::Multipart { parts, .. } => parts.iter().for_each(|part| collect(part, leaves)),
    }
}

pub(super) fn gather<'a>(node: &'a Node, body: &mut Body<'a>) {
    match node {
        Node::Leaf(leaf) if leaf.is_body() => {
            body.text.push(leaf);
            body.html.push(leaf);
        }
        Node::Leaf(_) | Node::Message { .. } => {}
        Node::Opened { inner, .. } => gather(inner, body),
        Node::Multipart { subtype, .. } if subtype == UNSHOWN => {}
        Node::Multipart { subtype, parts } if subtype == "alternative" => {
            // The last of each kind is the richest (RFC 2046 section 5.1.4); the first plain one stands for text views.
            let mut best = Body::default();
            for part in parts {
                let mut one = Body::default();
                gather(part, &mut one);
                if best.html.is_empty() || one.has_html() {
                    best.html.clone_from(&one.html);
                }
                if best.text.is_empty() || (one.has_plain_text() && !best.has_plain_text()) {
                    best.text = one.text;
                }
            }
            body.text.extend(best.text);
            body.html.extend(best.html);
        }
        Node::Multipart { subtype, parts } if subtype == "related" => {
            if let Some(first) = parts.first() {
                gather(first, body);
            }
        }
        Node::Multipart { parts, .. } => parts.iter().for_each(|part| gather(part, body)),
    }
}
