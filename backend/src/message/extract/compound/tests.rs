//! Old documents and saved mails.

use std::io::{Cursor, Seek as _, SeekFrom, Write as _};

use proptest::prelude::*;

use super::SIGNATURE;
use crate::message::extract::{
    Allowance, File, Inside, Unreadable,
    package::tests::package,
    tests::{found, named, zip},
    walk,
};

#[test]
fn old_office_files_are_read_in_both_widths_and_sealed_ones_are_told() {
    let ole = |content: &[u8]| [&SIGNATURE[..], &[0; 9], content, &[0; 5]].concat();
    assert_eq!(found(&ole(b"123-45-6789"), "a.doc").as_deref(), Some("ssn"));
    assert_eq!(found(&ole(&wide("Nr. 123-45-6789.")), "a.doc").as_deref(), Some("ssn"));
    assert_eq!(found(&ole(&wide("EncryptedPackage")), "a.docx").as_deref(), Some("<encrypted>"));
}

/// A compound file of these streams.
fn compound(streams: &[(&str, &[u8])]) -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    for (path, content) in streams {
        file.create_storage_all(std::path::Path::new(path).parent().unwrap()).unwrap();
        file.create_stream(path).unwrap().write_all(content).unwrap();
    }
    file.into_inner().into_inner()
}

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

#[test]
fn attachments_of_saved_mails_are_opened_by_their_names() {
    let letter = zip(&[("[Content_Types].xml", b""), ("word/document.xml", b"<w:p><w:t>123-45-6789</w:t></w:p>")]);
    let attachment = "/__attach_version1.0_#00000000";
    let (data, name) = (format!("{attachment}/__substg1.0_37010102"), format!("{attachment}/__substg1.0_3707001F"));
    let mail = compound(&[(&data, &letter), (&name, &wide("letter.docx\0"))]);
    assert_eq!(named(&mail, "a.msg").unwrap(), ("ssn".to_owned(), "a.msg: letter.docx".to_owned()));
    assert_eq!(named(&compound(&[(&data, &letter)]), "a.msg").unwrap(), ("ssn".to_owned(), "a.msg".to_owned()));
    let within = format!("{attachment}/__substg1.0_3701000D{data}");
    assert_eq!(found(&compound(&[(&within, &letter)]), "a.msg").as_deref(), Some("ssn"));
    let mail = compound(&[(&data, b"<p>123&#45;45<b>-</b>6789"), (&name, &wide("page.htm"))]);
    assert_eq!(found(&mail, "a.msg").as_deref(), Some("ssn"));
    let short = compound(&[(&data, b"hello"), (&name, &wide("a.txt"))]);
    assert_eq!(found(&short, "a.msg"), None);
}

#[test]
fn storages_without_number_are_given_up() {
    let deep = "/within".repeat(200);
    assert_eq!(found(&compound(&[(&deep, b"hello")]), "a.msg").as_deref(), Some("<too large>"));
    let many: Vec<String> = (0..20).map(|number| format!("/stream{number}")).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|path| (path.as_str(), &b"hello"[..])).collect();
    let mut allowance = Allowance { octets: 10_000, entries: 10, depth: 0 };
    let file = File { shown: "", name: "a.msg", content_type: "" };
    let answer = walk(&compound(&many), file, &mut allowance, &mut |_, inside, _| {
        (inside == Inside::Unreadable(Unreadable::ArchiveTooLarge)).then_some(())
    });
    assert!(answer.is_some());
}

#[test]
fn bodies_of_saved_mails_are_read_as_what_they_are() {
    let html = compound(&[("/__substg1.0_10130102", b"<p>123<b>-45-</b>6789</p>")]);
    assert_eq!(found(&html, "a.msg").as_deref(), Some("ssn"));
    let rtf = |text: &[u8]| {
        let length = u32::try_from(text.len()).unwrap();
        [&(length + 12).to_le_bytes()[..], &length.to_le_bytes(), b"MELA\0\0\0\0", text].concat()
    };
    let mail = compound(&[("/__substg1.0_10090102", &rtf(b"{\\rtf1 123{\\b -45-}6789}"))]);
    assert_eq!(found(&mail, "a.msg").as_deref(), Some("ssn"));
    assert_eq!(found(&compound(&[("/__substg1.0_10090102", b"broken")]), "a.msg").as_deref(), Some("<closed>"));
    assert_eq!(found(&compound(&[("/__nameid_version1.0/__substg1.0_10090102", b"a list")]), "a.msg"), None);
}

#[test]
fn files_laid_into_old_documents_are_opened_and_broken_ones_are_told() {
    let letter = zip(&[("word/document.xml", b"<w:p><w:t>123-</w:t><w:t>45-6789</w:t></w:p>")]);
    let document = compound(&[("/ObjectPool/_1/Package", &letter)]);
    assert_eq!(found(&document, "a.doc").as_deref(), Some("ssn"));
    assert_eq!(found(&document[..600], "a.doc").as_deref(), Some("<closed>"));
}

