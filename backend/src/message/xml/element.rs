//! What the elements of documents mean, by their names: OOXML, `OpenDocument`, and what Excel wrote as XML before
//! (`SpreadsheetML`).

use quick_xml::events::BytesStart;

/// Elements behind which something else begins: paragraphs, rows, cells with their formulas and values, strings, slides.
const BLOCKS: [&str; 24] = [
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
    "title",
    "desc",
];
/// The same, where other languages have an element of that name: comments on slides.
const QUALIFIED_BLOCK: &str = "p:text";

/// Cells and their values, and what is said of a picture. What closes with one has mostly ended a paragraph already, and
/// the two are one boundary: of the breaks between two digits the rules pass over one alone.
const CELLS: [&str; 10] = ["tc", "c", "f", "v", "table-cell", "covered-table-cell", "Cell", "Data", "title", "desc"];

/// Elements in front of which the text breaks off, should it not have done so: paragraphs, which may stand within others
/// (text boxes), notes of `OpenDocument` with their numbers, and what is said of a picture.
const OPENING: [&str; 7] = ["p", "h", "note", "note-citation", "annotation", "title", "desc"];

/// Sheets of workbooks, whose names their tabs show.
const SHEETS: [&str; 3] = ["sheet", "table", "Worksheet"];

/// What is no more shown, or not yet, or not among what stands around it: what was deleted or moved away under revision,
/// the codes of fields, and the notes, comments and titles of `OpenDocument`.
const APART: [&str; 8] = ["delText", "instrText", "delInstrText", "moveFrom", "note", "annotation", "title", "desc"];

/// What nobody is shown: where something is placed and how large it is, and the formats of charts.
const LAYOUT: [&str; 7] =
    ["posOffset", "align", "pctWidth", "pctHeight", "pctPosHOffset", "pctPosVOffset", "formatCode"];

/// How the text breaks at the edge of an element.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Break {
    /// A line ends here.
    Line,
    /// It ends if it has not ended already.
    Once,
}

/// How the text breaks behind an element, by its local and its whole name.
pub(super) fn break_behind(name: &str, qualified: &str) -> Option<Break> {
    if CELLS.contains(&name) {
        return Some(Break::Once);
    }
    (BLOCKS.contains(&name) || qualified == QUALIFIED_BLOCK).then_some(Break::Line)
}

/// Whether the text breaks off in front of an element.
pub(super) fn breaks_before(name: &str) -> bool {
    OPENING.contains(&name)
}

pub(super) fn is_sheet(name: &str) -> bool {
    SHEETS.contains(&name)
}

pub(super) fn is_apart(name: &str) -> bool {
    APART.contains(&name)
}

pub(super) fn is_layout(name: &str) -> bool {
    LAYOUT.contains(&name)
}

/// The attributes of an element whose values are shown: lettering (`WordArt`), what a cell asks for, what a field may be
/// chosen to be, the controls of forms, and the table that a pivot table was made of.
pub(super) fn shown_attributes(element: &BytesStart<'_>) -> &'static [&'static str] {
    match element.local_name().as_ref() {
        "textpath" => &["string"],
        "dataValidation" => &["promptTitle", "prompt", "errorTitle", "error"],
        "listEntry" | "default" | "helpText" | "statusText" => &["val"],
        "listItem" => &["displayText", "value"],
        "cacheField" => &["name"],
        "s" | "n" => &["v"],
        _ if element.name().as_ref().starts_with("form:") => &["label", "value", "current-value"],
        _ => &[],
    }
}

/// The characters for which an element stands.
pub(super) fn characters(element: &BytesStart<'_>) -> &'static str {
    match element.name().as_ref() {
        "text:s" if element.attributes().with_checks(false).flatten().any(|count| &*count.value != "1") => "  ",
        "text:s" => " ",
        _ => match element.local_name().as_ref() {
            "noBreakHyphen" => "\u{2011}",
            "softHyphen" => "\u{AD}",
            _ => "",
        },
    }
}
