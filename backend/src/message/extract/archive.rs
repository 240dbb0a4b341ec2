//! ZIP archives, and documents that are ZIP archives.

use std::io::{Cursor, Read as _};

use zip::{CompressionMethod, ZipArchive};

use super::{Allowance, File, Inside, Unreadable, Visit, extension, raw::raw, walk as walk_file, workbook::Workbook};
use crate::message::{form::Form, header::one_line};

/// What an archive begins with, unless it is empty.
pub(super) const BEGINNING: &[u8] = b"PK\x03\x04";
/// What the last record of an archive begins with, and how long it is without its comment.
const END: &[u8] = b"PK\x05\x06";
const END_LENGTH: usize = 22;

/// Documents that are archives, by the ends of their names.
const DOCUMENTS: [&str; 14] =
    ["docx", "docm", "dotx", "xlsx", "xlsm", "xlsb", "xltx", "pptx", "pptm", "potx", "odt", "ods", "odp", "odg"];

/// Whether a file of this name is an archive, or says so.
pub(super) fn is_named(extension: &str) -> bool {
    extension == "zip" || DOCUMENTS.contains(&extension)
}

/// The archive, whatever stands in front of it or behind.
fn open(octets: &[u8]) -> Option<ZipArchive<Cursor<&[u8]>>> {
    ZipArchive::new(Cursor::new(octets)).ok().or_else(|| {
        let end = memchr::memmem::rfind(octets, END)? + END_LENGTH;
        let comment = octets.get(end - 2..end)?;
        let end = end + usize::from(u16::from_le_bytes([comment[0], comment[1]]));
        ZipArchive::new(Cursor::new(octets.get(..end)?)).ok()
    })
}

/// Shows what is inside. Of an archive that cannot be opened its octets are shown, and that nobody knows what else is in
/// it: programs that repair archives may well. What is none and is only called so is read as the text it may be.
pub(super) fn walk<T>(octets: &[u8], file: File<'_>, allowance: &mut Allowance, visit: &mut Visit<'_, T>) -> Option<T> {
    let Some(mut archive) = open(octets) else {
        let seen = Form::Plain.each(octets, None, &mut |text| visit(file.shown, Inside::Text(text), allowance));
        if memchr::memmem::find(octets, BEGINNING).is_none() {
            return seen.or_else(|| raw(octets, &mut |text| visit(file.shown, Inside::Text(text), allowance)));
        }
        return seen.or_else(|| visit(file.shown, Inside::Unreadable(Unreadable::ClosedArchive), allowance));
    };
    // A document is one file to a person, whatever it is made of.
    let is_document = DOCUMENTS.contains(&extension(file.name).as_str())
        || ["[Content_Types].xml", "mimetype"].iter().any(|name| archive.index_for_name(name).is_some());
    let mut workbook = None;
    // What begins like an archive and is none from there on is another one, or the rest of one.
    let mut is_broken = octets.starts_with(BEGINNING) && (archive.is_empty() || archive.offset() > 0);
    for index in 0..archive.len() {
        let Some(entries) = allowance.entries.checked_sub(1) else {
            return visit(file.shown, Inside::Unreadable(Unreadable::ArchiveTooLarge), allowance);
        };
        allowance.entries = entries;
        if !is_document && let Some(answer) = name_of(&archive, index, file, allowance, visit) {
            return Some(answer);
        }
        let (path, unpacked) = match unpack(&mut archive, index, allowance) {
            Entry::Unpacked { path, octets, is_whole } => {
                is_broken |= !is_whole;
                (path, octets)
            }
            Entry::Closed(why) => match visit(file.shown, Inside::Unreadable(why), allowance) {
                Some(answer) => return Some(answer),
                None => continue,
            },
            Entry::TooLarge => return visit(file.shown, Inside::Unreadable(Unreadable::ArchiveTooLarge), allowance),
        };
        if is_document && is_sheet(&path) {
            let workbook = workbook.get_or_insert_with(|| read_workbook(&mut archive, allowance));
            let answer = match workbook.text(&unpacked, allowance.most()) {
                Some(text) => {
                    allowance.charge(text.len());
                    visit(file.shown, Inside::Text(&text), allowance)
                }
                None => visit(file.shown, Inside::Unreadable(Unreadable::ArchiveTooLarge), allowance),
            };
            if answer.is_some() {
                return answer;
            }
            continue;
        }
        let answer = if is_document {
            part_of_document(&path, &unpacked, file, allowance, visit)
        } else {
            let name = file_name(&path);
            let shown = format!("{}: {name}", file.shown);
            walk_file(&unpacked, File { shown: &shown, name: &name, content_type: "" }, allowance, visit)
        };
        if answer.is_some() {
            return answer;
        }
    }
    if is_broken { visit(file.shown, Inside::Unreadable(Unreadable::ClosedArchive), allowance) } else { None }
}

