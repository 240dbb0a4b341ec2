//! The texts inside attachments: archives, and the documents that are archives of XML (OOXML, `OpenDocument`).

mod archive;
mod xml;

use super::charset;

/// The most octets that are unpacked of one mail: a mail has 75 MiB, and text shrinks to a tenth.
const MAX_UNPACKED: u64 = 512 * 1024 * 1024;
/// The most octets of one entry, which is held in memory whole.
const MAX_ENTRY: u64 = 64 * 1024 * 1024;
/// The most entries of all archives in one mail.
const MAX_ENTRIES: usize = 10_000;
/// Archives within archives that are opened.
const MAX_DEPTH: usize = 5;

/// What is met inside an attachment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inside<'a> {
    /// A text that a person would read.
    Text(&'a str),
    /// An entry that is encrypted.
    Encrypted,
    /// More than the limits allow to unpack.
    TooLarge,
}

/// What may still be unpacked of a mail.
#[derive(Clone, Debug)]
pub struct Allowance {
    octets: u64,
    entries: usize,
}

impl Default for Allowance {
    fn default() -> Self {
        Self { octets: MAX_UNPACKED, entries: MAX_ENTRIES }
    }
}

/// Octets at the beginning that tell what an attachment is.
pub const HEAD: usize = 8;

/// Whether an attachment with this name, whose first octets are `head`, may have texts inside.
pub fn is_known(head: &[u8], name: &str) -> bool {
    head.starts_with(b"PK") || head.starts_with(&OLE) || is_text(&extension(name)) || is_xml(&extension(name))
}

fn is_xml(extension: &str) -> bool {
    matches!(extension, "xml" | "rels" | "fodt" | "fods")
}

fn is_text(extension: &str) -> bool {
    matches!(extension, "txt" | "csv" | "tsv" | "htm" | "html" | "md" | "log" | "json" | "eml" | "ics" | "vcf" | "rtf")
}

/// Shows every text inside an attachment to `visit`, one unpacked at a time, until it answers something. What the
/// attachment is, its first octets tell, and else the end of its name.
pub fn walk<T>(
    octets: &[u8],
    name: &str,
    allowance: &mut Allowance,
    visit: &mut dyn FnMut(Inside<'_>) -> Option<T>,
) -> Option<T> {
    at(octets, name, 0, allowance, visit)
}

fn at<T>(
    octets: &[u8],
    name: &str,
    depth: usize,
    allowance: &mut Allowance,
    visit: &mut dyn FnMut(Inside<'_>) -> Option<T>,
) -> Option<T> {
    if octets.starts_with(b"PK\x03\x04") || octets.starts_with(b"PK\x05\x06") {
        return if depth < MAX_DEPTH {
            archive::walk(octets, depth, allowance, visit)
        } else {
            visit(Inside::TooLarge)
        };
    }
    if octets.starts_with(&OLE) {
        // Office seals its documents into such a container, with a stream of this name.
        let is_sealed = contains_wide(octets, "EncryptedPackage");
        return if is_sealed { visit(Inside::Encrypted) } else { wide_and_narrow(octets, visit) };
    }
    let extension = extension(name);
    if is_xml(&extension) {
        return visit(Inside::Text(&xml::text(octets)));
    }
    if !is_text(&extension) {
        return None;
    }
    let texts = charset::texts(octets, None);
    [Some(texts.labelled), texts.utf8, utf16(octets)].iter().flatten().find_map(|text| {
        let seen = extension.starts_with("htm").then(|| shared::rules::visible_text(text));
        seen.iter().chain([text]).find_map(|text| visit(Inside::Text(text)))
    })
}

/// The first octets of an OLE compound file: doc, xls, ppt, msg.
const OLE: [u8; 8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

fn extension(name: &str) -> String {
    name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).unwrap_or_default()
}

fn utf16(octets: &[u8]) -> Option<String> {
    let (encoding, _) = encoding_rs::Encoding::for_bom(octets)?;
    (encoding != encoding_rs::UTF_8).then(|| encoding.decode(octets).0.into_owned())
}

fn contains_wide(octets: &[u8], word: &str) -> bool {
    let wide: Vec<u8> = word.encode_utf16().flat_map(u16::to_le_bytes).collect();
    memchr::memmem::find(octets, &wide).is_some()
}

/// Old documents hold their text as 16-bit or 8-bit characters between other octets: both readings are shown, what is
/// no character as a line break.
fn wide_and_narrow<T>(octets: &[u8], visit: &mut dyn FnMut(Inside<'_>) -> Option<T>) -> Option<T> {
    let readable = |c: char| if c.is_control() { '\n' } else { c };
    let narrow: String = octets.iter().map(|&octet| readable(char::from(octet))).collect();
    if let Some(answer) = visit(Inside::Text(&narrow)) {
        return Some(answer);
    }
    drop(narrow);
    (0..2).find_map(|start| {
        let units =
            octets.get(start..).unwrap_or_default().chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
        let wide: String = char::decode_utf16(units).map(|c| c.map_or('\n', readable)).collect();
        visit(Inside::Text(&wide))
    })
}

#[cfg(test)]
mod tests;
