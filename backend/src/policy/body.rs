//! The body rules over the parts of a mail: each text a person would read, one decoded at a time.

use shared::rules::{first_hit, visible_text};

use super::{CustomId, CustomRules, Reason};
use crate::{
    config::RulePlace,
    message::{
        Leaf, Node, ParsedMail, RawMail, Unreadable, charset,
        cms::{self, Cms},
        decode::decode,
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

/// The first reason to seal that the body gives.
pub(super) fn judge(
    mail: &ParsedMail,
    raw: &RawMail,
    custom: &CustomRules,
    reported: &mut Vec<CustomId>,
) -> Option<Reason> {
    Judge { custom, reported }.mail(mail, raw, 0)
}

/// What is carried from part to part.
struct Judge<'a> {
    custom: &'a CustomRules,
    reported: &'a mut Vec<CustomId>,
}

impl Judge<'_> {
    fn mail(&mut self, mail: &ParsedMail, raw: &RawMail, depth: usize) -> Option<Reason> {
        if let Some(why) = mail.unreadable {
            return Some(Reason::Unreadable(why));
        }
        if let Some(reason) = self.node(&mail.outline.root, &raw.0, depth) {
            return Some(reason);
        }
        // Programs read broken mail in different ways; the octets themselves are read too.
        if mail.broken {
            return self.text(&String::from_utf8_lossy(&raw.0), &RulePlace::Body);
        }
        None
    }

    fn node(&mut self, node: &Node, raw: &[u8], depth: usize) -> Option<Reason> {
        match node {
            Node::Leaf(leaf) => self.leaf(leaf, raw, depth),
            Node::Multipart { parts, .. } => parts.iter().find_map(|part| self.node(part, raw, depth)),
            Node::Message { inner, .. } => self.node(inner, raw, depth),
        }
    }

    fn leaf(&mut self, leaf: &Leaf, raw: &[u8], depth: usize) -> Option<Reason> {
        let octets = &raw[leaf.range()];
        if is_pkcs7(leaf) {
            return self.cms(&decode(leaf.encoding, octets), depth);
        }
        if !leaf.is_text() {
            return None;
        }
        let decoded = decode(leaf.encoding, octets);
        let texts = charset::texts(&decoded, leaf.charset.as_deref());
        drop(decoded);
        if texts.unknown {
            return Some(Reason::Unreadable(Unreadable::UnknownCharset));
        }
        let place = if leaf.is_body() { RulePlace::Body } else { RulePlace::AttachmentText };
        let is_html = leaf.is_html() || looks_like_html(&texts.labelled);
        std::iter::once(&texts.labelled).chain(&texts.utf8).find_map(|text| {
            // HTML is judged as seen, and as it stands.
            let seen = is_html.then(|| visible_text(text));
            seen.iter().chain([text]).find_map(|text| self.text(text, &place))
        })
    }

    /// An object that hides its content in a signature is opened; one that is encrypted beside readable parts is left
    /// to them.
    fn cms(&mut self, object: &[u8], depth: usize) -> Option<Reason> {
        match cms::read(object) {
            Some(Cms::Signed(content)) if depth < MAX_SIGNATURES => {
                let inner = RawMail(content.into());
                self.mail(&read(&inner), &inner, depth + 1)
            }
            Some(Cms::Encrypted | Cms::Detached) => None,
            Some(Cms::Signed(_)) | None => Some(Reason::Unreadable(Unreadable::OpaqueSigned)),
        }
    }

    fn text(&mut self, text: &str, place: &RulePlace) -> Option<Reason> {
        first_hit(text)
            .map(Reason::Body)
            .or_else(|| self.custom.first_hit(place, text, self.reported).map(Reason::Custom))
    }
}

fn looks_like_html(text: &str) -> bool {
    let start = text.trim_start().as_bytes();
    let head = &start[..start.len().min(15)];
    head.get(..5).is_some_and(|head| head.eq_ignore_ascii_case(b"<html"))
        || head.get(..9).is_some_and(|head| head.eq_ignore_ascii_case(b"<!doctype"))
}
