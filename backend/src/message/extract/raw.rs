//! Octets of programs' own formats, in which texts stand among other things.

/// The octets as characters of both widths; what is no character as a line break.
pub(super) fn raw<T>(octets: &[u8], visit: &mut dyn FnMut(&str) -> Option<T>) -> Option<T> {
    let readable = |c: char| if c.is_control() { '\n' } else { c };
    let narrow: String = octets.iter().map(|&octet| readable(char::from(octet))).collect();
    if let Some(answer) = visit(&narrow) {
        return Some(answer);
    }
    drop(narrow);
    (0..2).find_map(|start| {
        let units =
            octets.get(start..).unwrap_or_default().chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
        let wide: String = char::decode_utf16(units).map(|c| c.map_or('\n', readable)).collect();
        visit(&wide)
    })
}

#[cfg(test)]
mod tests {
    use super::raw;

    #[test]
    fn characters_of_either_width_are_read_wherever_they_begin() {
        let texts = |octets: &[u8]| {
            let mut texts = Vec::new();
            raw(octets, &mut |text| {
                texts.push(text.to_owned());
                None::<()>
            });
            texts
        };
        assert_eq!(texts(b"\0a\x01b\xE9"), ["\na\nb\u{E9}", "\u{6100}\u{6201}", "\u{161}\u{E962}"]);
        assert_eq!(texts(b"\x02a\0b\0")[2], "ab");
        assert_eq!(texts(b""), ["", "", ""]);
    }
}
