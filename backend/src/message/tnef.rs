//! `winmail.dat`, the Transport Neutral Encapsulation Format (MS-OXTNEF): Outlook's rich text, its attachments and
//! messages within them. What one holds is written out as a MIME entity, so that all else reads it as it reads any mail.

pub(super) mod compressed;
mod mime;
mod property;

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_16LE, WINDOWS_1252};

use self::{mime::Mime, property::Property};
use super::{charset, rtf, view::squeezed};

/// What a stream begins with.
pub const SIGNATURE: [u8; 4] = [0x78, 0x9F, 0x3E, 0x22];
/// The subtype that stands around a form of the body that is judged but not shown beside a better one.
pub const UNSHOWN: &str = "x-unshown";
/// Messages within messages that are opened.
const MAX_DEPTH: usize = 5;

// Attributes: the kind in the upper half, the number in the lower.
const SUBJECT: u16 = 0x8004;
const BODY: u16 = 0x800C;
const MESSAGE_PROPERTIES: u16 = 0x9003;
const CODE_PAGE: u16 = 0x9007;
const ATTACHMENT_BEGINS: u16 = 0x9002;
const ATTACHMENT_TITLE: u16 = 0x8010;
const ATTACHMENT_DATA: u16 = 0x800F;
const ATTACHMENT_PROPERTIES: u16 = 0x9005;

/// Writes out what a stream holds; `None` if it is broken or holds messages too deep.
pub fn to_mime(stream: &[u8]) -> Option<Vec<u8>> {
    at_depth(stream, 0)
}

fn at_depth(stream: &[u8], depth: usize) -> Option<Vec<u8>> {
    if depth > MAX_DEPTH {
        return None;
    }
    let mut message = Message::new();
    for attribute in attributes(stream)? {
        message.take(attribute)?;
    }
    message.write(Mime::of(stream), depth)
}

/// A number, and what it names.
type Attribute<'a> = (u16, &'a [u8]);

/// The attributes of a stream. Their checksums are not checked: programs that rewrite mail get them wrong.
fn attributes(stream: &[u8]) -> Option<Vec<Attribute<'_>>> {
    let mut rest = stream.strip_prefix(&SIGNATURE)?.get(2..)?;
    let mut found = Vec::new();
    while let Some((&level, after)) = rest.split_first() {
        // Filling and line ends are added on the way.
        if rest.iter().all(|&octet| octet == 0 || octet.is_ascii_whitespace()) {
            break;
        }
        let (head, after) = after.split_at_checked(8).filter(|_| matches!(level, 1 | 2))?;
        let number = u16::from_le_bytes([head[0], head[1]]);
        let length = u32::from_le_bytes([head[4], head[5], head[6], head[7]]);
        let (data, after) = after.split_at_checked(usize::try_from(length).ok()?)?;
        found.push((number, data));
        rest = after.get(2..)?;
    }
    Some(found)
}

struct Message<'a> {
    encoding: &'static Encoding,
    subject: Option<Cow<'a, str>>,
    plain: Option<Cow<'a, str>>,
    html: Option<Cow<'a, str>>,
    rtf: Option<Vec<u8>>,
    attachments: Vec<Attachment<'a>>,
}

#[derive(Default)]
struct Attachment<'a> {
    title: Option<String>,
    name: Option<String>,
    kind: Option<String>,
    content_id: Option<String>,
    data: &'a [u8],
    /// A message within, as a stream of its own.
    message: Option<&'a [u8]>,
}

impl<'a> Message<'a> {
    fn new() -> Self {
        Self { encoding: WINDOWS_1252, subject: None, plain: None, html: None, rtf: None, attachments: Vec::new() }
    }

    fn take(&mut self, (number, data): Attribute<'a>) -> Option<()> {
        match number {
            CODE_PAGE => {
                self.encoding = charset::of_code_page(data.first_chunk().map_or(0, |n| u32::from_le_bytes(*n)));
            }
            SUBJECT => self.subject = self.subject.take().or_else(|| Some(text(data, self.encoding))),
            BODY => self.plain = self.plain.take().or_else(|| Some(text(data, self.encoding))),
            MESSAGE_PROPERTIES => self.properties(data)?,
            ATTACHMENT_BEGINS => self.attachments.push(Attachment::default()),
            ATTACHMENT_TITLE => self.attachment().title = Some(text(data, self.encoding).into_owned()),
            ATTACHMENT_DATA => self.attachment().data = data,
            ATTACHMENT_PROPERTIES => {
                let encoding = self.encoding;
                self.attachment().properties(data, encoding)?;
            }
            _ => {}
        }
        Some(())
    }

