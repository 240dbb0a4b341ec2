//! What is found inside attachments.

use std::io::{Cursor, Write as _};

use proptest::prelude::*;
use zip::{ZipWriter, write::SimpleFileOptions};

use super::*;

pub(super) fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in entries {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// Whether the rules find something; what is no text by its name in angle brackets.
pub(super) fn found(octets: &[u8], name: &str) -> Option<String> {
    named(octets, name).map(|(what, _)| what)
}

/// The same with the name of the file in which it is found.
pub(super) fn named(octets: &[u8], name: &str) -> Option<(String, String)> {
    let file = File { shown: name, name, content_type: "" };
    walk(octets, file, &mut Allowance::default(), &mut |name, inside, _| {
        let what = match inside {
            Inside::Text(text) => shared::rules::first_hit(text)?.code().to_owned(),
            Inside::Unreadable(Unreadable::EncryptedArchive) => "<encrypted>".to_owned(),
            Inside::Unreadable(Unreadable::ClosedArchive) => "<closed>".to_owned(),
            Inside::Unreadable(Unreadable::ArchiveTooLarge) => "<too large>".to_owned(),
            Inside::Unreadable(_) => "<unreadable>".to_owned(),
            Inside::Name(_) => return None,
            Inside::Mail(octets) => format!("<mail of {}>", octets.len()),
        };
        Some((what, name.to_owned()))
    })
}

#[test]
fn a_number_that_word_split_over_runs_is_found() {
    let document = zip(&[(
        "word/document.xml",
        b"<w:document><w:p><w:r><w:t>Number 123-</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>45-67</w:t></w:r>\
          <w:r><w:t>89</w:t></w:r></w:p></w:document>",
    )]);
    assert_eq!(found(&document, "letter.docx").as_deref(), Some("ssn"));
    let hyphens = b"<w:t>123</w:t><w:noBreakHyphen/><w:t>45</w:t><w:noBreakHyphen/><w:t>6789</w:t>";
    assert_eq!(found(&zip(&[("word/document.xml", hyphens)]), "letter.docx").as_deref(), Some("ssn"));
    let revised = b"<w:t>123-4</w:t><w:del><w:delText>and more</w:delText></w:del><w:t>5-6789</w:t>";
    assert_eq!(found(&zip(&[("word/document.xml", revised)]), "letter.docx").as_deref(), Some("ssn"));
}

#[test]
fn numbers_in_neighbouring_cells_are_not_joined() {
    let sheet = |cells: &[u8]| zip(&[("xl/worksheets/sheet1.xml", cells)]);
    let apart = sheet(b"<row><c><v>7</v></c><c t=\"inlineStr\"><is><t>123-45-6789</t></is></c><c><v>5</v></c></row>");
    assert_eq!(found(&apart, "list.xlsx").as_deref(), Some("ssn"));
    let harmless = sheet(b"<row><c><v>123</v></c><c><v>45</v></c><c><v>6789</v></c></row>");
    assert_eq!(found(&harmless, "list.xlsx"), None);
}

#[test]
fn a_number_over_neighbouring_cells_is_joined() {
    let labelled = Some("ssn-labelled");
    let cells = |pieces: &[&str], before: &str, after: &str| {
        pieces.iter().flat_map(|piece| [before, piece, after]).collect::<String>()
    };
    let boxes = ["SSN", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
    for pieces in [&["SSN", "123", "45", "6789"][..], &boxes, &["7", "SSN", "123456789", "95814"]] {
        let word = cells(pieces, "<w:tc><w:tcPr/><w:p><w:r><w:t>", "</w:t></w:r></w:p></w:tc>");
        assert_eq!(found(&zip(&[("word/document.xml", word.as_bytes())]), "a.docx").as_deref(), labelled);
        let sheet = cells(pieces, "<c t='str'><v>", "</v></c>");
        assert_eq!(found(&zip(&[("xl/worksheets/sheet1.xml", sheet.as_bytes())]), "a.xlsx").as_deref(), labelled);
        let slide = cells(pieces, "<a:tc><a:p><a:t>", "</a:t></a:p></a:tc>");
        assert_eq!(found(&zip(&[("ppt/slides/slide1.xml", slide.as_bytes())]), "a.pptx").as_deref(), labelled);
        let open = cells(pieces, "<table:table-cell><text:p>", "</text:p></table:table-cell>");
        assert_eq!(found(&zip(&[("content.xml", open.as_bytes())]), "a.odt").as_deref(), labelled);
    }
    let dashed = cells(&["123-", "45-", "6789"], "<w:tc><w:p><w:t>", "</w:t></w:p></w:tc>");
    assert_eq!(found(&zip(&[("word/document.xml", dashed.as_bytes())]), "a.docx").as_deref(), Some("ssn"));
}

#[test]
fn the_number_of_a_footnote_belongs_to_no_number_in_front() {
    let letter = b"<text:p>123-45-6789<text:note><text:note-citation>1</text:note-citation></text:note></text:p>";
    assert_eq!(found(&zip(&[("content.xml", letter)]), "letter.odt").as_deref(), Some("ssn"));
}

#[test]
fn cells_of_workbooks_are_read_as_they_are_shown() {
    let texts = b"<sst><si><t>Name</t></si><si><r><t>S</t></r><r><t>SN</t></r></si><si><t>Smith</t></si></sst>";
    let styles = b"<numFmts><numFmt numFmtId=\"170\" formatCode=\"[&lt;=999999999]000\\-00\\-0000;General\"/></numFmts>\
        <cellStyleXfs><xf numFmtId=\"170\"/></cellStyleXfs><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"170\"/></cellXfs>";
    let sheet = |rows: &str| {
        let parts =
            [("xl/worksheets/sheet1.xml", rows.as_bytes()), ("xl/sharedStrings.xml", texts), ("xl/styles.xml", styles)];
        found(&zip(&[&[("[Content_Types].xml", &b""[..])][..], &parts].concat()), "list.xlsx")
    };
    let labelled = Some("ssn-labelled");
    assert_eq!(sheet("<row><c t='s'><v>1</v></c><c><v>123456789</v></c></row>").as_deref(), labelled);
    let heads = "<row><c t='s'><v>0</v></c><c t='s'><v>1</v></c></row>";
    let row = "<row><c t='s'><v>2</v></c><c><v>123456789</v></c></row>";
    assert_eq!(sheet(&format!("{heads}{row}")).as_deref(), labelled);
    assert_eq!(sheet(row), None);
    assert_eq!(sheet("<row><c s='1'><v>12345678</v></c></row>").as_deref(), Some("ssn"));
    assert_eq!(sheet("<row><c s='1'><v>1.23456789E8</v></c></row>").as_deref(), Some("ssn"));
    assert_eq!(sheet("<row><c s='0'><v>123456789</v></c><c s='7'><v>123456789</v></c></row>"), None);
    assert_eq!(sheet("<row><c t='str'><f>B2</f><v>123-45-6789</v></c></row>").as_deref(), Some("ssn"));
}

#[test]
fn what_format_and_tab_show_is_read() {
    let styles =
        b"<numFmt numFmtId='170' formatCode='&quot;SSN &quot;000000000'/><cellXfs><xf numFmtId='170'/></cellXfs>";
    let sheet = b"<row><c s='0'><v>123456789</v></c></row>";
    let book = zip(&[("xl/worksheets/sheet1.xml", sheet), ("xl/styles.xml", styles)]);
    assert_eq!(found(&book, "list.xlsx").as_deref(), Some("ssn-labelled"));
    let tabs = b"<sheets><sheet name='Smith 123-45-6789' sheetId='1'/></sheets>";
    assert_eq!(found(&zip(&[("xl/workbook.xml", tabs)]), "list.xlsx").as_deref(), Some("ssn"));
    let tab = b"<table:table table:name='Smith 123-45-6789'/>";
    assert_eq!(found(&zip(&[("content.xml", tab)]), "list.ods").as_deref(), Some("ssn"));
}

#[test]
fn cells_that_repeat_a_text_are_bounded() {
    let text = format!("<sst><si><t>{}</t></si></sst>", "word ".repeat(39));
    let rows = "<c t='s'><v>0</v></c>".repeat(1_000);
    let book = zip(&[
        ("[Content_Types].xml", b""),
        ("xl/worksheets/sheet1.xml", rows.as_bytes()),
        ("xl/sharedStrings.xml", text.as_bytes()),
    ]);
    let mut allowance = Allowance { octets: 100_000, entries: 10, depth: 0 };
    let file = File { shown: "", name: "a.xlsx", content_type: "" };
    let answer = walk(&book, file, &mut allowance, &mut |_, inside, _| {
        (inside == Inside::Unreadable(Unreadable::ArchiveTooLarge)).then_some(())
    });
    assert!(answer.is_some());
}

#[test]
fn binary_parts_of_documents_are_read_as_they_are() {
    let wide: Vec<u8> = "\u{1}\u{F}SSN 123-45-6789".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let types = ("[Content_Types].xml", &b""[..]);
    assert_eq!(found(&zip(&[types, ("xl/sharedStrings.bin", &wide)]), "list.xlsb").as_deref(), Some("ssn"));
    let control = ("word/activeX/activeX1.bin", &b"\x02\0\0\x00123-45-6789\0"[..]);
    assert_eq!(found(&zip(&[types, control]), "form.docx").as_deref(), Some("ssn"));
    assert_eq!(found(&zip(&[("a.bin", &wide)]), "files.zip").as_deref(), Some("ssn"));
    let drawing = [&b"\x01\0\0\0"[..], &[0; 36], b" EMF", &wide].concat();
    assert_eq!(found(&zip(&[types, ("word/media/image1.emf", &drawing)]), "form.docx"), None);
}

#[test]
fn what_pivot_tables_were_made_of_is_read() {
    let book = |part, content: &str| found(&zip(&[("[Content_Types].xml", b""), (part, content.as_bytes())]), "a.xlsx");
    let record = "<pivotCacheRecords><r><n v='7'/><s v='123-45-6789'/><n v='5'/></r></pivotCacheRecords>";
    assert_eq!(book("xl/pivotCache/pivotCacheRecords1.xml", record).as_deref(), Some("ssn"));
    let field = |name| format!("<cacheField name='{name}'><sharedItems><n v='123456789'/><n v='2'/></sharedItems>");
    let definition = "xl/pivotCache/pivotCacheDefinition1.xml";
    assert_eq!(book(definition, &field("SSN")).as_deref(), Some("ssn-labelled"));
    assert_eq!(book(definition, &field("Sum")), None);
    let values = "<n v='1'/>".repeat(9);
    assert_eq!(book(definition, &format!("<cacheField name='SSN'>{values}")), None);
}

#[test]
fn slides_and_open_documents_are_read() {
    let slide =
        zip(&[("ppt/slides/slide1.xml", b"<a:p><a:r><a:t>SSN</a:t></a:r></a:p><a:p><a:t>123456789</a:t></a:p>")]);
    assert_eq!(found(&slide, "talk.pptx").as_deref(), Some("ssn-labelled"));
    let letter = zip(&[("content.xml", b"<text:p>1234-5678-9012-<text:span>3456789</text:span></text:p>")]);
    assert_eq!(found(&letter, "letter.odt").as_deref(), Some("case-id"));
}

#[test]
fn archives_within_archives_are_opened_to_a_depth() {
    let mut packed = zip(&[("a.csv", b"Smith;123-45-6789")]);
    assert_eq!(found(&packed, "a.zip").as_deref(), Some("ssn"));
    packed = zip(&[("readme.txt", b"hello"), ("inner.zip", &packed)]);
    assert_eq!(found(&packed, "a.bin").as_deref(), Some("ssn"));
    for _ in 0..6 {
        packed = zip(&[("deeper.zip", &packed)]);
    }
    assert_eq!(found(&packed, "a.zip").as_deref(), Some("<too large>"));
}

#[test]
fn an_archive_that_unpacks_to_too_much_is_given_up() {
    let bomb = zip(&[("zeros.txt", &vec![b'0'; 65 * 1024 * 1024])]);
    assert!(bomb.len() < 1024 * 1024);
    assert_eq!(found(&bomb, "a.zip").as_deref(), Some("<too large>"));
    let mut allowance = Allowance { octets: 10, entries: 10, depth: 0 };
    let file = File { shown: "a.zip", name: "a.zip", content_type: "" };
    let answer = walk(&zip(&[("a.txt", b"eleven octs")]), file, &mut allowance, &mut |_, inside, _| {
        (inside == Inside::Unreadable(Unreadable::ArchiveTooLarge)).then_some(())
    });
    assert!(answer.is_some());
}

#[test]
fn encrypted_entries_are_told() {
    let mut packed = zip(&[("a.txt", b"123-45-6789")]);
    // The flag of encryption, in the local header and in the directory.
    packed[6] |= 1;
    let directory = packed.windows(4).position(|window| window == b"PK\x01\x02").unwrap();
    packed[directory + 8] |= 1;
    assert_eq!(found(&packed, "a.zip").as_deref(), Some("<encrypted>"));
}

#[test]
fn archives_that_are_not_opened_are_told() {
    for archive in [&b"Rar!\x1A\x07\x00 x"[..], b"Rar!\x1A\x07\x01\x00", b"7z\xBC\xAF\x27\x1C\x00\x04"] {
        assert_eq!(found(archive, "a.bin").as_deref(), Some("<closed>"));
    }
    let mut packed = zip(&[("readme.txt", b"hello"), ("a.txt", b"123-45-6789")]);
    // The method (LZMA) of the second file, in its header and in the directory.
    for (signature, at) in [(b"PK\x03\x04", 8), (b"PK\x01\x02", 10)] {
        let header = packed.windows(4).rposition(|window| window == signature).unwrap();
        packed[header + at] = 14;
    }
    assert_eq!(found(&packed, "a.zip").as_deref(), Some("<closed>"));
}

#[test]
fn archives_that_are_cut_off_or_broken_are_told() {
    let text = format!("{} 123-45-6789", "word ".repeat(500));
    let whole = zip(&[("a.txt", text.as_bytes()), ("b.txt", b"hello")]);
    for end in [30, whole.len() / 2, whole.len() - 40] {
        assert_eq!(found(&whole[..end], "a.zip").as_deref(), Some("<closed>"), "{end}");
        assert_eq!(found(&whole[..end], "a.docx").as_deref(), Some("<closed>"), "{end}");
        assert_eq!(found(&whole[..end], "a.bin").as_deref(), Some("<closed>"), "{end}");
    }
    assert_eq!(found(b"123-45-6789", "a.zip").as_deref(), Some("ssn"));
    assert_eq!(found(b"", "a.zip"), None);
    let mut changed = zip(&[("a.txt", b"hello")]);
    // A bit of the checksum, in the local header and in the directory.
    changed[14] ^= 1;
    let directory = changed.windows(4).position(|window| window == b"PK\x01\x02").unwrap();
    changed[directory + 16] ^= 1;
    assert_eq!(found(&changed, "a.zip").as_deref(), Some("<closed>"));
}

#[test]
fn what_stands_in_front_of_an_archive_or_behind_it_hides_nothing() {
    let numbers = zip(&[("a.txt", b"123-45-6789")]);
    assert_eq!(found(&[b"#!/bin/sh\n\x00\x01", &numbers[..]].concat(), "a.zip").as_deref(), Some("ssn"));
    assert_eq!(found(&[&numbers[..], &vec![0; 70_000]].concat(), "a.zip").as_deref(), Some("ssn"));
    let harmless = zip(&[("a.txt", b"hello")]);
    assert_eq!(found(&[&harmless[..], &vec![0; 70_000]].concat(), "a.zip"), None);
    assert_eq!(found(&[&numbers[..], &harmless[..]].concat(), "a.zip").as_deref(), Some("<closed>"));
}

#[test]
fn open_documents_under_a_password_are_told() {
    let manifest = b"<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>";
    let locked = zip(&[("mimetype", b"application/vnd.oasis"), ("META-INF/manifest.xml", manifest)]);
    assert_eq!(found(&locked, "a.odt").as_deref(), Some("<encrypted>"));
}

#[test]
fn files_within_files_are_named_and_parts_of_documents_are_not() {
    let letter = zip(&[("[Content_Types].xml", b""), ("word/document.xml", b"<w:p><w:t>123-45-6789</w:t></w:p>")]);
    let papers = zip(&[("2026/readme.txt", b"hello"), ("2026/letter.docx", &letter)]);
    let found = named(&zip(&[("papers.zip", &papers)]), "all.zip").unwrap();
    assert_eq!(found, ("ssn".to_owned(), "all.zip: papers.zip: letter.docx".to_owned()));
    let within = zip(&[("[Content_Types].xml", b""), ("word/embeddings/list.xlsx", &letter)]);
    assert_eq!(named(&within, "report.docx").unwrap().1, "report.docx");
}

#[test]
fn mails_are_shown_as_mails_and_broken_rich_mail_is_told() {
    assert_eq!(found(&zip(&[("a.eml", b"Subject: x")]), "a.zip").as_deref(), Some("<mail of 10>"));
    let broken = [&tnef::SIGNATURE[..], b"xxxx"].concat();
    assert_eq!(found(&zip(&[("a.dat", &broken)]), "a.zip").as_deref(), Some("<unreadable>"));
}

#[test]
fn texts_are_known_by_their_names() {
    assert_eq!(found(b"123-45-6789", "list.CSV").as_deref(), Some("ssn"));
    assert_eq!(found(b"<p>123<b>-45-</b>6789</p>", "page.html").as_deref(), Some("ssn"));
    assert_eq!(
        found(b"\xFF\xFE1\x002\x003\x00-\x004\x005\x00-\x006\x007\x008\x009\x00", "a.txt").as_deref(),
        Some("ssn")
    );
    assert_eq!(found(b"{\\rtf1 123-{\\b 45}-6789}", "letter.doc").as_deref(), Some("ssn"));
    assert_eq!(found(b"BEGIN:VCARD\nNOTE:123-4\n 5-6789", "pat.vcf").as_deref(), Some("ssn"));
    assert_eq!(found(b"\xFF\xD8\xFF\xE0\x00\x10 123-45-6789", "photo.jpg"), None);
}

#[test]
fn exports_that_are_html_or_xml_are_known_by_their_beginning() {
    let labelled = Some("ssn-labelled");
    let table = b"<table><tr><th width=200>Name</th><th>SSN</th></tr><tr><td>Ann</td><td class=s2>123456789</td></tr>";
    assert_eq!(found(table, "a.xls").as_deref(), labelled);
    assert_eq!(found(b"<meta charset=utf-8><p>123&#8209;45&#8209;6789</p>", "a.doc").as_deref(), Some("ssn"));
    let book = b"<?xml version='1.0'?><Workbook><Table><Row><Cell><Data>SSN</Data></Cell>\
        <Cell><Data>123456789</Data></Cell><Cell><Data>95814</Data></Cell></Row></Table></Workbook>";
    assert_eq!(found(book, "a.xls").as_deref(), labelled);
}

#[test]
fn what_looks_like_text_is_read_whatever_its_name() {
    for name in ["", "README", "list.dat", "photo.jpg"] {
        assert_eq!(found(b"Smith\t123-45-6789\r\n", name).as_deref(), Some("ssn"), "{name}");
    }
    assert_eq!(found("Müller 123-45-6789".as_bytes(), "a").as_deref(), Some("ssn"));
}

#[test]
fn of_kinds_that_nobody_knows_the_texts_in_them_are_read() {
    let wide: Vec<u8> = "\u{1}Pat 123-45-6789".encode_utf16().flat_map(u16::to_le_bytes).collect();
    for octets in [&b"\x00\x01 123-45-6789"[..], b"Smith 123-45-6789\r\n\x1A", &wide] {
        assert_eq!(found(octets, "list.dbf").as_deref(), Some("ssn"), "{octets:?}");
    }
    assert_eq!(found(&[b"\x01", &[0x92; 50][..]].concat(), "list.dbf"), None);
    for medium in [&b"\xFF\xD8\xFF\xE0"[..], b"\x89PNG\r\n\x1A\n", b"\0\0\0\x18ftypmp42"] {
        assert_eq!(found(&[medium, b"\0 123-45-6789"].concat(), "photo"), None, "{medium:?}");
    }
    for name in ["disk.iso", "mail.PST", "old.lzh"] {
        assert_eq!(found(b"\0\x01", name).as_deref(), Some("<closed>"), "{name}");
    }
}

#[test]
fn what_is_only_called_an_archive_is_read_as_what_it_is() {
    let labelled = Some("ssn-labelled");
    assert_eq!(found(b"Name,SSN\nAnn,123456789\n", "export.xlsx").as_deref(), labelled);
    assert_eq!(found(b"<table><tr><td>SSN<td>123456789</table>", "export.xlsx").as_deref(), labelled);
    for harmless in [&b"This file was removed."[..], b"\x00\x01\x02"] {
        assert_eq!(found(harmless, "report.docx"), None);
    }
    // Beside a document stand the name of whoever has it open, and what a Mac keeps of it.
    let owner = [&b"\x05Clara"[..], &[b' '; 49], b"C\0l\0a\0r\0a\0", &[0; 90]].concat();
    let kept = [&b"\x00\x05\x16\x07\x00\x02\x00\x00Mac OS X        "[..], &[0; 40]].concat();
    let folder = zip(&[("~$report.docx", &owner), ("__MACOSX/._report.docx", &kept)]);
    assert_eq!(found(&folder, "case.zip"), None);
    let name = zip(&[("~$report.docx", &[&owner[..], b"\x00 123-45-6789"].concat())]);
    assert_eq!(found(&name, "case.zip").as_deref(), Some("ssn"));
}

#[test]
fn in_front_of_a_pdf_may_stand_other_things() {
    let pdf = b"%PDF-1.4\n1 0 obj <</Title<3132332D34352D36373839>>> endobj";
    for before in [&b""[..], b"\r\n", b"Content-Type: application/pdf\n\n", &[0xFF; 1_000]] {
        assert_eq!(found(&[before, pdf].concat(), "scan").as_deref(), Some("ssn"), "{before:?}");
    }
    assert_eq!(found(b"Files begin with %PDF-, says 123-45-6789", "scan").as_deref(), Some("ssn"));
    assert_eq!(found(b"Files begin with %PDF-, says 123-<b>45</b>-6789", "scan.html").as_deref(), Some("ssn"));
}

proptest! {
    #[test]
    fn no_octets_make_it_fail(octets in proptest::collection::vec(any::<u8>(), 0..300), at in 0_usize..200, bit in 0_u8..8) {
        found(&[b"PK\x03\x04", &octets[..]].concat(), "a.docx");
        found(&[&compound::SIGNATURE[..], &octets].concat(), "a.doc");
        let mut broken = zip(&[("word/document.xml", b"<w:p>123</w:p>")]);
        let at = at % broken.len();
        broken[at] ^= 1 << bit;
        found(&broken, "a.docx");
    }
}
