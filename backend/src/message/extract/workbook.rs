//! Workbooks (ECMA-376 part 1, section 18): what the cells of a sheet show. Texts are kept once for all cells, and a
//! number shows as the format of its style says.

use std::{collections::HashMap, mem, rc::Rc};

use quick_xml::events::{BytesStart, Event};

use super::number::Format;
use crate::message::xml::{self, Cell};

/// Longer texts stand in a cell with their beginning and their end, between which other cells are no neighbours. As a
/// whole they are read where they are kept.
const MOST_OF_TEXT: usize = 200;
/// Texts and styles beyond so many are not known; Excel itself writes fewer.
const MOST_TEXTS: usize = 2_000_000;
const MOST_STYLES: usize = 100_000;

/// What the cells of all sheets refer to.
#[derive(Default)]
pub(super) struct Workbook {
    /// The shared texts one behind the other, and where each ends.
    texts: String,
    ends: Vec<u32>,
    /// For each style the format that divides nine digits or labels them, if it has one.
    formats: Vec<Option<Rc<Format>>>,
}

impl Workbook {
    /// From the parts with shared texts and with styles.
    pub(super) fn read(texts: Option<&[u8]>, styles: Option<&[u8]>) -> Self {
        let mut workbook = Self::default();
        if let Some(texts) = texts {
            workbook.read_texts(&xml::decoded(texts));
        }
        if let Some(styles) = styles {
            workbook.read_styles(&xml::decoded(styles));
        }
        workbook
    }

    /// The text of a sheet; none if it is longer than `most` octets.
    pub(super) fn text(&self, sheet: &[u8], most: u64) -> Option<String> {
        let mut left = most.checked_sub(sheet.len() as u64);
        let text = xml::text_of_sheet(sheet, &mut |cell, value| {
            let shown = self.shown(cell, value).filter(|_| left.is_some())?;
            left = left.and_then(|left| left.checked_sub(shown.len() as u64));
            left.map(|_| shown)
        });
        left.map(|_| text)
    }

    /// What a cell shows instead of its value.
    fn shown(&self, cell: &Cell, value: &str) -> Option<String> {
        match cell.kind.as_str() {
            "s" => self.shared(value.trim().parse().ok()?).map(str::to_owned),
            "" | "n" => self.number(cell.style, value.trim().parse().ok()?),
            _ => None,
        }
    }

    /// A text that several cells may show.
    pub(super) fn shared(&self, number: usize) -> Option<&str> {
        let end = *self.ends.get(number)? as usize;
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        Some(&self.texts[start..end])
    }

    /// How a style shows a number, if it is not as it stands.
    pub(super) fn number(&self, style: usize, number: f64) -> Option<String> {
        self.formats.get(style)?.as_ref()?.shown(number)
    }

    fn read_texts(&mut self, document: &str) {
        let mut reader = xml::reader(document);
        let mut text = String::new();
        while let Ok(event) = reader.read_event() {
            match event {
                Event::Text(piece) => text.push_str(&piece),
                Event::CData(piece) => text.push_str(&piece),
                Event::GeneralRef(entity) => xml::push_entity(&entity, &mut text),
                Event::Start(start) if start.local_name().as_ref() == "si" => text.clear(),
                Event::Empty(element) if element.local_name().as_ref() == "si" => self.add_text(""),
                Event::End(end) if end.local_name().as_ref() == "si" => self.add_text(&mem::take(&mut text)),
                Event::Eof => return,
                _ => {}
            }
        }
    }

    pub(super) fn add_text(&mut self, text: &str) {
        if self.ends.len() >= MOST_TEXTS {
            return;
        }
        if text.len() <= MOST_OF_TEXT {
            self.texts.push_str(text);
        } else {
            self.texts.push_str(&text[..text.floor_char_boundary(MOST_OF_TEXT / 2)]);
            self.texts.push('\n');
            self.texts.push_str(&text[text.ceil_char_boundary(text.len() - MOST_OF_TEXT / 2)..]);
        }
        // What is shortened has no more than the part, which is bounded.
        self.ends.push(u32::try_from(self.texts.len()).unwrap_or(u32::MAX));
    }

    pub(super) fn add_style(&mut self, format: Option<Rc<Format>>) {
        if self.formats.len() < MOST_STYLES {
            self.formats.push(format);
        }
    }

    fn read_styles(&mut self, document: &str) {
        let mut reader = xml::reader(document);
        let mut codes: HashMap<String, Rc<Format>> = HashMap::new();
        let mut is_of_cells = false;
        while let Ok(event) = reader.read_event() {
            match event {
                Event::Start(start) if start.local_name().as_ref() == "cellXfs" => is_of_cells = true,
                Event::End(end) if end.local_name().as_ref() == "cellXfs" => is_of_cells = false,
                Event::Start(start) | Event::Empty(start) => match start.local_name().as_ref() {
                    "numFmt" => {
                        let format = value(&start, "formatCode").and_then(|code| Format::read(&code));
                        codes.extend(value(&start, "numFmtId").zip(format.map(Rc::new)));
                    }
                    "xf" if is_of_cells => {
                        self.add_style(value(&start, "numFmtId").and_then(|id| codes.get(&id)).cloned());
                    }
                    _ => {}
                },
                Event::Eof => return,
                _ => {}
            }
        }
    }
}

fn value(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let attribute = element.try_get_attribute(name).ok().flatten()?;
    Some(xml::written(&attribute))
}
