//! Files packed by gzip (RFC 1952), and tape archives (POSIX pax, with what GNU adds).

use std::io::{Cursor, Read as _};

use flate2::read::MultiGzDecoder;
use tar::Archive;

use super::{Allowance, File, Inside, Unreadable, Visit, walk as walk_file};
use crate::message::header::one_line;

pub(super) const GZIP: &[u8] = b"\x1F\x8B\x08";

/// Whether this is one of the archives and packed files that are not opened: xz, Zstandard, cabinets, `compress` of old,
/// and bzip2, whose fourth octet is a digit.
pub(super) fn is_closed(head: &[u8]) -> bool {
    let beginnings = [&b"\xFD7zXZ\0"[..], b"\x28\xB5\x2F\xFD", b"MSCF\0\0\0\0", b"\x1F\x9D"];
    let is_bzip2 = head.starts_with(b"BZh") && head.get(4..10) == Some(b"1AY&SY");
    is_bzip2 || beginnings.iter().any(|beginning| head.starts_with(beginning))
}

/// Whether a file of this name is an archive or a mailbox that is not opened; some say it nowhere else.
pub(super) fn is_named_closed(extension: &str) -> bool {
    ["iso", "dmg", "img", "vhd", "vhdx", "wim", "pst", "ost", "arj", "lzh", "lha", "lzma", "sit", "sitx"]
        .contains(&extension)
}

/// Whether this is a tape archive. Those from before POSIX say it nowhere.
pub(super) fn is_tar(head: &[u8]) -> bool {
    head.get(257..262) == Some(b"ustar")
}

/// Shows the file that was packed.
pub(super) fn gzip<T>(octets: &[u8], file: File<'_>, allowance: &mut Allowance, visit: &mut Visit<'_, T>) -> Option<T> {
    let most = allowance.most();
    let mut unpacked = Vec::new();
    let read = MultiGzDecoder::new(octets).take(most + 1).read_to_end(&mut unpacked);
    if unpacked.len() as u64 > most {
        return visit(file.shown, Inside::Unreadable(Unreadable::ArchiveTooLarge), allowance);
    }
    allowance.charge(unpacked.len());
    let name = match file.name.rsplit_once('.') {
        Some((stem, end)) if end.eq_ignore_ascii_case("tgz") => format!("{stem}.tar"),
        Some((stem, end)) if end.eq_ignore_ascii_case("gz") => stem.to_owned(),
        _ => file.name.to_owned(),
    };
    // What was read before a fault is judged too.
    let answer = walk_file(&unpacked, File { name: &name, content_type: "", ..file }, allowance, visit);
    let is_broken = read.is_err();
    answer.or_else(|| is_broken.then(|| visit(file.shown, Inside::Unreadable(Unreadable::ClosedArchive), allowance))?)
}

