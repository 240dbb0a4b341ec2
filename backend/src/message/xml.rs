//! The text of XML documents as a person reads it: runs within a paragraph join, paragraphs and cells do not.

use std::borrow::Cow;

use quick_xml::{
    Reader, XmlVersion,
    events::{BytesRef, BytesStart, Event, attributes::Attribute},
};

/// Elements behind which something else begins: paragraphs, rows, cells with their formulas and values, strings, slides,
/// in OOXML, `OpenDocument` and what Excel wrote as XML before (`SpreadsheetML`).
const BLOCKS: [&str; 22] = [
    "p",
    "tr",
    "tc",
    "c",
    "f",
    "v",
    "row",
    "si",
    "br",
    "cr",
    "tab",
    "ptab",
    "h",
    "table-cell",
    "covered-table-cell",
    "note-citation",
    "line-break",
    "sp",
    "comment",
    "Row",
    "Cell",
    "Data",
];

/// Cells and their values. What closes with one has mostly ended a paragraph already, and the two are one boundary: of
/// the breaks between two digits the rules pass over one alone.
const CELLS: [&str; 8] = ["tc", "c", "f", "v", "table-cell", "covered-table-cell", "Cell", "Data"];

/// Elements in front of which the text breaks off, should it not have done so: paragraphs, which may stand within others
/// (text boxes), and notes of `OpenDocument` with their numbers.
const OPENING: [&str; 5] = ["p", "h", "note", "note-citation", "annotation"];

/// Sheets of workbooks, whose names their tabs show.
const SHEETS: [&str; 3] = ["sheet", "table", "Worksheet"];

/// Texts of Word that are no more shown, or not yet: what was deleted under revision, and the codes of fields.
const UNSHOWN: [&str; 3] = ["delText", "instrText", "delInstrText"];

/// A cell of a workbook, as its element says.
#[derive(Default)]
pub(super) struct Cell {
    /// What its value is; nothing where it is a number.
    pub(super) kind: String,
    /// The number of its style.
    pub(super) style: usize,
}

/// What cells show instead of the values that stand in them.
pub(super) type Shown<'s> = dyn FnMut(&Cell, &str) -> Option<String> + 's;

/// The text; of a broken document what stands before the fault, and then its octets as they are.
pub(super) fn text(octets: &[u8]) -> String {
    read(&decoded(octets), true, None)
}

/// The text without what is not shown, where there is any such.
pub(super) fn text_shown(octets: &[u8]) -> Option<String> {
    let octets = decoded(octets);
    let has_any = UNSHOWN.iter().any(|name| memchr::memmem::find(octets.as_bytes(), name.as_bytes()).is_some());
    has_any.then(|| read(&octets, false, None))
}

/// The text of a sheet, its cells as they are shown.
pub(super) fn text_of_sheet(octets: &[u8], shown: &mut Shown<'_>) -> String {
    read(&decoded(octets), true, Some(shown))
}

/// Octets in the encoding that a mark at their beginning tells.
pub(super) fn decoded(octets: &[u8]) -> Cow<'_, str> {
    match encoding_rs::Encoding::for_bom(octets) {
        Some((encoding, _)) => encoding.decode(octets).0,
        None => String::from_utf8_lossy(octets),
    }
}

/// Reads a document as leniently as can be.
pub(super) fn reader(document: &str) -> Reader<&[u8]> {
    let mut reader = Reader::from_str(document);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_dangling_amp = true;
    reader
}

