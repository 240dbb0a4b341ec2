//! Whether a text is HTML or XML, whatever it is called: much of what is exported to Excel or Word is one of the two.

use super::Form;
use crate::message::xml::decoded;

/// Octets at the beginning that are looked at.
const HEAD: usize = 1_024;

/// Elements of which one stands at the beginning of HTML, be it a page or a piece of one.
const HTML: [&str; 36] = [
    "html", "head", "body", "meta", "title", "style", "script", "link", "base", "table", "thead", "tbody", "tr", "td",
    "th", "div", "span", "p", "br", "hr", "b", "i", "u", "strong", "em", "font", "center", "h1", "h2", "h3", "h4",
    "ul", "ol", "pre", "a", "img",
];

/// HTML, which is read as it stands too, or XML; none if it begins like neither, and no element of HTML begins and none
/// ends behind the text in front.
pub(super) fn of(octets: &[u8]) -> Option<Form> {
    let head = decoded(&octets[..octets.len().min(HEAD)]);
    let head = head.trim_start();
    let Some(head) = head.strip_prefix('<') else {
        return has_elements(head).then_some(Form::Marked);
    };
    let xml = Form::Xml { is_office: false };
    let form = match head.chars().next()? {
        // Behind a comment the first element tells, behind the declaration of XML only what nothing else has.
        '!' if elements(head).next().is_some_and(is_html) => Form::Marked,
        '?' if elements(head).any(|name| name.eq_ignore_ascii_case("html")) => Form::Marked,
        '!' | '?' => xml,
        first if first.is_ascii_alphabetic() && is_html(name(head)) => Form::Marked,
        first if first.is_ascii_alphabetic() => xml,
        _ => return None,
    };
    Some(form)
}

fn has_elements(text: &str) -> bool {
    let has = |slash: &str| {
        let mut tags = text.split('<').skip(1).filter_map(|tag| tag.strip_prefix(slash));
        tags.any(|tag| is_html(name(tag)) && tag[name(tag).len()..].starts_with(['>', '/', ' ', '\t', '\r', '\n']))
    };
    has("") && has("/")
}

fn is_html(name: &str) -> bool {
    HTML.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// The names of the elements that begin in a text.
fn elements(text: &str) -> impl Iterator<Item = &str> {
    text.split('<').skip(1).map(name).filter(|name| !name.is_empty())
}

fn name(text: &str) -> &str {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != ':').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_and_xml_are_told_by_their_beginning() {
        let (html, xml) = (Some(Form::Marked), Some(Form::Xml { is_office: false }));
        for text in [
            "<table border=1>",
            "\u{FEFF}\r\n <META charset=x>",
            "<!-- x --><div>",
            "<?xml version='1.0'?><html>",
            "Dear Bob, <p class=x><b>1</b>",
        ] {
            assert_eq!(of(text.as_bytes()), html, "{text}");
        }
        for text in
            ["<?xml version='1.0'?><Workbook><Table>", "<Workbook><Table>", "<!-- x --><Workbook><Table>", "<w:p>"]
        {
            assert_eq!(of(text.as_bytes()), xml, "{text}");
        }
        for text in ["", "<", "< table>", "<3", "Dear <b>", "Dear <b@example.org> </b@example.org>", "1 </p>"] {
            assert_eq!(of(text.as_bytes()), None, "{text}");
        }
        let wide: Vec<u8> = "\u{FEFF}<table>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(of(&wide), html);
    }
}
