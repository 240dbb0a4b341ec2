//! The text of XML documents as a person reads it: runs within a paragraph join, paragraphs and cells do not.

use quick_xml::{Reader, events::Event};

/// Elements behind which something else begins: paragraphs, rows, cells, strings, slides, in OOXML and `OpenDocument`.
const BLOCKS: [&str; 14] =
    ["p", "tr", "tc", "c", "row", "si", "br", "cr", "tab", "h", "table-cell", "line-break", "sp", "comment"];

/// The text; of a broken document what stands before the fault, and then its octets as they are.
pub(super) fn text(octets: &[u8]) -> String {
    let octets = match encoding_rs::Encoding::for_bom(octets) {
        Some((encoding, _)) => encoding.decode(octets).0,
        None => String::from_utf8_lossy(octets),
    };
    let mut reader = Reader::from_str(&octets);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_dangling_amp = true;
    let mut text = String::new();
    loop {
        match reader.read_event() {
            Ok(Event::Text(piece)) => text.push_str(&piece),
            Ok(Event::CData(piece)) => text.push_str(&piece),
            Ok(Event::GeneralRef(entity)) => push_entity(&entity, &mut text),
            Ok(Event::End(end)) if BLOCKS.contains(&end.local_name().as_ref()) => text.push('\n'),
            Ok(Event::Empty(element)) if BLOCKS.contains(&element.local_name().as_ref()) => text.push('\n'),
            Ok(Event::Eof) => return text,
            Ok(_) => {}
            Err(_) => {
                text.push('\n');
                text.push_str(&octets);
                return text;
            }
        }
    }
}

fn push_entity(entity: &quick_xml::events::BytesRef<'_>, text: &mut String) {
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

    use super::text;

    #[test]
    fn entities_are_characters() {
        assert_eq!(text(b"<w:t>a &amp; b &#49;&#x32; &nope; </w:t>"), "a & b 12 \u{FFFD} ");
    }

    proptest! {
        #[test]
        fn no_octets_make_it_fail(octets in proptest::collection::vec(any::<u8>(), 0..300)) {
            text(&octets);
        }
    }
}
