//! The body rules over the parts of a mail: each text a person would read, one decoded at a time.

use std::borrow::Cow;

use shared::rules::first_hit;

use super::{Reason, Rules, Seen};
use crate::{
    config::{EncryptedArchives, RulePlace},
    message::{
        Headers, Leaf, Node, ParsedMail, RawMail, Unreadable, charset,
        cms::{self, Cms},
        container::{self, Opened},
        decode::{decode, decoded, is_noisy},
        extract::{self, Allowance, File, Inside, Kind},
        form::Form,
        header, openpgp, read_octets,
    },
};

/// Whether the whole body is encrypted already (RFC 8551, RFC 3156), so that there is nothing to protect. What a part
/// says of itself is not enough: a signed object bears the same type as an encrypted one.
pub(super) fn is_encrypted(root: &Node, raw: &RawMail) -> bool {
    let octets = |leaf: &Leaf| decode(leaf.encoding, &raw.0[leaf.range()]);
    match root {
        Node::Leaf(leaf) => container::is_pkcs7(leaf) && cms::read(&octets(leaf)) == Some(Cms::Encrypted),
        Node::Multipart { subtype, parts } if subtype == "encrypted" => match parts.as_slice() {
            [Node::Leaf(version), Node::Leaf(message)] => {
                version.content_type == "application/pgp-encrypted"
                    && message.content_type == "application/octet-stream"
                    && openpgp::is_version(&octets(version))
                    && openpgp::is_encrypted(&octets(message))
            }
            _ => false,
        },
        Node::Multipart { .. } | Node::Message { .. } | Node::Opened { .. } => false,
    }
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
    /// What a file within an attachment is called.
    Name(&'a str),
    /// A part that cannot be judged.
    Unreadable {
        /// Why not.
        why: Unreadable,
        /// The file name of the part, if it has one.
        name: Option<&'a str>,
    },
}

/// The first reason to seal that the body gives.
pub(super) fn judge(mail: &ParsedMail, raw: &RawMail, rules: &Rules, seen: &mut Seen) -> Option<Reason> {
    if let Some(reason) = names(&mail.outline.root, &mut |name| in_name(name, seen)) {
        return Some(reason);
    }
    walk(mail, raw, &mut |found| match found {
        Found::Unreadable { why, .. } if why.is_closed() && rules.encrypted_archives == EncryptedArchives::Pass => None,
        Found::Unreadable { why, name } => {
            seen.attachment = name.map(str::to_owned);
            Some(Reason::Unreadable(why))
        }
        Found::Name(name) => {
            let place = RulePlace::AttachmentName;
            let custom = rules.custom.first_hit(&place, name, &mut seen.reported).map(Reason::Custom);
            custom.or_else(|| in_name(name, seen))
        }
        Found::Text { text, place, name } => {
            let custom = || rules.custom.first_hit(&place, text, &mut seen.reported).map(Reason::Custom);
            let reason = first_hit(text).map(Reason::Body).or_else(custom)?;
            seen.attachment = name.filter(|_| place == RulePlace::AttachmentText).map(str::to_owned);
            Some(reason)
        }
    })
}

/// A number in the name of an attachment, which everybody sees.
fn in_name(name: &str, seen: &mut Seen) -> Option<Reason> {
    let rule = first_hit(name)?;
    seen.attachment = Some(name.to_owned());
    Some(Reason::Body(rule))
}

/// Shows what rules of the settings look at, texts and the names of files within attachments, to `visit`, until it
/// answers something.
pub(super) fn texts<T>(
    mail: &ParsedMail,
    raw: &RawMail,
    visit: &mut dyn FnMut(&RulePlace, &str) -> Option<T>,
) -> Option<T> {
    walk(mail, raw, &mut |found| match found {
        Found::Text { text, place, .. } => visit(&place, text),
        Found::Name(name) => visit(&RulePlace::AttachmentName, name),
        Found::Unreadable { .. } => None,
    })
}

/// Shows the names of all parts to `visit`, of those within forwarded mails too, until it answers something.
pub(super) fn names<T>(node: &Node, visit: &mut dyn FnMut(&str) -> Option<T>) -> Option<T> {
    match node {
        Node::Leaf(leaf) => leaf.name.as_deref().and_then(visit),
        Node::Multipart { parts, .. } => parts.iter().find_map(|part| names(part, visit)),
        Node::Message { leaf, inner } => {
            let own = leaf.name.as_deref().and_then(&mut *visit);
            own.or_else(|| names(inner, visit))
        }
        Node::Opened { inner, .. } => names(inner, visit),
    }
}

/// Shows every text of a mail to `visit`, one decoded at a time, until it answers something.
pub(super) fn walk<T>(mail: &ParsedMail, raw: &RawMail, visit: &mut Visit<'_, T>) -> Option<T> {
    Walk { visit, allowance: &mut Allowance::default(), file: None }.mail(mail, &raw.0, None)
}

type Visit<'v, T> = dyn FnMut(Found<'_>) -> Option<T> + 'v;

