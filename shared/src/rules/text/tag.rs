//! Tags of HTML, by what they make of the text around them.

/// Tags whose edges separate words; all others join what they enclose to the text around.
pub(super) const BREAKING: [&str; 45] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "br",
    "caption",
    "center",
    "dd",
    "details",
    "dialog",
    "dir",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hr",
    "html",
    "legend",
    "li",
    "main",
    "menu",
    "nav",
    "ol",
    "option",
    "p",
    "pre",
    "section",
    "select",
    "summary",
    "table",
    "title",
    "ul",
];
pub(super) const CELLS: [&str; 7] = ["td", "th", "tr", "tbody", "thead", "tfoot", "textarea"];

/// Elements that join what stands around them, though a reader may see it set apart.
pub(super) const APART: [&str; 3] = ["img", "sub", "sup"];

/// Elements whose content is no longer meant: what is struck, and what Word notes of the fields of its forms.
pub(super) const STRUCK: [&str; 4] = ["s", "strike", "del", "w:data"];

/// Elements whose content is not text (HTML standard, "raw text").
pub(super) const RAW: [&str; 2] = ["script", "style"];

/// Elements whose content is text alone, so that a tag or a comment in it is shown as it stands (HTML standard, section
/// 13.2.6.2). What takes the element away reads the content as markup: it is read in both ways.
pub(super) const TEXT_ALONE: [&str; 7] = ["iframe", "noembed", "noframes", "plaintext", "textarea", "title", "xmp"];

/// Elements of other languages, within which scripts and styles are elements like any other.
pub(super) const FOREIGN: [&str; 2] = ["svg", "math"];

/// Whether a style makes its element an index or an exponent.
pub(super) fn is_raised(style: &str) -> bool {
    let property = ["vertical-align", "VERTICAL-ALIGN"].iter().find_map(|property| style.split_once(property));
    property.is_some_and(|(_, value)| {
        let value = value.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == ':');
        ["super", "sub", "SUPER", "SUB"].iter().any(|raised| value.starts_with(raised))
    })
}
