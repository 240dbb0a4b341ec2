//! The texts inside attachments: archives, documents of office suites new and old, PDF, rich text, saved mails.

mod archive;
mod compound;
mod number;
mod package;
mod packed;
mod pdf;
mod raw;
mod records;
pub(crate) mod within;
mod workbook;

use super::{Unreadable, form::Form, tnef};

/// The most octets that are unpacked of one mail: a mail has 75 MiB, and text shrinks to a tenth.
const MAX_UNPACKED: u64 = 512 * 1024 * 1024;
/// The most octets of one entry, which is held in memory whole.
const MAX_ENTRY: u64 = 64 * 1024 * 1024;
/// The most entries of all archives in one mail.
const MAX_ENTRIES: usize = 10_000;
/// Files within files that are opened.
const MAX_DEPTH: usize = 5;

/// What is met inside an attachment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inside<'a> {
    /// A text that a person would read.
    Text(&'a str),
    /// What a file is called that lies in another one.
    Name(&'a str),
    /// A whole mail.
    Mail(&'a [u8]),
    /// Something that cannot be judged.
    Unreadable(Unreadable),
}

/// What may still be unpacked of a mail.
#[derive(Clone, Debug)]
pub struct Allowance {
    octets: u64,
    entries: usize,
    depth: usize,
}

impl Default for Allowance {
    fn default() -> Self {
        Self { octets: MAX_UNPACKED, entries: MAX_ENTRIES, depth: 0 }
    }
}

impl Allowance {
    /// The most octets that may be unpacked at once.
    fn most(&self) -> u64 {
        self.octets.min(MAX_ENTRY)
    }

    /// Takes note that so many octets were unpacked.
    fn charge(&mut self, octets: usize) {
        self.octets = self.octets.saturating_sub(octets as u64);
    }
}

/// A file inside a mail or inside another file.
#[derive(Clone, Copy)]
pub struct File<'a> {
    /// Its name, behind those of the files around it.
    pub shown: &'a str,
    /// Its name.
    pub name: &'a str,
    /// What the mail says it is; nothing where nothing is said.
    pub content_type: &'a str,
}

/// Called with the shown name of the file in which something is met.
pub type Visit<'v, T> = dyn FnMut(&str, Inside<'_>, &mut Allowance) -> Option<T> + 'v;

/// What a Mac keeps beside a file, under the same name but for `._` in front (RFC 1740), or around it.
const APPLE_DOUBLE: &[u8] = b"\x00\x05\x16\x07";
const APPLE_SINGLE: &[u8] = b"\x00\x05\x16\x00";

/// Octets at the beginning that tell what an attachment is.
pub const HEAD: usize = 1_024;
/// So many of them show whether it is a text.
const HEAD_OF_TEXT: usize = 512;

/// What an attachment is, as far as it may hold texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// ZIP, and the documents that are ZIP archives.
    Archive,
    /// An OLE compound file: doc, xls, ppt, msg.
    Compound,
    /// PDF.
    Pdf,
    /// `winmail.dat`.
    Tnef,
    /// A saved mail.
    Mail,
    /// A file packed by gzip.
    Gzip,
    /// A tape archive.
    Tar,
    /// An archive of a kind that is not opened: RAR, 7z, bzip2 and others.
    Closed,
    /// A text.
    Text(Form),
    /// Anything else that may hold texts.
    Other,
}

impl Kind {
    /// What the first octets tell, else the end of the name, else the mail; what then is nothing but looks like text is
    /// one. None of what holds no text: pictures, sounds, films.
    pub fn of(head: &[u8], file: File<'_>) -> Option<Self> {
        if let Some(kind) = Self::by_head(head) {
            return Some(kind);
        }
        let extension = extension(file.name);
        match (extension.as_str(), file.content_type) {
            ("pdf", _) | (_, "application/pdf") => Some(Self::Pdf),
            ("eml" | "mht" | "mhtml", _) | (_, "message/rfc822" | "message/global") => Some(Self::Mail),
            (named, _) if packed::is_named_closed(named) => Some(Self::Closed),
            // Octets may stand in front of it.
            (named, _) if archive::is_named(named) && !head.is_empty() => Some(Self::Archive),
            _ => {
                let named = Form::of_extension(&extension).or_else(|| Form::of_type(file.content_type));
                // In front of a PDF there may be other things.
                let is_pdf = || memchr::memmem::find(&head[..head.len().min(HEAD)], b"%PDF-").is_some();
                match named {
                    None if is_pdf() => Some(Self::Pdf),
                    None if is_text(head) => Some(Self::Text(Form::Plain)),
                    None => (!head.is_empty() && !is_medium(head)).then_some(Self::Other),
                    Some(form) => Some(Self::Text(form)),
                }
            }
        }
    }