fn read(document: &str, with_unshown: bool, mut shown: Option<&mut Shown<'_>>) -> String {
    let mut reader = reader(document);
    let mut text = String::new();
    let mut is_unshown = false;
    let (mut cell, mut value) = (Cell::default(), 0);
    loop {
        let event = reader.read_event();
        match event {
            Ok(Event::Start(ref start)) if UNSHOWN.contains(&start.local_name().as_ref()) => is_unshown = !with_unshown,
            Ok(Event::End(ref end)) if UNSHOWN.contains(&end.local_name().as_ref()) => is_unshown = false,
            Ok(Event::Text(piece)) if !is_unshown => {
                if !is_indent(&piece) || !is_broken_off(&text) {
                    text.push_str(&piece);
                }
            }
            Ok(Event::CData(piece)) if !is_unshown => text.push_str(&piece),
            Ok(Event::GeneralRef(entity)) if !is_unshown => push_entity(&entity, &mut text),
            Ok(Event::Start(start)) => match start.local_name().as_ref() {
                "c" if shown.is_some() => cell = Cell::of(&start),
                "v" => value = text.len(),
                name if OPENING.contains(&name) => break_off(&mut text),
                name if SHEETS.contains(&name) => push_name(&start, &mut text),
                _ => text.extend(character(&start)),
            },
            Ok(Event::End(end)) if BLOCKS.contains(&end.local_name().as_ref()) => {
                if end.local_name().as_ref() == "v"
                    && let Some(shown) = &mut shown
                    && let Some(instead) = shown(&cell, &text[value..])
                {
                    text.truncate(value);
                    text.push_str(&instead);
                }
                end_block(end.local_name().as_ref(), &mut text);
                value = text.len();
            }
            Ok(Event::Empty(element)) if BLOCKS.contains(&element.local_name().as_ref()) => {
                end_block(element.local_name().as_ref(), &mut text);
                value = text.len();
            }
            Ok(Event::Empty(element)) if SHEETS.contains(&element.local_name().as_ref()) => {
                push_name(&element, &mut text);
            }
            Ok(Event::Empty(element)) => text.extend(character(&element)),
            Ok(Event::Eof) => return text,
            Ok(_) => {}
            Err(_) => {
                text.push('\n');
                text.push_str(document);
                return text;
            }
        }
    }
}

/// Adds the name that an element has as an attribute.
fn push_name(element: &BytesStart<'_>, text: &mut String) {
    let mut attributes = element.attributes();
    let attributes = attributes.with_checks(false).flatten();
    for name in attributes.filter(|attribute| attribute.key.local_name().as_ref().eq_ignore_ascii_case("name")) {
        break_off(text);
        text.push_str(&written(&name));
        text.push('\n');
    }
}

/// The value of an attribute; as it stands where it is broken.
pub(super) fn written(attribute: &Attribute<'_>) -> String {
    attribute.normalized_value(XmlVersion::Implicit1_0).map_or_else(|_| attribute.value.to_string(), Cow::into_owned)
}

fn end_block(name: &str, text: &mut String) {
    if CELLS.contains(&name) {
        break_off(text);
    } else {
        text.push('\n');
    }
}

fn break_off(text: &mut String) {
    if !is_broken_off(text) {
        text.push('\n');
    }
}

fn is_broken_off(text: &str) -> bool {
    text.is_empty() || text.ends_with('\n')
}

/// Whether a text is the line break and the blanks that stand between two elements for whoever reads the XML itself.
fn is_indent(text: &str) -> bool {
    text.contains('\n') && text.trim_ascii().is_empty()
}

impl Cell {
    fn of(start: &BytesStart<'_>) -> Self {
        let value = |name| start.try_get_attribute(name).ok().flatten().map(|attribute| attribute.value);
        Self {
            kind: value("t").map(Cow::into_owned).unwrap_or_default(),
            style: value("s").and_then(|style| style.parse().ok()).unwrap_or_default(),
        }
    }
}

/// The character for which an element stands.
fn character(element: &BytesStart<'_>) -> Option<char> {
    match element.local_name().as_ref() {
        "noBreakHyphen" => Some('\u{2011}'),
        "softHyphen" => Some('\u{AD}'),
        _ => None,
    }
}

/// Adds the character that an entity stands for.
pub(super) fn push_entity(entity: &BytesRef<'_>, text: &mut String) {
    if let Ok(Some(character)) = entity.resolve_char_ref() {
        text.push(character);
        return;
    }
    match &**entity {
        "amp" => text.push('&'),
        "lt" => text.push('<'),
        "gt" => text.push('>'),
        "quot" => text.push('"'),
        "apos" => text.push('\''),
        _ => text.push('\u{FFFD}'),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{text, text_shown};

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
        assert_eq!((text(document).as_str(), text_shown(document).as_deref()), ("12x3", Some("123")));
        assert_eq!(text_shown(b"<w:t>123</w:t>"), None);
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
        let note =
            b"<text:p>1<text:note><text:note-citation>2</text:note-citation><text:p>3</text:p></text:note></text:p>";
        assert_eq!(text(note), "1\n2\n3\n\n");
    }

    proptest! {
        #[test]
        fn no_octets_make_it_fail(octets in proptest::collection::vec(any::<u8>(), 0..300)) {
            text(&octets);
        }
    }
}