#[test]
fn files_laid_into_documents_are_opened_behind_what_stands_in_front_of_them() {
    let letter = zip(&[("[Content_Types].xml", b""), ("word/document.xml", b"<w:p><w:t>123-45-6789</w:t></w:p>")]);
    let file = package("Letter", "C:\\letter.docx", &letter);
    let native = [&u32::try_from(file.len()).unwrap().to_le_bytes()[..], &file].concat();
    let document = compound(&[("/ObjectPool/_1/\u{1}Ole10Native", &native)]);
    assert_eq!(named(&document, "a.doc").unwrap(), ("ssn".to_owned(), "a.doc: letter.docx".to_owned()));
    let object = compound(&[("/\u{1}Ole10Native", &native)]);
    let document = zip(&[("[Content_Types].xml", b""), ("word/embeddings/oleObject1.bin", &object)]);
    assert_eq!(named(&document, "a.docx").unwrap(), ("ssn".to_owned(), "a.docx: letter.docx".to_owned()));
    assert_eq!(found(&compound(&[("/\u{1}Ole10Native", b"\0\0")]), "a.doc"), None);
}

#[test]
fn a_stream_whose_sectors_lie_apart_is_read_as_one() {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    // Both fill sectors of their own.
    let (first, other) = ([&[b'.'; 8_187][..], b"123-4"].concat(), [b'.'; 8_192]);
    file.create_stream("/a").unwrap().write_all(&first).unwrap();
    file.create_stream("/b").unwrap().write_all(&other).unwrap();
    let mut stream = file.open_stream("/a").unwrap();
    stream.seek(SeekFrom::End(0)).unwrap();
    stream.write_all(b"5-6789.").unwrap();
    drop(stream);
    let file = file.into_inner().into_inner();
    assert!(memchr::memmem::find(&file, b"123-45").is_none());
    assert_eq!(found(&file, "a.doc").as_deref(), Some("ssn"));
}

#[test]
fn text_of_old_documents_is_read_as_it_is_shown() {
    let mut stream = [&[0; 0x0600][..], b"1234\x1E5678\x1E9012\x1E3456789"].concat();
    stream[0x18..0x20].copy_from_slice(&[0, 6, 0, 0, 22, 6, 0, 0]);
    assert_eq!(found(&compound(&[("/WordDocument", &stream)]), "a.doc").as_deref(), Some("case-id"));
    let apart = compound(&[("/Contents", &stream)]);
    assert_eq!(found(&apart, "a.doc"), None);
}

#[test]
fn cells_of_old_workbooks_are_read() {
    let label = [&[0x04, 2, 12, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0][..], b"SSN"].concat();
    let number = [&[0x03, 2, 14, 0, 0, 0, 1, 0, 0, 0][..], &123_456_789_f64.to_le_bytes()].concat();
    let book = |records: &[&[u8]]| found(&compound(&[("/Workbook", &records.concat())]), "a.xls");
    assert_eq!(book(&[&label, &number]).as_deref(), Some("ssn-labelled"));
    assert_eq!(book(&[&number]), None);
}

#[test]
fn old_office_files_under_a_password_are_told() {
    let word = |flags: u8| [&[0xEC, 0xA5, 0xC1, 0, 0, 0, 0, 0, 0, 0, 0, flags][..], &[0; 40]].concat();
    let workbook = |record: u8| [&[9, 8, 4, 0, 0, 6, 5, 0, record, 0][..], &[0; 40]].concat();
    let told = |path: &str, stream: Vec<u8>| found(&compound(&[(path, &stream)]), "a");
    assert_eq!(told("/WordDocument", word(0x01)).as_deref(), Some("<encrypted>"));
    assert_eq!(told("/WordDocument", word(0x02)), None);
    assert_eq!(told("/Workbook", workbook(0x2F)).as_deref(), Some("<encrypted>"));
    assert_eq!(told("/Workbook", workbook(0x3D)), None);
    // Within a picture such octets mean nothing.
    assert_eq!(told("/Data", word(0x01)), None);
}

proptest! {
    #[test]
    fn a_compound_file_changed_anywhere_is_still_judged(
        changes in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..4),
        end in any::<proptest::sample::Index>(),
    ) {
        let mut file = compound(&[("/a/b", &[b'x'; 5_000]), ("/a/__substg1.0_10130102", b"<p>"), ("/Workbook", &[0; 40])]);
        for (at, octet) in changes {
            let at = at.index(file.len());
            file[at] = octet;
        }
        found(&file, "a.msg");
        found(&file[..end.index(file.len())], "a.msg");
    }
}
