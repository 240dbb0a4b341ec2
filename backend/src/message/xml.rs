//! The text of XML documents as a person reads it: runs within a paragraph join, paragraphs and cells do not.

use std::borrow::Cow;

use quick_xml::{
    Reader,
    events::{BytesRef, BytesStart, Event},
};

/// Elements behind which something else begins: paragraphs, rows, cells with their formulas and values, strings, slides,
/// in OOXML and `OpenDocument`.
const BLOCKS: [&str; 17] = [
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
    "line-break",
    "sp",
    "comment",
];

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
            Ok(Event::Text(piece)) if !is_unshown => text.push_str(&piece),
            Ok(Event::CData(piece)) if !is_unshown => text.push_str(&piece),
            Ok(Event::GeneralRef(entity)) if !is_unshown => push_entity(&entity, &mut text),
            Ok(Event::Start(start)) => match start.local_name().as_ref() {
                "c" if shown.is_some() => cell = Cell::of(&start),
                "v" => value = text.len(),
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
                text.push('\n');
                value = text.len();
            }
            Ok(Event::Empty(element)) if BLOCKS.contains(&element.local_name().as_ref()) => {
                text.push('\n');
                value = text.len();
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

    proptest! {
        #[test]
        fn no_octets_make_it_fail(octets in proptest::collection::vec(any::<u8>(), 0..300)) {
            text(&octets);
        }
    }
}
