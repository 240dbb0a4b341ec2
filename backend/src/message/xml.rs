//! The text of XML documents as a person reads it: runs within a paragraph join, paragraphs and cells do not.

mod element;
mod run;

use std::{borrow::Cow, mem};

use quick_xml::{
    Reader, XmlVersion,
    events::{BytesRef, BytesStart, Event, attributes::Attribute},
};

use self::element::Break;

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

/// The text, and whether it is another one without what may not be shown; of a broken document what stands before the
/// fault, and then its octets as they are.
pub(super) fn text(octets: &[u8]) -> (String, bool) {
    let reading = read(&decoded(octets), Reading::default());
    (reading.text, reading.is_disputed)
}

/// The text without what is deleted, struck or hidden, without indices, exponents and what is said aside.
pub(super) fn text_shown(octets: &[u8]) -> String {
    read(&decoded(octets), Reading { is_shown_alone: true, ..Reading::default() }).text
}

/// The text of a sheet, its cells as they are shown.
pub(super) fn text_of_sheet(octets: &[u8], shown: &mut Shown<'_>) -> String {
    read(&decoded(octets), Reading { shown: Some(shown), ..Reading::default() }).text
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

fn read<'s, 'v>(document: &str, mut reading: Reading<'s, 'v>) -> Reading<'s, 'v> {
    let mut reader = reader(document);
    loop {
        match reader.read_event() {
            Ok(Event::Start(start)) => reading.start(&start),
            Ok(Event::End(end)) => reading.end(end.local_name().as_ref(), end.name().as_ref()),
            Ok(Event::Empty(element)) => reading.empty(&element),
            Ok(Event::Text(piece)) => {
                if !is_indent(&piece) {
                    reading.push(&piece);
                } else if !is_broken_off(&reading.text) && !reading.leaves_out() {
                    reading.text.push_str(&piece);
                }
            }
            Ok(Event::CData(piece)) => reading.push(&piece),
            Ok(Event::GeneralRef(entity)) => {
                let mut character = String::new();
                push_entity(&entity, &mut character);
                reading.push(&character);
            }
            Ok(Event::Eof) => break,
            Ok(_) => {}
            Err(_) => {
                reading.text.push('\n');
                reading.text.push_str(document);
                break;
            }
        }
    }
    reading.text.push_str(&reading.attributes);
    reading
}

/// A document that is being read.
#[derive(Default)]
struct Reading<'s, 'v> {
    text: String,
    /// What attributes show. Nobody knows beside what it is seen, so it comes behind everything else.
    attributes: String,
    /// Whether what may not be shown is left out.
    is_shown_alone: bool,
    /// Whether there is any such text.
    is_disputed: bool,
    /// Of the elements that stand apart so many have begun and not ended.
    apart: usize,
    /// Whether the properties of this run take it out of the line.
    is_taken_out: bool,
    /// Whether this is said of the layout.
    is_layout: bool,
    /// Whether these are the properties of a paragraph, and they say that its end was deleted.
    is_of_paragraph: bool,
    is_end_deleted: bool,
    /// Whether the paragraph before goes on in the next one.
    goes_on: bool,
    cell: Cell,
    /// Where the value of the cell begins.
    value: usize,
    shown: Option<&'s mut Shown<'v>>,
}

impl Reading<'_, '_> {
    fn leaves_out(&self) -> bool {
        self.is_layout || self.is_shown_alone && (self.apart > 0 || self.is_taken_out)
    }

    fn push(&mut self, piece: &str) {
        self.is_disputed |= self.apart > 0 || self.is_taken_out;
        if !self.leaves_out() {
            self.text.push_str(piece);
        }
    }

    fn start(&mut self, start: &BytesStart<'_>) {
        let name = start.local_name();
        let name = name.as_ref();
        self.apart += usize::from(element::is_apart(name));
        if self.is_shown_alone && self.apart > 0 {
            return;
        }
        self.properties(name, start);
        match name {
            "c" if self.shown.is_some() => self.cell = Cell::of(start),
            "v" => self.value = self.text.len(),
            "pPr" => self.is_of_paragraph = true,
            "p" if mem::take(&mut self.goes_on) => {}
            _ if element::breaks_before(name) => break_off(&mut self.text),
            _ if element::is_layout(name) => self.is_layout = true,
            _ if element::is_sheet(name) => push_name(start, &mut self.text),
            _ => self.push_characters(start),
        }
    }

    fn empty(&mut self, element: &BytesStart<'_>) {
        let name = element.local_name();
        let name = name.as_ref();
        if self.is_shown_alone && self.apart > 0 {
            return;
        }
        self.properties(name, element);
        if let Some(how) = element::break_behind(name, element.name().as_ref()) {
            self.break_behind(how);
        } else if element::is_sheet(name) {
            push_name(element, &mut self.text);
        } else {
            self.push_characters(element);
        }
    }

    fn end(&mut self, name: &str, qualified: &str) {
        let is_left_out = self.is_shown_alone && self.apart > 0;
        self.apart = self.apart.saturating_sub(usize::from(element::is_apart(name)));
        if is_left_out {
            return;
        }
        self.is_taken_out &= !run::is_edge(name);
        self.is_layout &= !element::is_layout(name);
        self.is_of_paragraph &= name != "pPr";
        if name == "p" && mem::take(&mut self.is_end_deleted) && self.is_shown_alone {
            self.goes_on = true;
            return;
        }
        let Some(how) = element::break_behind(name, qualified) else { return };
        if name == "v"
            && let Some(shown) = &mut self.shown
            && let Some(instead) = shown(&self.cell, &self.text[self.value..])
        {
            self.text.truncate(self.value);
            self.text.push_str(&instead);
        }
        self.break_behind(how);
    }

    /// Takes note of what an element says of the run or the paragraph in which it stands, and of what its attributes show.
    fn properties(&mut self, name: &str, element: &BytesStart<'_>) {
        self.is_taken_out &= !run::is_edge(name);
        self.is_taken_out |= run::is_taken_out(element);
        if self.is_of_paragraph && matches!(name, "del" | "moveFrom") {
            self.is_end_deleted = true;
            self.is_disputed = true;
        }
        let shown = element::shown_attributes(element);
        if shown.is_empty() {
            return;
        }
        let mut attributes = element.attributes();
        for attribute in attributes.with_checks(false).flatten() {
            if shown.contains(&attribute.key.local_name().as_ref()) {
                // Two breaks, over which no digits are joined.
                self.attributes.push_str("\n\n");
                self.attributes.push_str(&written(&attribute));
            }
        }
    }

    fn push_characters(&mut self, element: &BytesStart<'_>) {
        let characters = element::characters(element);
        if !characters.is_empty() {
            self.push(characters);
        }
    }

    fn break_behind(&mut self, how: Break) {
        match how {
            Break::Line => self.text.push('\n'),
            Break::Once => break_off(&mut self.text),
        }
        self.value = self.text.len();
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
mod tests;
