//! OLE compound files: documents of old office suites, mails that Outlook saved. The text lies in them as 16-bit or
//! 8-bit characters between other octets, and both readings are shown, whatever the streams are. Then those streams are
//! taken apart in which it lies otherwise: bodies and attachments of saved mails (MS-OXMSG), cells of workbooks, files
//! that are laid into documents.

use std::{
    io::{Cursor, Read as _},
    path::{Path, PathBuf},
};

use cfb::CompoundFile;

use super::{Allowance, File, HEAD, Inside, Kind, Unreadable, Visit, raw::raw, records, walk as walk_file};
use crate::message::{form::Form, header::one_line, tnef::compressed};

pub(super) const SIGNATURE: [u8; 8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
/// Streams begin at multiples of it.
const SECTOR: usize = 512;

/// The longest path of a stream, in octets: five messages, each attached to the one before, need half of it. Storages
/// within storages without number would make paths that no memory holds.
const MOST_OF_PATH: usize = 600;
/// Streams of workbooks, in which numbers are no characters.
const WORKBOOKS: [&str; 2] = ["Workbook", "Book"];
// Streams of saved mails, by what their names begin with: the property and what type it has.
const HTML: [&str; 3] = ["__substg1.0_10130102", "__substg1.0_1013001F", "__substg1.0_1013001E"];
const RTF: &str = "__substg1.0_10090102";
const DATA: &str = "__substg1.0_37010102";
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
            Stream::Read(stream) => {
                let name = attachment_name(&mut compound, &path, allowance);
                of_stream(&path, &stream, name, file, allowance, visit)
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

/// What the attachment is called whose octets are in this stream; nothing if it is none.
fn attachment_name(
    compound: &mut CompoundFile<Cursor<&[u8]>>,
    path: &Path,
    allowance: &mut Allowance,
) -> Option<String> {
    if !is_named(path, DATA) {
        return None;
    }
    let name = NAMES.iter().find_map(|property| {
        let Stream::Read(octets) = read(compound, &path.with_file_name(property), allowance) else { return None };
        let encoding = if property.ends_with('F') { encoding_rs::UTF_16LE } else { encoding_rs::WINDOWS_1252 };
        let name = encoding.decode_without_bom_handling(&octets).0;
        let name = one_line(name.trim_matches(['\0', ' ']).rsplit(['/', '\\']).next().unwrap_or_default());
        Some(name).filter(|name| !name.is_empty())
    });
    Some(name.unwrap_or_default())
}

fn is_named(path: &Path, name: &str) -> bool {
    path.file_name().is_some_and(|file| file.eq_ignore_ascii_case(name))
}

/// What one stream holds, if it is of a kind that the octets as they are do not show; `attachment` is what it is called
/// as one.
fn of_stream<T>(
    path: &Path,
    octets: &[u8],
    attachment: Option<String>,
    file: File<'_>,
    allowance: &mut Allowance,
    visit: &mut Visit<'_, T>,
) -> Option<T> {
    if let Some(name) = attachment {
        let shown = if name.is_empty() { file.shown.to_owned() } else { format!("{}: {name}", file.shown) };
        let seen = visit(&shown, Inside::Name(&name), allowance);
        let inner = File { shown: &shown, name: &name, content_type: "" };
        return seen.or_else(|| walk_file(octets, inner, allowance, visit));
    }
    if HTML.iter().any(|name| is_named(path, name)) {
        return Form::Html.each(octets, None, &mut |text| visit(file.shown, Inside::Text(text), allowance));
    }
    if is_named(path, RTF) {
        return match compressed::unpack(octets) {
            Some(rtf) => {
                allowance.charge(rtf.len());
                Form::Rtf.each(&rtf, None, &mut |text| visit(file.shown, Inside::Text(text), allowance))
            }
            None => visit(file.shown, Inside::Unreadable(Unreadable::ClosedArchive), allowance),
        };
    }
    if WORKBOOKS.iter().any(|name| is_named(path, name)) {
        return match records::text(octets, allowance.most()) {
            Some(text) => {
                allowance.charge(text.len());
                visit(file.shown, Inside::Text(&text), allowance)
            }
            None => visit(file.shown, Inside::Unreadable(Unreadable::ArchiveTooLarge), allowance),
        };
    }
    match Kind::by_head(&octets[..octets.len().min(HEAD)]) {
        // Its octets have been read as they are.
        None => None,
        Some(_) => walk_file(octets, File { name: "", content_type: "", ..file }, allowance, visit),
    }
}

/// Whether the document is under a password: in a container of its own (ECMA-376, `PowerPoint`), by the flag of a Word
/// document (MS-DOC section 2.5.1), or by the record behind the first one of a workbook (MS-XLS section 2.4.117).
fn is_encrypted(octets: &[u8]) -> bool {
    let contains_wide = |word: &str| {
        let wide: Vec<u8> = word.encode_utf16().flat_map(u16::to_le_bytes).collect();
        memchr::memmem::find(octets, &wide).is_some()
    };
    let is_stream_encrypted = |stream: &[u8]| {
        let at = |at: usize| stream.get(at..at + 2).map_or(0, |pair| u16::from_le_bytes([pair[0], pair[1]]));
        let (is_word, is_workbook) = (at(0) == 0xA5EC, at(0) == 0x0809);
        (is_word && at(0x0A) & 0x0100 != 0) || (is_workbook && at(4 + usize::from(at(2))) == 0x002F)
    };
    contains_wide("EncryptedPackage")
        || contains_wide("EncryptedSummary")
        || octets.chunks(SECTOR).any(is_stream_encrypted)
}

#[cfg(test)]
mod tests;
