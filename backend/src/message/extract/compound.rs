//! OLE compound files: documents of old office suites, mails that Outlook saved. Their streams are not taken apart: the
//! text lies in them as 16-bit or 8-bit characters between other octets, and both readings are shown.

use super::{Inside, Unreadable};

pub(super) const SIGNATURE: [u8; 8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
/// Streams begin at multiples of it.
const SECTOR: usize = 512;

/// Shows the text to `visit` until it answers something; what is no character as a line break.
pub(super) fn walk<T>(octets: &[u8], visit: &mut dyn FnMut(Inside<'_>) -> Option<T>) -> Option<T> {
    if is_encrypted(octets) {
        return visit(Inside::Unreadable(Unreadable::EncryptedArchive));
    }
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
