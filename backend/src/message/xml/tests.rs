//! What is read of XML.

use proptest::prelude::*;

use super::text_shown;

fn text(octets: &[u8]) -> String {
    super::text(octets).0
}

#[test]
fn entities_are_characters() {
    assert_eq!(text(b"<w:t>a &amp; b &#49;&#x32; &nope; </w:t>"), "a & b 12 \u{FFFD} ");
}

#[test]
fn hyphens_of_word_are_characters() {
    assert_eq!(text(b"<w:t>123</w:t><w:noBreakHyphen/><w:t>45</w:t><w:softHyphen/>"), "123\u{2011}45\u{AD}");
}

#[test]
fn what_was_deleted_is_read_and_left_out() {
    let document = b"<w:t>12</w:t><w:del><w:delText>x</w:delText></w:del><w:t>3</w:t>";
    assert_eq!((super::text(document), text_shown(document).as_str()), (("12x3".to_owned(), true), "123"));
    assert_eq!(super::text(b"<w:t>123</w:t>"), ("123".to_owned(), false));
}

#[test]
fn the_end_of_a_cell_behind_that_of_its_paragraph_is_one_break() {
    assert_eq!(text(b"<w:tr><w:tc><w:p>1</w:p></w:tc><w:tc><w:p>2</w:p></w:tc></w:tr><w:p>3</w:p>"), "1\n2\n\n3\n");
    assert_eq!(text(b"<row><c><f>A1</f><v>1</v></c><c/><c><v>2</v></c></row>"), "A1\n1\n2\n\n");
    let indented = b"<a:tc>\r\n  <a:p>1</a:p>\r\n</a:tc>\r\n<a:tc>\r\n  <a:p>2</a:p>\r\n</a:tc>";
    assert_eq!(text(indented), "1\n2\n");
    assert_eq!(text(b"<w:p><w:t>1</w:t><w:t> \n</w:t><w:t>2</w:t></w:p><w:p>3</w:p>"), "1 \n2\n3\n");
}

#[test]
fn cells_of_workbooks_in_xml_are_apart_and_sheets_have_names() {
    let book = b"<Worksheet ss:Name='Smith&#32;1'><Table><Row>\n<Cell><Data>SSN</Data></Cell>\n<Cell><Data>1</Data></Cell>\n</Row>";
    assert_eq!(text(book), "Smith 1\nSSN\n1\n\n");
    assert_eq!(text(b"<sheets><sheet name='A' sheetId='1'/><sheet name='B'/></sheets>"), "A\nB\n");
    assert_eq!(text(b"<table:table table:name='A'><table:table-cell><text:p>x"), "A\nx");
}

#[test]
fn what_stands_within_a_paragraph_by_itself_is_apart_from_it() {
    assert_eq!(text(b"<w:p>1<w:txbxContent><w:p>2</w:p></w:txbxContent></w:p>"), "1\n2\n\n");
    let note = b"<text:p>1<text:note><text:note-citation>2</text:note-citation><text:p>3</text:p></text:note></text:p>";
    assert_eq!(text(note), "1\n2\n3\n\n");
}

#[test]
fn what_is_said_of_the_layout_is_no_text() {
    let picture = b"<w:t>SSN </w:t><wp:posOffset>635</wp:posOffset><wp:align>left</wp:align>\
        <wp14:sizeRelH><wp14:pctWidth>0</wp14:pctWidth></wp14:sizeRelH><w:t>1</w:t>";
    assert_eq!(text(picture), "SSN 1");
    let chart = b"<c:f>A1</c:f><c:numCache><c:formatCode>0</c:formatCode><c:pt><c:v>1</c:v>";
    assert_eq!(text(chart), "A1\n1\n");
}