struct Walk<'w, 'v, T> {
    visit: &'w mut Visit<'v, T>,
    allowance: &'w mut Allowance,
    /// The file in which the mail lies, if it is not the one that is judged.
    file: Option<&'w str>,
}

impl<T> Walk<'_, '_, T> {
    fn text(&mut self, text: &str, place: RulePlace, name: Option<&str>) -> Option<T> {
        let place = if self.file.is_some() { RulePlace::AttachmentText } else { place };
        (self.visit)(Found::Text { text, place, name: name.or(self.file) })
    }

    fn mail(&mut self, mail: &ParsedMail, raw: &[u8], around: Option<&str>) -> Option<T> {
        if let Some(why) = mail.unreadable
            && let Some(answer) = (self.visit)(Found::Unreadable { why, name: self.file })
        {
            return Some(answer);
        }
        if self.file.is_some()
            && let Some(answer) = names(&mail.outline.root, &mut |name| (self.visit)(Found::Name(name)))
        {
            return Some(answer);
        }
        if self.file.is_some()
            && let Some(answer) =
                mail.headers.subjects.iter().find_map(|subject| self.text(subject, RulePlace::Body, None))
        {
            return Some(answer);
        }
        let answer = self.node(&mail.outline.root, raw, mail.broken, around);
        // Programs read broken mail in different ways; the octets themselves are read too.
        let lenient = || mail.broken.then(|| String::from_utf8_lossy(raw));
        answer.or_else(|| lenient().and_then(|text| self.text(&text, RulePlace::Body, None)))
    }

    /// `around` is what the attachment is called within which the node stands.
    fn node(&mut self, node: &Node, raw: &[u8], broken: bool, around: Option<&str>) -> Option<T> {
        match node {
            Node::Leaf(leaf) => self.leaf(leaf, raw, around),
            Node::Multipart { parts, .. } => parts.iter().find_map(|part| self.node(part, raw, broken, around)),
            Node::Message { leaf, inner } => {
                let name = joined(around, leaf.name.as_deref());
                self.within(leaf, inner, raw, broken, name.as_deref())
            }
            Node::Opened { leaf, inner } => self.within(leaf, inner, raw, broken, around),
        }
    }

    /// What stands within a part, whose octets may be its own.
    fn within(&mut self, leaf: &Leaf, inner: &Node, raw: &[u8], broken: bool, around: Option<&str>) -> Option<T> {
        let octets = &raw[leaf.range()];
        let opened = match container::open(leaf, octets) {
            Opened::Entity(opened) => Some(opened),
            Opened::Nothing | Opened::Unreadable(_) => None,
        };
        if container::is_message(leaf) {
            // What it is about is shown above a forwarded mail.
            let headers = Headers::read(header::block(opened.as_deref().unwrap_or(octets)));
            let seen = headers.subjects.iter().find_map(|subject| self.text(subject, RulePlace::Body, None));
            if seen.is_some() {
                return seen;
            }
        }
        let answer = self.node(inner, opened.as_deref().unwrap_or(raw), broken, around);
        let answer = answer.or_else(|| self.told_by_head(opened.as_deref().unwrap_or(octets), around));
        let lenient = || opened.as_deref().filter(|_| broken).map(String::from_utf8_lossy);
        answer.or_else(|| lenient().and_then(|text| self.text(&text, RulePlace::Body, None)))
    }

