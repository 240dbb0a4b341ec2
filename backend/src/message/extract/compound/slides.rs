//! Objects within slides of old `PowerPoint` (MS-PPT): compound files, mostly packed, in records of one stream.

use std::io::Read as _;

use flate2::read::ZlibDecoder;

use super::{Allowance, File, Inside, Unreadable, Visit, walk_file};

pub(super) const STREAM: &str = "PowerPoint Document";

/// The kind of record that has an object (section 2.10.34), and the mark that it is packed.
const OBJECT: u16 = 0x1011;
const IS_PACKED: u16 = 0x0010;
/// The mark of records that are made of others.
const IS_CONTAINER: u16 = 0x000F;

/// Shows what is inside the objects.
pub(super) fn walk<T>(stream: &[u8], file: File<'_>, allowance: &mut Allowance, visit: &mut Visit<'_, T>) -> Option<T> {
    let file = File { name: "", content_type: "", ..file };
    let mut rest = stream;
    while let Some((head, after)) = rest.split_first_chunk::<8>() {
        let [mark, kind] = [0, 2].map(|at| u16::from_le_bytes([head[at], head[at + 1]]));
        if mark & IS_CONTAINER == IS_CONTAINER {
            rest = after;
            continue;
        }
        let length = usize::try_from(u32::from_le_bytes([head[4], head[5], head[6], head[7]])).unwrap_or(usize::MAX);
        let (data, after) = after.split_at(length.min(after.len()));
        rest = after;
        if kind == OBJECT
            && let Some(answer) = object(data, mark & IS_PACKED != 0, file, allowance, visit)
        {
            return Some(answer);
        }
    }
    None
}

fn object<T>(
    data: &[u8],
    is_packed: bool,
    file: File<'_>,
    allowance: &mut Allowance,
    visit: &mut Visit<'_, T>,
) -> Option<T> {
    let too_large = Inside::Unreadable(Unreadable::ArchiveTooLarge);
    let Some(entries) = allowance.entries.checked_sub(1) else { return visit(file.shown, too_large, allowance) };
    allowance.entries = entries;
    if !is_packed {
        return walk_file(data, file, allowance, visit);
    }
    let (length, packed) = data.split_first_chunk()?;
    let most = allowance.most();
    let mut unpacked = Vec::new();
    let is_whole = ZlibDecoder::new(packed).take(most + 1).read_to_end(&mut unpacked).is_ok();
    if unpacked.len() as u64 > most {
        return visit(file.shown, too_large, allowance);
    }
    allowance.charge(unpacked.len());
    // What was read before a fault is judged too.
    let answer = walk_file(&unpacked, file, allowance, visit);
    // PowerPoint itself leaves the end out.
    let is_whole = is_whole || unpacked.len() as u64 >= u64::from(u32::from_le_bytes(*length));
    if answer.is_some() || is_whole {
        return answer;
    }
    visit(file.shown, Inside::Unreadable(Unreadable::ClosedArchive), allowance)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::{Compression, write::ZlibEncoder};
    use proptest::prelude::*;

    use super::*;
    use crate::message::extract::Allowance;

    fn record(mark: u16, kind: u16, data: &[u8]) -> Vec<u8> {
        let length = u32::try_from(data.len()).unwrap();
        [&mark.to_le_bytes()[..], &kind.to_le_bytes(), &length.to_le_bytes(), data].concat()
    }

    /// In front stands how long it is unpacked.
    fn packed(octets: &[u8]) -> Vec<u8> {
        let mut packer = ZlibEncoder::new(Vec::new(), Compression::default());
        packer.write_all(octets).unwrap();
        [&u32::try_from(octets.len()).unwrap().to_le_bytes()[..], &packer.finish().unwrap()].concat()
    }

    fn found(stream: &[u8], allowance: &mut Allowance) -> Option<String> {
        let file = File { shown: "a.ppt", name: "a.ppt", content_type: "" };
        walk(stream, file, allowance, &mut |_, inside, _| match inside {
            Inside::Text(text) => Some(text.to_owned()),
            Inside::Unreadable(why) => Some(why.code().to_owned()),
            Inside::Name(_) | Inside::Mail(_) => None,
        })
    }

    fn told(stream: &[u8]) -> Option<String> {
        found(stream, &mut Allowance::default())
    }

    #[test]
    fn objects_are_unpacked_wherever_they_stand() {
        let object = record(IS_PACKED, OBJECT, &packed(b"SSN"));
        assert_eq!(told(&object).as_deref(), Some("SSN"));
        let slide = [record(0, 0x03E9, b"x"), record(IS_CONTAINER, 0x03E8, &object)].concat();
        assert_eq!(told(&slide).as_deref(), Some("SSN"));
        assert_eq!(told(&record(0, OBJECT, b"SSN")).as_deref(), Some("SSN"));
        let without_end = packed(b"\xFF\xD8\xFF\0 a picture");
        assert_eq!(told(&record(IS_PACKED, OBJECT, &without_end[..without_end.len() - 4])), None);
        assert_eq!(told(&record(IS_PACKED, 0x1012, &packed(b"SSN"))), None);
    }

    #[test]
    fn objects_that_are_broken_or_too_large_are_told() {
        let object = packed(&[0; 5_000]);
        assert_eq!(told(&record(IS_PACKED, OBJECT, &object[..object.len() / 2])).as_deref(), Some("closed-archive"));
        let mut allowance = Allowance { octets: 100, entries: 10, depth: 0 };
        let stream = record(IS_PACKED, OBJECT, &object);
        assert_eq!(found(&stream, &mut allowance).as_deref(), Some("archive-too-large"));
        let mut allowance = Allowance { octets: 10_000, entries: 0, depth: 0 };
        assert_eq!(found(&stream, &mut allowance).as_deref(), Some("archive-too-large"));
    }

    proptest! {
        #[test]
        fn no_octets_make_it_fail(octets in proptest::collection::vec(any::<u8>(), 0..60), mark in 0_u16..32) {
            told(&record(mark, OBJECT, &octets));
            told(&[record(IS_CONTAINER, 0, b""), octets].concat());
        }
    }
}