    /// What the first octets tell.
    pub fn by_head(head: &[u8]) -> Option<Self> {
        let signatures = [
            (archive::BEGINNING, Self::Archive),
            (b"PK\x05\x06", Self::Archive),
            (&compound::SIGNATURE, Self::Compound),
            (&tnef::SIGNATURE, Self::Tnef),
            (APPLE_DOUBLE, Self::Other),
            (APPLE_SINGLE, Self::Other),
            (b"Rar!\x1A\x07", Self::Closed),
            (b"7z\xBC\xAF\x27\x1C", Self::Closed),
            (packed::GZIP, Self::Gzip),
            (br"{\rtf", Self::Text(Form::Rtf)),
        ];
        let is_pdf = || head.trim_ascii_start().starts_with(b"%PDF-");
        let told = signatures.iter().find(|(signature, _)| head.starts_with(signature)).map(|(_, kind)| *kind);
        told.or_else(|| is_pdf().then_some(Self::Pdf))
            .or_else(|| packed::is_tar(head).then_some(Self::Tar))
            .or_else(|| packed::is_closed(head).then_some(Self::Closed))
    }
}

/// Whether this is a picture, a sound or a film. Drawings of Windows too: those that documents hold show icons of files,
/// with paths in which numbers stand that nobody looks at.
fn is_medium(head: &[u8]) -> bool {
    let beginnings = [
        &b"\xFF\xD8\xFF"[..],
        b"\x89PNG\r\n",
        b"GIF8",
        b"RIFF",
        b"II*\0",
        b"MM\0*",
        b"ID3",
        b"OggS",
        b"fLaC",
        b"\x1A\x45\xDF\xA3",
        b"\xD7\xCD\xC6\x9A",
        b"\x01\0\x09\0",
    ];
    let is_later = |at: usize, mark: &[u8]| head.get(at..at + mark.len()) == Some(mark);
    beginnings.iter().any(|beginning| head.starts_with(beginning)) || is_later(4, b"ftyp") || is_later(40, b" EMF")
}

/// Whether octets are characters, as far as they are looked at, or begin with the mark of wider ones.
fn is_text(head: &[u8]) -> bool {
    let head = &head[..head.len().min(HEAD_OF_TEXT)];
    let is_character =
        |&octet: &u8| !octet.is_ascii_control() || matches!(octet, b'\t' | b'\n' | b'\x0C' | b'\r' | 0x1B);
    let marks = [&b"\xFF\xFE"[..], b"\xFE\xFF", b"\0\0\xFE\xFF"];
    let is_wide = marks.iter().any(|mark| head.starts_with(mark));
    is_wide || !head.is_empty() && head.iter().all(is_character)
}

fn extension(name: &str) -> String {
    name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).unwrap_or_default()
}

/// Shows everything inside an attachment to `visit`, one thing unpacked at a time, until it answers something.
pub fn walk<T>(octets: &[u8], file: File<'_>, allowance: &mut Allowance, visit: &mut Visit<'_, T>) -> Option<T> {
    let kind = Kind::of(&octets[..octets.len().min(HEAD)], file)?;
    let (shown, too_large) = (file.shown, Inside::Unreadable(Unreadable::ArchiveTooLarge));
    match kind {
        Kind::Text(form) => {
            let seen = form.each(octets, None, &mut |text| visit(shown, Inside::Text(text), allowance));
            seen.or_else(|| within::walk(form, octets, file, allowance, visit))
        }
        Kind::Other => raw::raw(octets, &mut |text| visit(shown, Inside::Text(text), allowance)),
        Kind::Closed => visit(shown, Inside::Unreadable(Unreadable::ClosedArchive), allowance),
        _ if allowance.depth >= MAX_DEPTH => visit(shown, too_large, allowance),
        _ => {
            allowance.depth += 1;
            let answer = match kind {
                Kind::Archive => archive::walk(octets, file, allowance, visit),
                Kind::Compound => compound::walk(octets, file, allowance, visit),
                Kind::Gzip => packed::gzip(octets, file, allowance, visit),
                Kind::Tar => packed::tar(octets, file, allowance, visit),
                Kind::Pdf => pdf::walk(octets, file, allowance, visit),
                Kind::Tnef => match tnef::to_mime(octets) {
                    Some(entity) => visit(shown, Inside::Mail(&entity), allowance),
                    None => visit(shown, Inside::Unreadable(Unreadable::Tnef), allowance),
                },
                _ => visit(shown, Inside::Mail(octets), allowance),
            };
            allowance.depth -= 1;
            answer
        }
    }
}

#[cfg(test)]
mod tests;
