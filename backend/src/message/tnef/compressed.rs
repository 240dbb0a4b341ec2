//! Compressed rich text (MS-OXRTFCP): a dictionary of 4 KiB that is filled before it begins, and tokens into it.

/// What the dictionary holds at the beginning.
const FILLED: &[u8] =
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \
    \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \
    \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";
const DICTIONARY: usize = 4_096;
/// The longest text that is unpacked, in octets.
const MAX_UNPACKED: usize = 64 * 1024 * 1024;

/// Unpacks a text; `None` if it is broken or too long. The checksum is not checked: the text is only read.
pub(in crate::message) fn unpack(packed: &[u8]) -> Option<Vec<u8>> {
    let (head, content) = packed.split_first_chunk::<16>()?;
    let number = |at: usize| u32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]) as usize;
    let (packed_length, length) = (number(0), number(4));
    // The length counts what follows it.
    let content = content.get(..packed_length.saturating_sub(12).min(content.len()))?;
    match &head[8..12] {
        b"LZFu" => tokens(content, length),
        b"MELA" => Some(content.get(..length.min(content.len()))?.to_vec()),
        _ => None,
    }
}

fn tokens(content: &[u8], length: usize) -> Option<Vec<u8>> {
    if length > MAX_UNPACKED {
        return None;
    }
    let mut dictionary = [0_u8; DICTIONARY];
    dictionary[..FILLED.len()].copy_from_slice(FILLED);
    let mut write = FILLED.len();
    let mut out = Vec::new();
    let mut content = content.iter().copied();
    while let Some(flags) = content.next() {
        for bit in 0..8 {
            // Without a last token the text ends where the octets do.
            let Some(first) = content.next() else { return Some(out) };
            let (mut read, count) = if flags & (1 << bit) == 0 {
                dictionary[write] = first;
                (write, 1)
            } else {
                let second = content.next()?;
                let read = usize::from(first) << 4 | usize::from(second >> 4);
                if read == write {
                    return Some(out);
                }
                (read, usize::from(second & 0x0F) + 2)
            };
            for _ in 0..count {
                let octet = dictionary[read];
                out.push(octet);
                dictionary[write] = octet;
                read = (read + 1) % DICTIONARY;
                write = (write + 1) % DICTIONARY;
            }
            if out.len() > MAX_UNPACKED {
                return None;
            }
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{DICTIONARY, FILLED, MAX_UNPACKED, unpack};

    /// The first example of MS-OXRTFCP (section 3.1).
    const SIMPLE: &[u8] = &[
        0x2d, 0x00, 0x00, 0x00, 0x2b, 0x00, 0x00, 0x00, 0x4c, 0x5a, 0x46, 0x75, 0xf1, 0xc5, 0xc7, 0xa7, 0x03, 0x00,
        0x0a, 0x00, 0x72, 0x63, 0x70, 0x67, 0x31, 0x32, 0x35, 0x42, 0x32, 0x0a, 0xf3, 0x20, 0x68, 0x65, 0x6c, 0x09,
        0x00, 0x20, 0x62, 0x77, 0x05, 0xb0, 0x6c, 0x64, 0x7d, 0x0a, 0x80, 0x0f, 0xa0,
    ];
    /// The second, whose token reads what it writes (section 3.2).
    const CROSSING: &[u8] = &[
        0x1a, 0x00, 0x00, 0x00, 0x1c, 0x00, 0x00, 0x00, 0x4c, 0x5a, 0x46, 0x75, 0xe2, 0xd4, 0x4b, 0x51, 0x41, 0x00,
        0x04, 0x20, 0x57, 0x58, 0x59, 0x5a, 0x0d, 0x6e, 0x7d, 0x01, 0x0e, 0xb0,
    ];

    #[test]
    fn the_examples_of_the_specification_are_unpacked() {
        assert_eq!(unpack(SIMPLE).unwrap(), b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n");
        assert_eq!(unpack(CROSSING).unwrap(), b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}");
    }

    #[test]
    fn what_was_not_compressed_is_taken_as_it_is() {
        let plain = [&b"\x0f\0\0\0\x03\0\0\0MELA\0\0\0\0"[..], b"{x}"].concat();
        assert_eq!(unpack(&plain).unwrap(), b"{x}");
    }

    #[test]
    fn what_is_broken_or_too_long_is_not_unpacked() {
        for end in 0..16 {
            assert_eq!(unpack(&SIMPLE[..end]), None);
        }
        let mut other = SIMPLE.to_vec();
        other[8] = b'X';
        assert_eq!(unpack(&other), None);
        let mut long = SIMPLE.to_vec();
        long[4..8].copy_from_slice(&u32::try_from(MAX_UNPACKED + 1).unwrap().to_le_bytes());
        assert_eq!(unpack(&long), None);
    }

    #[test]
    fn a_text_that_unpacks_to_too_much_is_given_up() {
        // Each token of two octets makes seventeen; one that points to where it is written would be the last.
        let mut write = FILLED.len();
        let mut bomb = [&u32::MAX.to_le_bytes()[..], &[0; 4], b"LZFu", &[0; 4]].concat();
        for number in 0..=MAX_UNPACKED / 17 {
            if number % 8 == 0 {
                bomb.push(0xFF);
            }
            bomb.extend([0, if write == 0 { 0x1F } else { 0x0F }]);
            write = (write + 17) % DICTIONARY;
        }
        assert!(unpack(&bomb).is_none());
    }

    proptest! {
        #[test]
        fn no_octets_make_it_fail(octets in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = unpack(&octets);
            let _ = unpack(&[&u32::MAX.to_le_bytes()[..], &[9, 0, 0, 0], b"LZFu", &[0; 4], &octets].concat());
        }
    }
}
