//! The body rules over the parts of a mail: each text a person would read, one decoded at a time.

use shared::rules::{Rule, first_hit, visible_text};

use super::Reason;
use crate::message::{Leaf, Node, ParsedMail, RawMail, Unreadable, charset, decode::decode};

/// Whether the whole body is encrypted already (RFC 8551, RFC 3156), so that there is nothing to protect.
pub(super) fn is_encrypted(root: &Node) -> bool {
    match root {
        Node::Leaf(leaf) => is_enveloped(leaf),
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

/// `application/pkcs7-mime` that is not merely signed. The type's parameter is not trusted for the whole body to be
/// hidden: only the object's own content type, read from its first octets, would be; see [`is_opaque_signed`].
fn is_enveloped(leaf: &Leaf) -> bool {
    is_pkcs7(leaf) && leaf.name.as_deref().is_none_or(|name| !name.to_ascii_lowercase().ends_with(".p7s"))
}

fn is_pkcs7(leaf: &Leaf) -> bool {
    matches!(leaf.content_type.as_str(), "application/pkcs7-mime" | "application/x-pkcs7-mime")
}

/// The object identifier of signed-data, 1.2.840.113549.1.7.2 (RFC 5652 section 5.1), in DER.
const SIGNED_DATA: [u8; 11] = [0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02];

/// Whether an object hides its content in a signature only: its outer content type says so.
fn is_opaque_signed(decoded: &[u8]) -> bool {
    let head = &decoded[..decoded.len().min(32)];
    head.windows(SIGNED_DATA.len()).any(|window| window == SIGNED_DATA)
}

/// The first reason to seal that the body gives.
pub(super) fn judge(mail: &ParsedMail, raw: &RawMail) -> Option<Reason> {
    if let Some(why) = mail.unreadable {
        return Some(Reason::Unreadable(why));
    }
    if let Some(reason) = judge_node(&mail.outline.root, &raw.0) {
        return Some(reason);
    }
    // Programs read broken mail in different ways; the octets themselves are read too.
    if mail.broken {
        return first_hit(&String::from_utf8_lossy(&raw.0)).map(Reason::Body);
    }
    None
}

fn judge_node(node: &Node, raw: &[u8]) -> Option<Reason> {
    match node {
        Node::Leaf(leaf) => judge_leaf(leaf, raw),
        Node::Multipart { parts, .. } => parts.iter().find_map(|part| judge_node(part, raw)),
        Node::Message { inner, .. } => judge_node(inner, raw),
    }
}

fn judge_leaf(leaf: &Leaf, raw: &[u8]) -> Option<Reason> {
    let octets = &raw[leaf.range()];
    if is_pkcs7(leaf) && is_opaque_signed(&decode(leaf.encoding, octets)) {
        return Some(Reason::Unreadable(Unreadable::OpaqueSigned));
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
    let is_html = leaf.content_type == "text/html" || looks_like_html(&texts.labelled);
    std::iter::once(&texts.labelled).chain(&texts.utf8).find_map(|text| hit(text, is_html)).map(Reason::Body)
}

/// HTML is judged as seen. What only calls itself plain is judged both ways.
fn hit(text: &str, is_html: bool) -> Option<Rule> {
    if is_html { first_hit(&visible_text(text)).or_else(|| first_hit(text)) } else { first_hit(text) }
}

fn looks_like_html(text: &str) -> bool {
    let start = text.trim_start().as_bytes();
    let head = &start[..start.len().min(15)];
    head.get(..5).is_some_and(|head| head.eq_ignore_ascii_case(b"<html"))
        || head.get(..9).is_some_and(|head| head.eq_ignore_ascii_case(b"<!doctype"))
}