/// Shows what is inside.
pub(super) fn tar<T>(octets: &[u8], file: File<'_>, allowance: &mut Allowance, visit: &mut Visit<'_, T>) -> Option<T> {
    let closed = Inside::Unreadable(Unreadable::ClosedArchive);
    let mut archive = Archive::new(Cursor::new(octets));
    let Ok(entries) = archive.entries() else { return visit(file.shown, closed, allowance) };
    for entry in entries {
        let Some(left) = allowance.entries.checked_sub(1) else {
            return visit(file.shown, Inside::Unreadable(Unreadable::ArchiveTooLarge), allowance);
        };
        allowance.entries = left;
        let Ok(mut entry) = entry else { return visit(file.shown, closed, allowance) };
        let path = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let name = one_line(path.trim_end_matches('/').rsplit('/').next().unwrap_or_default());
        if let Some(answer) = visit(file.shown, Inside::Name(&name), allowance) {
            return Some(answer);
        }
        let mut unpacked = Vec::new();
        let read = entry.by_ref().take(allowance.most()).read_to_end(&mut unpacked);
        allowance.charge(unpacked.len());
        let shown = format!("{}: {name}", file.shown);
        let answer = walk_file(&unpacked, File { shown: &shown, name: &name, content_type: "" }, allowance, visit);
        if answer.is_some() {
            return answer;
        }
        if read.is_err() || (unpacked.len() as u64) < entry.size() {
            return visit(file.shown, closed, allowance);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::{Compression, write::GzEncoder};
    use proptest::prelude::*;

    use super::*;

    fn found(octets: &[u8], name: &str) -> Option<String> {
        let file = File { shown: name, name, content_type: "" };
        walk_file(octets, file, &mut Allowance::default(), &mut |shown, inside, _| match inside {
            Inside::Text(text) => text.contains("123-45-6789").then(|| shown.to_owned()),
            Inside::Name(name) => name.contains("123-45-6789").then(|| name.to_owned()),
            Inside::Unreadable(why) => Some(why.code().to_owned()),
            Inside::Mail(_) => None,
        })
    }

    fn gzipped(octets: &[u8]) -> Vec<u8> {
        let mut packer = GzEncoder::new(Vec::new(), Compression::default());
        packer.write_all(octets).unwrap();
        packer.finish().unwrap()
    }

    fn tarred(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut archive = tar::Builder::new(Vec::new());
        for (name, content) in files {
            let mut header = tar::Header::new_gnu();
            header.set_size(content.len() as u64);
            archive.append_data(&mut header, name, *content).unwrap();
        }
        archive.into_inner().unwrap()
    }

    #[test]
    fn packed_files_and_tape_archives_are_opened() {
        assert_eq!(found(&gzipped(b"her number: 123-45-6789"), "a.txt.gz").as_deref(), Some("a.txt.gz"));
        let archive = tarred(&[("photo.jpg", b"\xFF\xD8\0"), ("folder/list.csv", b"SSN\n123-45-6789\n")]);
        assert_eq!(found(&archive, "a.tar").as_deref(), Some("a.tar: list.csv"));
        assert_eq!(found(&gzipped(&archive), "a.tgz").as_deref(), Some("a.tgz: list.csv"));
        assert_eq!(found(&tarred(&[("123-45-6789.jpg", b"\xFF\xD8\0")]), "a.tar").as_deref(), Some("123-45-6789.jpg"));
        assert_eq!(found(&gzipped(&tarred(&[("a.txt", b"hello")])), "a.tar.gz"), None);
    }

    #[test]
    fn what_is_cut_off_or_not_opened_is_told() {
        let packed = gzipped(&b"hello ".repeat(1_000));
        assert_eq!(found(&packed[..packed.len() - 9], "a.gz").as_deref(), Some("closed-archive"));
        let archive = tarred(&[("a.bin", &[0; 5_000])]);
        assert_eq!(found(&archive[..3_000], "a.tar").as_deref(), Some("closed-archive"));
        for closed in
            [&b"BZh91AY&SY\0"[..], b"\xFD7zXZ\0\0", b"\x28\xB5\x2F\xFD\0", b"MSCF\0\0\0\0\x2C", b"\x1F\x9D\x90"]
        {
            assert_eq!(found(closed, "a").as_deref(), Some("closed-archive"), "{closed:?}");
        }
        assert_eq!(found(b"BZhello", "a"), None);
    }

    #[test]
    fn what_unpacks_without_end_is_told() {
        let bomb = gzipped(&vec![0; 1_000_000]);
        let mut allowance = Allowance { octets: 10_000, entries: 10, depth: 0 };
        let file = File { shown: "", name: "a.gz", content_type: "" };
        let told = walk_file(&bomb, file, &mut allowance, &mut |_, inside, _| {
            (inside == Inside::Unreadable(Unreadable::ArchiveTooLarge)).then_some(())
        });
        assert!(told.is_some());
    }

    proptest! {
        #[test]
        fn no_octets_make_it_fail(octets in proptest::collection::vec(any::<u8>(), 0..2_000)) {
            let file = File { shown: "", name: "a", content_type: "" };
            let mut visit = |_: &str, _: Inside<'_>, _: &mut Allowance| None::<()>;
            tar(&octets, file, &mut Allowance::default(), &mut visit);
            gzip(&[GZIP, &octets].concat(), file, &mut Allowance::default(), &mut visit);
        }
    }
}
