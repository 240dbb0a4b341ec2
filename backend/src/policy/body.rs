//! The body rules over the parts of a mail: each text a person would read, one decoded at a time.

use shared::rules::{first_hit, visible_text};

use super::{Reason, Rules, Seen};
use crate::{
    config::{EncryptedArchives, RulePlace},
    message::{
        Leaf, Node, ParsedMail, RawMail, Unreadable, charset,
        cms::{self, Cms},
        decode::decode,
        extract::{self, Allowance, Inside},
        read,
    },
};

/// Opaque signatures within opaque signatures that are followed.
const MAX_SIGNATURES: usize = 10;

/// Whether the whole body is encrypted already (RFC 8551, RFC 3156), so that there is nothing to protect. What a part
/// says of itself is not enough: a signed object bears the same type as an encrypted one.
pub(super) fn is_encrypted(root: &Node, raw: &RawMail) -> bool {
    match root {
        Node::Leaf(leaf) => {
            is_pkcs7(leaf) && cms::read(&decode(leaf.encoding, &raw.0[leaf.range()])) == Some(Cms::Encrypted)
        }
        Node::Multipart { subtype, parts } => {
            subtype == "encrypted"
                && parts.iter().all(|part| match part {
                    Node::Leaf(leaf) => {
                        leaf.content_type == "application/pgp-encrypted"
                            || leaf.content_type == "application/octet-stream"
                    }
                    Node::Multipart { .. } | Node::Message { .. } => false,
                })
        }
        Node::Message { .. } => false,
    }
}

fn is_pkcs7(leaf: &Leaf) -> bool {
    let is_named_so = leaf.name.as_deref().is_some_and(|name| name.to_ascii_lowercase().ends_with(".p7m"));
    is_named_so || matches!(leaf.content_type.as_str(), "application/pkcs7-mime" | "application/x-pkcs7-mime")
}

/// What the walk meets.
pub(super) enum Found<'a> {
    /// A text that a person would read.
    Text {
        /// The text.
        text: &'a str,
        /// Body or attachment.
        place: RulePlace,
        /// The file name of the part, if it has one.
        name: Option<&'a str>,
    },
    /// A part that cannot be judged.
    Unreadable {
        /// Why.
        why: Unreadable,
        /// The file name of the part, if it has one.
        name: Option<&'a str>,
    },
}

/// The first reason to seal that the body gives.
pub(super) fn judge(mail: &ParsedMail, raw: &RawMail, rules: &Rules, seen: &mut Seen) -> Option<Reason> {
    walk(mail, raw, &mut |found| match found {
        Found::Unreadable { why: Unreadable::EncryptedArchive, .. }
            if rules.encrypted_archives == EncryptedArchives::Pass =>
        {
            None
        }
        Found::Unreadable { why, name } => {
            seen.attachment = name.map(str::to_owned);
            Some(Reason::Unreadable(why))
        }
        Found::Text { text, place, name } => {
            let custom = || rules.custom.first_hit(&place, text, &mut seen.reported).map(Reason::Custom);
            let reason = first_hit(text).map(Reason::Body).or_else(custom)?;
            seen.attachment = name.filter(|_| place == RulePlace::AttachmentText).map(str::to_owned);
            Some(reason)
        }
    })
}

/// Shows every text of a mail to `visit`, one decoded at a time, until it answers something.
pub(super) fn walk<T>(mail: &ParsedMail, raw: &RawMail, visit: &mut dyn FnMut(Found<'_>) -> Option<T>) -> Option<T> {
    Walk { visit, allowance: Allowance::default() }.mail(mail, raw, 0)
}

struct Walk<'v, T> {
    visit: &'v mut dyn FnMut(Found<'_>) -> Option<T>,
    allowance: Allowance,
}

