//! What the properties of a run of text say: whether it is struck, hidden, or an index or exponent. Then the text is read
//! without it too.

use quick_xml::events::BytesStart;

/// Whether an element sets the properties of another run of text than that before.
pub(super) fn is_edge(name: &str) -> bool {
    matches!(name, "r" | "fld" | "p")
}

/// Whether a property takes its run out of the line.
pub(super) fn is_taken_out(property: &BytesStart<'_>) -> bool {
    let value = |name: &str| {
        let mut attributes = property.attributes();
        let mut attributes = attributes.with_checks(false).flatten();
        attributes.find(|attribute| attribute.key.local_name().as_ref() == name).map(|attribute| attribute.value)
    };
    let says = |name: &str, no: &[&str]| value(name).is_some_and(|value| !no.contains(&value.as_ref()));
    match property.local_name().as_ref() {
        "strike" | "dstrike" | "vanish" => value("val").is_none_or(|value| !matches!(&*value, "0" | "false" | "off")),
        "vertAlign" => says("val", &["baseline"]),
        // Slides have them as attributes.
        "rPr" => says("baseline", &["0", "0%"]) || says("strike", &["noStrike"]),
        _ => false,
    }
}