/// Shows what an entry is called, which can be seen of encrypted ones too.
fn name_of<T>(
    archive: &ZipArchive<Cursor<&[u8]>>,
    index: usize,
    file: File<'_>,
    allowance: &mut Allowance,
    visit: &mut Visit<'_, T>,
) -> Option<T> {
    let path = archive.name_for_index(index)?.ok()?;
    visit(file.shown, Inside::Name(&file_name(&path)), allowance)
}

fn file_name(path: &str) -> String {
    one_line(path.rsplit(['/', '\\']).next().unwrap_or_default())
}

fn is_sheet(path: &str) -> bool {
    path.starts_with("xl/worksheets/") && extension(path) == "xml"
}

/// What the cells of a workbook refer to; what cannot be read is as if it were not there.
fn read_workbook(archive: &mut ZipArchive<Cursor<&[u8]>>, allowance: &mut Allowance) -> Workbook {
    let [texts, styles] = ["xl/sharedstrings.xml", "xl/styles.xml"].map(|part| {
        let index = archive.file_names_raw().position(|name| name.eq_ignore_ascii_case(part.as_bytes()))?;
        match unpack(archive, index, allowance) {
            Entry::Unpacked { octets, .. } => Some(octets),
            Entry::Closed(_) | Entry::TooLarge => None,
        }
    });
    Workbook::read(texts.as_deref(), styles.as_deref())
}

/// A part of a document: its own XML, or a file that is laid into it.
fn part_of_document<T>(
    path: &str,
    octets: &[u8],
    document: File<'_>,
    allowance: &mut Allowance,
    visit: &mut Visit<'_, T>,
) -> Option<T> {
    // OpenDocument encrypts each part by itself and says so here.
    if path == "META-INF/manifest.xml" && memchr::memmem::find(octets, b"encryption-data").is_some() {
        return visit(document.shown, Inside::Unreadable(Unreadable::EncryptedArchive), allowance);
    }
    let is_its_own = ["word/", "xl/", "ppt/"].iter().any(|folder| path.starts_with(folder))
        || ["content.xml", "styles.xml"].contains(&path);
    if is_its_own && extension(path) == "xml" {
        let form = Form::Xml { is_office: true };
        return form.each(octets, None, &mut |text| visit(document.shown, Inside::Text(text), allowance));
    }
    walk_file(octets, File { name: path, content_type: "", ..document }, allowance, visit)
}

/// An entry whose name cannot be read is taken for a text.
const UNNAMED: &str = "entry.txt";

enum Entry {
    Unpacked {
        path: String,
        octets: Vec<u8>,
        /// Whether it is what was packed.
        is_whole: bool,
    },
    /// Encrypted, packed in a way that is not known, or broken.
    Closed(Unreadable),
    TooLarge,
}

/// One entry. The size that the archive declares is not believed: what comes out is counted.
fn unpack(archive: &mut ZipArchive<Cursor<&[u8]>>, index: usize, allowance: &mut Allowance) -> Entry {
    let Ok(raw) = archive.by_index_raw(index) else { return Entry::Closed(Unreadable::ClosedArchive) };
    if raw.encrypted() {
        return Entry::Closed(Unreadable::EncryptedArchive);
    }
    if !matches!(raw.compression(), CompressionMethod::Stored | CompressionMethod::Deflated) {
        return Entry::Closed(Unreadable::ClosedArchive);
    }
    let path = raw.name().map_or_else(|_| UNNAMED.to_owned(), std::borrow::Cow::into_owned);
    drop(raw);
    let Ok(entry) = archive.by_index(index) else { return Entry::Closed(Unreadable::ClosedArchive) };
    let most = allowance.most();
    let mut octets = Vec::new();
    // What was read before a fault is judged too.
    let is_whole = entry.take(most + 1).read_to_end(&mut octets).is_ok();
    if octets.len() as u64 > most {
        return Entry::TooLarge;
    }
    allowance.charge(octets.len());
    Entry::Unpacked { path, octets, is_whole }
}