impl<T> Walk<'_, T> {
    fn mail(&mut self, mail: &ParsedMail, raw: &RawMail, depth: usize) -> Option<T> {
        if let Some(why) = mail.unreadable
            && let Some(answer) = (self.visit)(Found::Unreadable { why, name: None })
        {
            return Some(answer);
        }
        if let Some(answer) = self.node(&mail.outline.root, &raw.0, depth) {
            return Some(answer);
        }
        // Programs read broken mail in different ways; the octets themselves are read too.
        if mail.broken {
            let text = String::from_utf8_lossy(&raw.0);
            return (self.visit)(Found::Text { text: &text, place: RulePlace::Body, name: None });
        }
        None
    }

    fn node(&mut self, node: &Node, raw: &[u8], depth: usize) -> Option<T> {
        match node {
            Node::Leaf(leaf) => self.leaf(leaf, raw, depth),
            Node::Multipart { parts, .. } => parts.iter().find_map(|part| self.node(part, raw, depth)),
            Node::Message { inner, .. } => self.node(inner, raw, depth),
        }
    }

    fn leaf(&mut self, leaf: &Leaf, raw: &[u8], depth: usize) -> Option<T> {
        let octets = &raw[leaf.range()];
        if is_pkcs7(leaf) {
            return self.cms(&decode(leaf.encoding, octets), depth);
        }
        if !leaf.is_text() {
            return self.attachment(leaf, octets);
        }
        let decoded = decode(leaf.encoding, octets);
        let texts = charset::texts(&decoded, leaf.charset.as_deref());
        drop(decoded);
        if texts.unknown {
            let name = leaf.name.as_deref();
            return (self.visit)(Found::Unreadable { why: Unreadable::UnknownCharset, name });
        }
        let place = if leaf.is_body() { RulePlace::Body } else { RulePlace::AttachmentText };
        let name = leaf.name.as_deref();
        let is_html = leaf.is_html() || looks_like_html(&texts.labelled);
        std::iter::once(&texts.labelled).chain(&texts.utf8).find_map(|text| {
            // HTML is judged as seen, and as it stands.
            let seen = is_html.then(|| visible_text(text));
            seen.iter().chain([text]).find_map(|text| (self.visit)(Found::Text { text, place: place.clone(), name }))
        })
    }

    /// The texts inside an attachment; one that cannot have any is not even decoded.
    fn attachment(&mut self, leaf: &Leaf, octets: &[u8]) -> Option<T> {
        let name = leaf.name.as_deref().unwrap_or_default();
        let head = decode(leaf.encoding, &octets[..octets.len().min(8 * extract::HEAD)]);
        if !extract::is_known(&head, name) {
            return None;
        }
        let visit = &mut self.visit;
        extract::walk(&decode(leaf.encoding, octets), name, &mut self.allowance, &mut |inside| {
            visit(match inside {
                Inside::Text(text) => Found::Text { text, place: RulePlace::AttachmentText, name: Some(name) },
                Inside::Encrypted => Found::Unreadable { why: Unreadable::EncryptedArchive, name: Some(name) },
                Inside::TooLarge => Found::Unreadable { why: Unreadable::ArchiveTooLarge, name: Some(name) },
            })
        })
    }

    /// An object that hides its content in a signature is opened; one that is encrypted beside readable parts is left
    /// to them.
    fn cms(&mut self, object: &[u8], depth: usize) -> Option<T> {
        match cms::read(object) {
            Some(Cms::Signed(content)) if depth < MAX_SIGNATURES => {
                let inner = RawMail(content.into());
                self.mail(&read(&inner), &inner, depth + 1)
            }
            Some(Cms::Encrypted | Cms::Detached) => None,
            Some(Cms::Signed(_)) | None => {
                (self.visit)(Found::Unreadable { why: Unreadable::OpaqueSigned, name: None })
            }
        }
    }
}

fn looks_like_html(text: &str) -> bool {
    let start = text.trim_start().as_bytes();
    let head = &start[..start.len().min(15)];
    head.get(..5).is_some_and(|head| head.eq_ignore_ascii_case(b"<html"))
        || head.get(..9).is_some_and(|head| head.eq_ignore_ascii_case(b"<!doctype"))
}
