//! UTF-7 (RFC 2152): 16-bit characters as letters between `+` and `-`.

/// The text, read leniently: what is no letter of base64 ends a passage, and an end that is missing does too.
pub(super) fn text(octets: &[u8]) -> String {
    let mut out = String::with_capacity(octets.len());
    let mut units = Vec::new();
    let mut rest = octets;
    while let Some(plus) = memchr::memchr(b'+', rest) {
        out.push_str(&String::from_utf8_lossy(&rest[..plus]));
        rest = &rest[plus + 1..];
        let length = rest.iter().take_while(|&&octet| sextet(octet).is_some()).count();
        if length == 0 {
            out.push('+');
        }
        let (mut bits, mut count) = (0_u32, 0);
        for value in rest[..length].iter().filter_map(|&octet| sextet(octet)) {
            bits = (bits << 6) | value;
            count += 6;
            if count >= 16 {
                count -= 16;
                let [_, _, high, low] = (bits >> count).to_be_bytes();
                units.push(u16::from_be_bytes([high, low]));
                bits &= (1 << count) - 1;
            }
        }
        out.extend(char::decode_utf16(units.drain(..)).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)));
        rest = &rest[length..];
        // The mark of the end belongs to the passage; "+-" stands for the plus alone.
        rest = rest.strip_prefix(b"-").unwrap_or(rest);
    }
    out.push_str(&String::from_utf8_lossy(rest));
    out
}

fn sextet(octet: u8) -> Option<u32> {
    let value = match octet {
        b'A'..=b'Z' => octet - b'A',
        b'a'..=b'z' => octet - b'a' + 26,
        b'0'..=b'9' => octet - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    };
    Some(u32::from(value))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::text;

    #[test]
    fn passages_of_letters_are_characters() {
        assert_eq!(text(b"Hi Mom -+Jjo--!"), "Hi Mom -\u{263A}-!");
        assert_eq!(text(b"+ADEAMgAz-, 1 +- 2 +AGE. +ADE"), "123, 1 + 2 a. 1");
    }

    proptest! {
        #[test]
        fn no_octets_make_it_fail(octets in proptest::collection::vec(prop_oneof![Just(b'+'), Just(b'-'), any::<u8>()], 0..200)) {
            text(&octets);
        }
    }
}