#[test]
fn what_is_struck_hidden_moved_or_raised_is_read_and_left_out() {
    let word = |properties: &str| {
        let run = format!("<w:r><w:rPr>{properties}</w:rPr><w:t>2</w:t></w:r>");
        let document = format!("<w:r><w:t>1</w:t></w:r>{run}<w:r><w:t>3</w:t></w:r>");
        let (all, is_disputed) = super::text(document.as_bytes());
        (all, is_disputed, text_shown(document.as_bytes()))
    };
    for properties in ["<w:strike/>", "<w:dstrike w:val='1'/>", "<w:vanish/>", "<w:vertAlign w:val='superscript'/>"] {
        assert_eq!(word(properties), ("123".to_owned(), true, "13".to_owned()), "{properties}");
    }
    for properties in ["", "<w:b/>", "<w:strike w:val='0'/>", "<w:vertAlign w:val='baseline'/>"] {
        assert_eq!(word(properties), ("123".to_owned(), false, "123".to_owned()), "{properties}");
    }
    let moved = b"<w:t>1</w:t><w:moveFrom><w:r><w:t>2</w:t></w:r></w:moveFrom><w:t>3</w:t>";
    assert_eq!((text(moved).as_str(), text_shown(moved).as_str()), ("123", "13"));
    let slide = b"<a:r><a:t>1</a:t></a:r><a:r><a:rPr baseline='30000'/><a:t>2</a:t></a:r>\
        <a:fld><a:rPr strike='sngStrike'/><a:t>3</a:t></a:fld><a:r><a:rPr baseline='0' strike='noStrike'/><a:t>4</a:t>";
    assert_eq!((text(slide).as_str(), text_shown(slide).as_str()), ("1234", "14"));
    let list = b"<si><r><t>1</t></r><r><rPr><vertAlign val='subscript'/></rPr><t>2</t></r></si><si><t>3</t></si>";
    assert_eq!((text(list).as_str(), text_shown(list).as_str()), ("12\n3\n", "1\n3\n"));
}

#[test]
fn a_paragraph_whose_end_was_deleted_goes_on_in_the_next_one() {
    let letter = b"<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:t>1</w:t></w:p><w:p><w:t>2</w:t></w:p><w:p>3</w:p>";
    assert_eq!(super::text(letter), ("1\n2\n3\n".to_owned(), true));
    assert_eq!(text_shown(letter), "12\n3\n");
}

#[test]
fn what_attributes_show_comes_behind_everything_else() {
    let letter = b"<w:t>1</w:t><v:textpath style='x' string='A&amp;B'/><w:listEntry w:val='2'/><w:t>3</w:t>";
    assert_eq!(text(letter), "13\n\nA&B\n\n2");
    assert_eq!(text(b"<dataValidation sqref='A1' promptTitle='1' prompt='2'/>"), "\n\n1\n\n2");
    assert_eq!(text(b"<form:text form:id='c1' form:current-value='1'/><a label='2'/>"), "\n\n1");
}

#[test]
fn notes_and_titles_of_open_documents_are_apart_and_left_out() {
    let note = b"<text:p>1<office:annotation><dc:date>2</dc:date><text:p>3</text:p></office:annotation>4</text:p>";
    assert_eq!((text(note).as_str(), text_shown(note).as_str()), ("1\n2\n3\n4\n", "14\n"));
    let picture = b"<text:p>1<draw:frame><svg:title>2</svg:title><svg:desc>3</svg:desc></draw:frame>4</text:p>";
    assert_eq!((text(picture).as_str(), text_shown(picture).as_str()), ("1\n2\n3\n4\n", "14\n"));
}

#[test]
fn blanks_and_comments_are_apart() {
    assert_eq!(text(b"1<text:s/>2<text:s text:c='1'/>3<text:s text:c='3'/>4"), "1 2 3  4");
    assert_eq!(
        text(b"<p:cm><p:text>1</p:text></p:cm><p:cm><p:text>2</p:text></p:cm><svg:text>3</svg:text>4"),
        "1\n2\n34"
    );
}

proptest! {
    #[test]
    fn no_octets_make_it_fail(octets in proptest::collection::vec(any::<u8>(), 0..300)) {
        text(&octets);
        text_shown(&octets);
    }
}
