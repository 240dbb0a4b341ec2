//! OLE compound files: documents of old office suites, mails that Outlook saved. The text lies in them as 16-bit or
//! 8-bit characters between other octets, and both readings are shown, of the file and of each stream: its sectors may lie
//! apart. Then those streams are taken apart in which text lies otherwise: bodies and attachments of saved mails
//! (MS-OXMSG), text of Word documents, cells of workbooks, files that are laid into documents and slides.

mod slides;
mod word;

use std::{
    io::{Cursor, Read as _},
    path::{Path, PathBuf},
};

use cfb::CompoundFile;

use super::{
    Allowance, File, HEAD, Inside, Kind, Unreadable, Visit, package, raw::raw, records, walk as walk_file, within,
};
use crate::message::{form::Form, header::one_line, tnef::compressed};

pub(super) const SIGNATURE: [u8; 8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
/// Streams begin at multiples of it.
const SECTOR: usize = 512;

/// Sectors that are compared with the first one of a stream, to tell where it lies.
const MOST_PLACES: usize = 4;
/// The part of the file from which on a stream is long.
const LEAST_PART: usize = 16;

/// The longest path of a stream, in octets: five messages, each attached to the one before, need half of it. Storages
/// within storages without number would make paths that no memory holds.
const MOST_OF_PATH: usize = 600;
/// Streams of workbooks, in which numbers are no characters.
const WORKBOOKS: [&str; 2] = ["Workbook", "Book"];
/// A file that is laid into a document.
const NATIVE: &str = "\u{1}Ole10Native";
// Streams of saved mails, by what their names begin with: the property and what type it has.
const HTML: [&str; 3] = ["__substg1.0_10130102", "__substg1.0_1013001F", "__substg1.0_1013001E"];
const RTF: &str = "__substg1.0_10090102";
const DATA: &str = "__substg1.0_37010102";
/// The storage of a saved mail in which streams with such names too are lists of properties.
const LISTS: &str = "__nameid_version1.0";
/// What an attachment is called, the best name first.
const NAMES: [&str; 6] = [
    "__substg1.0_3707001F",
    "__substg1.0_3707001E",
    "__substg1.0_3704001F",
    "__substg1.0_3704001E",
    "__substg1.0_3001001F",
    "__substg1.0_3001001E",
];

/// Shows what is inside to `visit` until it answers something. What cannot be taken apart may hold what nobody saw.
pub(super) fn walk<T>(octets: &[u8], file: File<'_>, allowance: &mut Allowance, visit: &mut Visit<'_, T>) -> Option<T> {
    if is_encrypted(octets) {
        return visit(file.shown, Inside::Unreadable(Unreadable::EncryptedArchive), allowance);
    }
    if let Some(answer) = raw(octets, &mut |text| visit(file.shown, Inside::Text(text), allowance)) {
        return Some(answer);
    }
    let Ok(mut compound) = CompoundFile::open(Cursor::new(octets)) else {
        return visit(file.shown, Inside::Unreadable(Unreadable::ClosedArchive), allowance);
    };
    let too_large = Inside::Unreadable(Unreadable::ArchiveTooLarge);
    let Some(paths) = streams(&compound, allowance.entries) else {
        return visit(file.shown, too_large, allowance);
    };
    for path in paths {
        let Some(entries) = allowance.entries.checked_sub(1) else {
            return visit(file.shown, too_large, allowance);
        };
        allowance.entries = entries;
        let answer = match read(&mut compound, &path, allowance) {
            Stream::Read(stream) if is_under_password(&path, &stream) => {
                visit(file.shown, Inside::Unreadable(Unreadable::EncryptedArchive), allowance)
            }
            Stream::Read(stream) => {
                let has_been_read = lies_together(&stream, octets);
                let mut visit_text = |text: &str| visit(file.shown, Inside::Text(text), allowance);
                let seen = if has_been_read { None } else { raw(&stream, &mut visit_text) };
                seen.or_else(|| of_stream(&mut compound, &path, &stream, file, allowance, visit))
            }
            Stream::Broken => visit(file.shown, Inside::Unreadable(Unreadable::ClosedArchive), allowance),
            Stream::TooLarge => return visit(file.shown, too_large, allowance),
        };
        if answer.is_some() {
            return answer;
        }
    }
    None
}

/// Where the streams are, one storage after the other; none if there are too many or some lie too deep.
fn streams(compound: &CompoundFile<Cursor<&[u8]>>, most: usize) -> Option<Vec<PathBuf>> {
    let (mut storages, mut streams) = (vec![PathBuf::from("/")], Vec::new());
    let mut left = most;
    while let Some(storage) = storages.pop() {
        for entry in compound.read_storage(&storage).ok()? {
            left = left.checked_sub(1)?;
            if entry.path().as_os_str().len() > MOST_OF_PATH {
                return None;
            }
            if !entry.is_stream() {
                storages.push(entry.path().to_owned());
            } else if !entry.is_empty() {
                streams.push(entry.path().to_owned());
            }
        }
    }
    Some(streams)
}

/// Whether a stream lies in the file as it is, as far as a look at few places tells. For short ones nobody looks: to read
/// them twice takes less than to look through the file.
fn lies_together(stream: &[u8], file: &[u8]) -> bool {
    if stream.len() < file.len() / LEAST_PART {
        return false;
    }
    let Some(head) = stream.first_chunk::<SECTOR>() else { return false };
    let places = file.chunks_exact(SECTOR).enumerate().filter(|(_, sector)| sector == head);
    places.take(MOST_PLACES).any(|(place, _)| file[place * SECTOR..].starts_with(stream))
}

enum Stream {
    Read(Vec<u8>),
    Broken,
    TooLarge,
}

fn read(compound: &mut CompoundFile<Cursor<&[u8]>>, path: &Path, allowance: &mut Allowance) -> Stream {
    let Ok(mut stream) = compound.open_stream(path) else { return Stream::Broken };
    if stream.len() > allowance.most() {
        return Stream::TooLarge;
    }
    let mut octets = Vec::new();
    let is_whole = stream.read_to_end(&mut octets).is_ok();
    allowance.charge(octets.len());
    if is_whole { Stream::Read(octets) } else { Stream::Broken }
}

/// What the attachment is called whose octets are in this stream; nothing if that is said nowhere.
fn attachment_name(compound: &mut CompoundFile<Cursor<&[u8]>>, path: &Path, allowance: &mut Allowance) -> String {
    let name = NAMES.iter().find_map(|property| {
        let Stream::Read(octets) = read(compound, &path.with_file_name(property), allowance) else { return None };
        let encoding = if property.ends_with('F') { encoding_rs::UTF_16LE } else { encoding_rs::WINDOWS_1252 };
        let name = encoding.decode_without_bom_handling(&octets).0;
        let name = one_line(name.trim_matches(['\0', ' ']).rsplit(['/', '\\']).next().unwrap_or_default());
        Some(name).filter(|name| !name.is_empty())
    });
    name.unwrap_or_default()
}

fn is_named(path: &Path, name: &str) -> bool {
    path.file_name().is_some_and(|file| file.eq_ignore_ascii_case(name))
}

/// What one stream holds.
fn of_stream<T>(
    compound: &mut CompoundFile<Cursor<&[u8]>>,
    path: &Path,
    octets: &[u8],
    file: File<'_>,
    allowance: &mut Allowance,
    visit: &mut Visit<'_, T>,
) -> Option<T> {
    if path.parent().is_some_and(|storage| is_named(storage, LISTS)) {
        return None;
    }
    if is_named(path, DATA) {
        let name = attachment_name(compound, path, allowance);
        return package::named(octets, &name, file, allowance, visit);
    }
    let closed = Inside::Unreadable(Unreadable::ClosedArchive);
    if HTML.iter().any(|name| is_named(path, name)) {
        return Form::Html.each(octets, None, &mut |text| visit(file.shown, Inside::Text(text), allowance));
    }
    if is_named(path, RTF) {
        let Some(rtf) = compressed::unpack(octets) else { return visit(file.shown, closed, allowance) };
        allowance.charge(rtf.len());
        let seen = Form::Rtf.each(&rtf, None, &mut |text| visit(file.shown, Inside::Text(text), allowance));
        return seen.or_else(|| within::walk(Form::Rtf, &rtf, file, allowance, visit));
    }
    if WORKBOOKS.iter().any(|name| is_named(path, name)) {
        return counted(records::text(octets, allowance.most()), file, allowance, visit);
    }
    if is_named(path, word::STREAM) {
        let table = read(compound, &path.with_file_name(word::table_of(octets)), allowance);
        let table = if let Stream::Read(table) = table { table } else { Vec::new() };
        let document = word::Document::read(octets, &table);
        let seen = counted(document.text(allowance.most()), file, allowance, visit);
        return match seen {
            None if document.has_unshown() => counted(document.text_shown(allowance.most()), file, allowance, visit),
            seen => seen,
        };
    }
    if is_named(path, slides::STREAM) {
        return slides::walk(octets, file, allowance, visit);
    }
    if is_named(path, NATIVE) {
        // In front stands how long it is.
        return package::walk(octets.get(4..)?, file, allowance, visit);
    }
    match Kind::by_head(&octets[..octets.len().min(HEAD)]) {
        // Its octets have been read as they are.
        None => None,
        Some(_) => walk_file(octets, File { name: "", content_type: "", ..file }, allowance, visit),
    }
}

/// Shows a text that was taken out of a stream, or that it was too long.
fn counted<T>(text: Option<String>, file: File<'_>, allowance: &mut Allowance, visit: &mut Visit<'_, T>) -> Option<T> {
    let Some(text) = text else {
        return visit(file.shown, Inside::Unreadable(Unreadable::ArchiveTooLarge), allowance);
    };
    allowance.charge(text.len());
    visit(file.shown, Inside::Text(&text), allowance)
}

/// Whether the document is under a password, in a container of its own (ECMA-376, `PowerPoint`).
fn is_encrypted(octets: &[u8]) -> bool {
    let contains_wide = |word: &str| {
        let wide: Vec<u8> = word.encode_utf16().flat_map(u16::to_le_bytes).collect();
        memchr::memmem::find(octets, &wide).is_some()
    };
    contains_wide("EncryptedPackage") || contains_wide("EncryptedSummary")
}

/// Whether a stream says of itself that it is under a password: by the flag of a Word document (MS-DOC section 2.5.1), or
/// by the record behind the first one of a workbook (MS-XLS section 2.4.117).
fn is_under_password(path: &Path, stream: &[u8]) -> bool {
    let at = |at: usize| stream.get(at..at + 2).map_or(0, |pair| u16::from_le_bytes([pair[0], pair[1]]));
    let is_workbook = WORKBOOKS.iter().any(|name| is_named(path, name));
    is_named(path, word::STREAM) && at(0) == 0xA5EC && at(0x0A) & 0x0100 != 0
        || is_workbook && at(0) == 0x0809 && at(4 + usize::from(at(2))) == 0x002F
}

#[cfg(test)]
mod tests;
