//! ZIP archives, and documents that are ZIP archives.

use std::io::{Cursor, Read as _};

use zip::ZipArchive;

use super::{Allowance, Inside, MAX_ENTRY, at};

/// Shows what is inside. An archive that cannot be read at all is shown as its octets.
pub(super) fn walk<T>(
    octets: &[u8],
    depth: usize,
    allowance: &mut Allowance,
    visit: &mut dyn FnMut(Inside<'_>) -> Option<T>,
) -> Option<T> {
    let Ok(mut archive) = ZipArchive::new(Cursor::new(octets)) else {
        return visit(Inside::Text(&String::from_utf8_lossy(octets)));
    };
    for index in 0..archive.len() {
        let Some(entries) = allowance.entries.checked_sub(1) else { return visit(Inside::TooLarge) };
        allowance.entries = entries;
        let (name, unpacked) = match unpack(&mut archive, index, allowance) {
            Entry::Unpacked(name, unpacked) => (name, unpacked),
            Entry::Encrypted => match visit(Inside::Encrypted) {
                Some(answer) => return Some(answer),
                None => continue,
            },
            Entry::TooLarge => return visit(Inside::TooLarge),
            Entry::Unreadable => continue,
        };
        if let Some(answer) = at(&unpacked, &name, depth + 1, allowance, visit) {
            return Some(answer);
        }
    }
    None
}

/// An entry whose name cannot be read is taken for a text.
const UNNAMED: &str = "entry.txt";

enum Entry {
    Unpacked(String, Vec<u8>),
    Encrypted,
    TooLarge,
    Unreadable,
}

/// One entry. The size that the archive declares is not believed: what comes out is counted.
fn unpack(archive: &mut ZipArchive<Cursor<&[u8]>>, index: usize, allowance: &mut Allowance) -> Entry {
    let Ok(raw) = archive.by_index_raw(index) else { return Entry::Unreadable };
    if raw.encrypted() {
        return Entry::Encrypted;
    }
    let name = raw.name().map_or_else(|_| UNNAMED.to_owned(), std::borrow::Cow::into_owned);
    drop(raw);
    let Ok(entry) = archive.by_index(index) else { return Entry::Unreadable };
    let most = allowance.octets.min(MAX_ENTRY);
    let mut unpacked = Vec::new();
    // What was read before a fault is judged too.
    drop(entry.take(most + 1).read_to_end(&mut unpacked));
    let size = unpacked.len() as u64;
    if size > most {
        return Entry::TooLarge;
    }
    allowance.octets -= size;
    Entry::Unpacked(name, unpacked)
}