    /// The attachment that is being described; one that does not begin as it should is taken all the same.
    fn attachment(&mut self) -> &mut Attachment<'a> {
        if self.attachments.is_empty() {
            self.attachments.push(Attachment::default());
        }
        let last = self.attachments.len() - 1;
        &mut self.attachments[last]
    }

    fn properties(&mut self, data: &'a [u8]) -> Option<()> {
        let all = property::read(data)?;
        let internet = all.iter().find(|property| property.tag == property::INTERNET_CODE_PAGE);
        let web = internet.and_then(Property::number).map_or(self.encoding, charset::of_code_page);
        for property in &all {
            match property.tag {
                property::SUBJECT => self.subject = Some(property.text(self.encoding)),
                property::BODY => self.plain = Some(property.text(self.encoding)),
                property::BODY_HTML => self.html = Some(property.text(web)),
                property::RTF_COMPRESSED if property.value.is_empty() => {}
                property::RTF_COMPRESSED => self.rtf = Some(compressed::unpack(property.value)?),
                _ => {}
            }
        }
        Some(())
    }

    /// Writes the message: its body in every form it has, and then the attachments.
    fn write(self, mut mime: Mime, depth: usize) -> Option<Vec<u8>> {
        let rich = self.rtf.as_deref().map(rtf::text);
        let is_blank = |text: &Option<Cow<'_, str>>| text.as_ref().is_none_or(|text| text.trim().is_empty());
        let plain = if is_blank(&self.plain) { rich.map(Cow::Owned) } else { self.plain };
        mime.begin(self.subject.as_deref().unwrap_or_default());
        mime.body(plain.as_deref().unwrap_or_default(), self.html.as_deref());
        if let Some(rtf) = &self.rtf {
            mime.unshown("text/rtf", rtf);
        }
        for attachment in &self.attachments {
            let name = attachment.name.as_ref().or(attachment.title.as_ref()).map(String::as_str);
            match attachment.message {
                Some(stream) => {
                    let name = name.filter(|name| name.to_ascii_lowercase().ends_with(".eml"));
                    mime.attach("message/rfc822", name, None, &at_depth(stream, depth + 1)?);
                }
                None => mime.attach(
                    &attachment.media_type(name.unwrap_or_default()),
                    name,
                    attachment.content_id.as_deref(),
                    attachment.data,
                ),
            }
        }
        Some(mime.end())
    }
}

impl<'a> Attachment<'a> {
    fn properties(&mut self, data: &'a [u8], encoding: &'static Encoding) -> Option<()> {
        for property in property::read(data)? {
            let text = || Some(property.text(encoding).trim().to_owned()).filter(|text| !text.is_empty());
            match property.tag {
                property::ATTACH_LONG_NAME => self.name = text().or(self.name.take()),
                property::ATTACH_NAME | property::DISPLAY_NAME => self.name = self.name.take().or_else(text),
                property::ATTACH_TYPE => self.kind = text(),
                property::ATTACH_CONTENT_ID => self.content_id = text(),
                property::ATTACH_DATA => match property.object() {
                    // A message, or an object of another program as a file of its own.
                    Some(object) if object.starts_with(&SIGNATURE) => self.message = Some(object),
                    Some(object) => self.data = object,
                    None => self.data = property.value,
                },
                _ => {}
            }
        }
        Some(())
    }

    fn media_type(&self, name: &str) -> Cow<'_, str> {
        match &self.kind {
            Some(kind) => Cow::Borrowed(kind),
            None => Cow::Borrowed(mime::by_name(name)),
        }
    }
}

/// A text of the document's code page, up to the zero at its end.
fn text<'a>(octets: &'a [u8], encoding: &'static Encoding) -> Cow<'a, str> {
    if encoding == UTF_16LE {
        return property::wide(octets);
    }
    let end = memchr::memchr(0, octets).unwrap_or(octets.len());
    encoding.decode(&octets[..end]).0
}

/// Whether a text that stands beside a stream says all that the stream's own body does, so that it need not be shown
/// twice: programs send both.
pub fn is_repeated(beside: &str, inside: &str) -> bool {
    squeezed(beside).contains(&squeezed(inside))
}

#[cfg(test)]
mod tests;
