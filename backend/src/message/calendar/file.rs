//! What calendars and address cards hold in base64: attached files, pictures, notes.

use crate::message::{decode::decode, header::one_line, outline::TransferEncoding};

/// Parameters that tell what a file is called.
const NAMES: [&str; 3] = ["FILENAME", "X-FILENAME", "X-APPLE-FILENAME"];

/// Each value in base64 decoded, with the name of the file that it is.
pub fn files(octets: &[u8]) -> impl Iterator<Item = (String, Vec<u8>)> {
    let mut rest = octets;
    std::iter::from_fn(move || {
        while !rest.is_empty() {
            let (line, after) = unfolded(rest);
            rest = after;
            let Some((name, mut value)) = encoded(&line) else { continue };
            // Some programs do not fold what they encode: lines that can be nothing else belong to it.
            loop {
                let (line, after) = self::line(rest);
                if !is_base64(line) {
                    break;
                }
                value.extend_from_slice(line);
                rest = after;
            }
            return Some((name, decode(TransferEncoding::Base64, &value)));
        }
        None
    })
}

/// The first line, and what stands behind it.
fn line(octets: &[u8]) -> (&[u8], &[u8]) {
    let end = memchr::memchr(b'\n', octets).map_or(octets.len(), |end| end + 1);
    let (line, rest) = octets.split_at(end);
    (line.trim_ascii_end(), rest)
}

/// The first line with those that are folded onto it.
fn unfolded(octets: &[u8]) -> (Vec<u8>, &[u8]) {
    let (first, mut rest) = line(octets);
    let mut unfolded = first.to_vec();
    while let [b' ' | b'\t', folded @ ..] = rest {
        let (more, after) = line(folded);
        unfolded.extend_from_slice(more);
        rest = after;
    }
    (unfolded, rest)
}

/// Whether a line can be nothing but base64: what else stands in a line has a colon.
fn is_base64(line: &[u8]) -> bool {
    let is_digit = |octet: &u8| octet.is_ascii_alphanumeric() || matches!(octet, b'+' | b'/' | b'=');
    !line.is_empty() && line.iter().all(is_digit)
}

/// What the value of a line is called, and the value, if that is in base64.
fn encoded(line: &[u8]) -> Option<(String, Vec<u8>)> {
    let mut is_quoted = false;
    let end = line.iter().position(|&octet| {
        is_quoted ^= octet == b'"';
        octet == b':' && !is_quoted
    });
    let (head, value) = line.split_at(end.or_else(|| memchr::memchr(b':', line))?);
    let head = String::from_utf8_lossy(head);
    is_quoted = false;
    let parameters = head.split(|character| {
        is_quoted ^= character == '"';
        character == ';' && !is_quoted
    });
    let (mut is_encoded, mut file) = (false, String::new());
    for parameter in parameters.skip(1) {
        let (name, value) = parameter.split_once('=').unwrap_or(("ENCODING", parameter));
        let value = value.trim_matches('"');
        if name.eq_ignore_ascii_case("ENCODING") {
            is_encoded |= ["B", "BASE64"].iter().any(|known| value.eq_ignore_ascii_case(known));
        } else if NAMES.iter().any(|known| name.eq_ignore_ascii_case(known)) {
            file = one_line(value);
        }
    }
    is_encoded.then(|| (file, value[1..].to_vec()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn all(text: &str) -> Vec<(String, String)> {
        files(text.as_bytes()).map(|(name, octets)| (name, String::from_utf8(octets).unwrap())).collect()
    }

    fn file(name: &str, content: &str) -> (String, String) {
        (name.to_owned(), content.to_owned())
    }

    #[test]
    fn files_are_decoded_over_folds() {
        let calendar = "BEGIN:VEVENT\r\nATTACH;FMTTYPE=text/plain;ENCODING=BASE64;VALUE=BINARY;X-FILE\r\n NAME=\"a;b:c.txt\":\r\n \
            U1NO\r\n\tIDEyMw==\r\nSUMMARY:x\r\nATTACH:https://example.org/\r\nEND:VEVENT\r\n";
        assert_eq!(all(calendar), [file("a;b:c.txt", "SSN 123")]);
    }

    #[test]
    fn values_of_address_cards_are_decoded_folded_or_not() {
        for card in [
            "NOTE;ENCODING=b:U1NOIDEyMw==\r\nFN:Pat\r\n",
            "NOTE;BASE64:\nU1NO\nIDEyMw==\n\nFN:Pat",
            "item1.NOTE;X=\"a\";encoding=base64:U1NO\r\n  IDEyMw",
        ] {
            assert_eq!(all(card), [file("", "SSN 123")], "{card}");
        }
        assert_eq!(all("NOTE;ENCODING=QUOTED-PRINTABLE:=\r\nNOTE:BASE64\r\nx"), []);
    }

    proptest! {
        #[test]
        fn no_octets_make_it_fail(
            pieces in proptest::collection::vec(
                prop_oneof![
                    Just(b"\r\n".to_vec()), Just(b"\n ".to_vec()), Just(b"A;BASE64:".to_vec()), Just(b"\"".to_vec()),
                    Just(b"U1NO".to_vec()), proptest::collection::vec(any::<u8>(), 0..8),
                ],
                0..60,
            ),
        ) {
            let octets = pieces.concat();
            let length: usize = files(&octets).map(|(_, octets)| octets.len()).sum();
            prop_assert!(length <= octets.len());
        }
    }
}