    fn leaf(&mut self, leaf: &Leaf, raw: &[u8], around: Option<&str>) -> Option<T> {
        let octets = &raw[leaf.range()];
        let name = joined(around.filter(|_| !leaf.is_body()).or(self.file), leaf.name.as_deref());
        let name = name.as_deref();
        if container::is_pkcs7(leaf) {
            return None;
        }
        let place = if leaf.is_body() { RulePlace::Body } else { RulePlace::AttachmentText };
        if is_noisy(leaf.encoding, octets)
            && let Some(answer) = self.text(&String::from_utf8_lossy(octets), place.clone(), name)
        {
            return Some(answer);
        }
        let Some(form) = form(leaf) else { return self.attachment(leaf, octets, name) };
        let decoded = decoded(leaf.encoding, octets);
        if charset::is_unknown(&decoded, leaf.charset.as_deref()) {
            return (self.visit)(Found::Unreadable { why: Unreadable::UnknownCharset, name });
        }
        let answer = form.each(&decoded, leaf.charset.as_deref(), &mut |text| self.text(text, place.clone(), name));
        let answer = answer.or_else(|| self.told_by_head(&decoded, name));
        let file = File { shown: name.unwrap_or_default(), name: "", content_type: "" };
        answer.or_else(|| {
            self.inside(&mut |allowance, visit| extract::within::walk(form, &decoded, file, allowance, visit))
        })
    }

    /// A file of a kind that its first octets tell, whatever the mail says it is.
    fn told_by_head(&mut self, octets: &[u8], shown: Option<&str>) -> Option<T> {
        match Kind::by_head(octets)? {
            // It has been read as what the mail says.
            Kind::Text(_) => None,
            _ => self.file(octets, File { shown: shown.unwrap_or_default(), name: "", content_type: "" }),
        }
    }

    /// The texts inside an attachment; one that cannot have any is not even decoded.
    fn attachment(&mut self, leaf: &Leaf, octets: &[u8], shown: Option<&str>) -> Option<T> {
        let name = leaf.name.as_deref().unwrap_or_default();
        let file = File { shown: shown.unwrap_or_default(), name, content_type: &leaf.content_type };
        let head = decode(leaf.encoding, &octets[..octets.len().min(8 * extract::HEAD)]);
        Kind::of(&head, file)?;
        self.file(&decoded(leaf.encoding, octets), file)
    }

    fn file(&mut self, octets: &[u8], file: File<'_>) -> Option<T> {
        self.inside(&mut |allowance, visit| extract::walk(octets, file, allowance, visit))
    }

    /// What `walk` finds in a file.
    fn inside(&mut self, walk: &mut dyn FnMut(&mut Allowance, &mut extract::Visit<'_, T>) -> Option<T>) -> Option<T> {
        let visit = &mut *self.visit;
        walk(self.allowance, &mut |name, inside, allowance| {
            let named = Some(name).filter(|name| !name.is_empty());
            match inside {
                Inside::Text(text) => visit(Found::Text { text, place: RulePlace::AttachmentText, name: named }),
                Inside::Name(name) => visit(Found::Name(name)),
                Inside::Unreadable(why) => visit(Found::Unreadable { why, name: named }),
                Inside::Mail(octets) => {
                    // Programs that save mail put a mark or empty lines in front.
                    let octets = octets.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(octets).trim_ascii_start();
                    let mut walk = Walk { visit: &mut *visit, allowance, file: Some(name) };
                    walk.mail(&read_octets(octets), octets, Some(name))
                }
            }
        })
    }
}

/// What kind of text a part is, if it is one.
fn form(leaf: &Leaf) -> Option<Form> {
    let is_text = leaf.is_text() || (leaf.content_type.starts_with("message/") && !container::is_message(leaf));
    let form = Form::of_type(&leaf.content_type).filter(|_| is_text)?;
    Some(if form == Form::Plain && leaf.flowed { Form::Flowed { delsp: leaf.delsp } } else { form })
}

/// The name of a file within another one.
fn joined<'n>(around: Option<&'n str>, name: Option<&'n str>) -> Option<Cow<'n, str>> {
    match (around, name) {
        (Some(around), Some(name)) => Some(Cow::Owned(format!("{around}: {name}"))),
        (around, name) => around.or(name).map(Cow::Borrowed),
    }
}
