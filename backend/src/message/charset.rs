//! Octets of a text part as text.

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

/// A text part read, perhaps in two ways.
pub struct Texts {
    /// As its label says.
    pub labelled: String,
    /// As UTF-8, where the label is missing or one that programs set without looking, and the octets are valid UTF-8
    /// beyond ASCII.
    pub utf8: Option<String>,
    /// Whether the charset is unknown although there are octets beyond ASCII.
    pub unknown: bool,
}

/// Reads octets in every way in which a mail program might show them.
pub fn texts(bytes: &[u8], charset: Option<&str>) -> Texts {
    let doubtful = charset.is_none_or(is_doubtful);
    let encoding = charset.map_or(Some(WINDOWS_1252), |label| Encoding::for_label(label.as_bytes()));
    let beyond_ascii = !bytes.is_ascii();
    let as_utf8 = (doubtful && beyond_ascii).then(|| std::str::from_utf8(bytes).ok()).flatten().map(str::to_owned);
    let (labelled, _, _) = encoding.unwrap_or(WINDOWS_1252).decode(bytes);
    Texts { labelled: labelled.into_owned(), utf8: as_utf8, unknown: encoding.is_none() && beyond_ascii }
}

/// Reads octets as a mail program most likely shows them.
pub fn text(bytes: &[u8], charset: Option<&str>) -> String {
    let all = texts(bytes, charset);
    match all.utf8 {
        Some(utf8) if charset.is_none_or(is_doubtful) => utf8,
        _ if all.unknown => UTF_8.decode(bytes).0.into_owned(),
        _ => all.labelled,
    }
}

/// Labels that say little: programs put them on anything.
fn is_doubtful(label: &str) -> bool {
    Encoding::for_label(label.as_bytes()) == Some(WINDOWS_1252)
        && !label.starts_with("windows")
        && !label.starts_with("cp")
}
