//! Objects that lie in rich text: octets in hexadecimal digits, which no reader sees.

/// What stands in front of an object.
const OBJECT: &[u8] = br"\objdata";

/// The octets of each object, one after the other.
///
/// Programs pass over everything that is no digit, groups and control words too, until the group ends in which the
/// object stands. So what follows one is looked at from there on, and no octet twice.
pub fn objects(rtf: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    let mut rest = rtf;
    std::iter::from_fn(move || {
        let start = memchr::memmem::find(rest, OBJECT)? + OBJECT.len();
        let (object, after) = object(&rest[start..]);
        rest = after;
        Some(object)
    })
}

/// An object up to the end of its group, and what stands behind.
fn object(mut rest: &[u8]) -> (Vec<u8>, &[u8]) {
    let (mut octets, mut half, mut depth) = (Vec::new(), None, 0_usize);
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        match first {
            b'{' => depth += 1,
            b'}' if depth == 0 => break,
            b'}' => depth -= 1,
            b'\\' => {
                let (binary, after) = control(rest);
                octets.extend_from_slice(binary);
                rest = after;
            }
            _ => {
                if let Some(digit) = char::from(first).to_digit(16).and_then(|digit| u8::try_from(digit).ok()) {
                    match half.take() {
                        Some(upper) => octets.push(upper << 4 | digit),
                        None => half = Some(digit),
                    }
                }
            }
        }
    }
    (octets, rest)
}

/// The octets that a control word brings, as `\bin` does, and what stands behind it.
fn control(rest: &[u8]) -> (&[u8], &[u8]) {
    let length = rest.iter().take_while(|octet| octet.is_ascii_alphabetic()).count();
    let (name, rest) = rest.split_at(length);
    if name.is_empty() {
        // A character by its number has two digits.
        let length = if rest.starts_with(b"'") { 3 } else { 1 };
        return (&[], rest.get(length..).unwrap_or_default());
    }
    let rest = rest.strip_prefix(b"-").unwrap_or(rest);
    let digits = rest.iter().take_while(|octet| octet.is_ascii_digit()).count();
    let (number, rest) = rest.split_at(digits);
    let rest = rest.strip_prefix(b" ").unwrap_or(rest);
    let length = std::str::from_utf8(number).ok().filter(|_| name == b"bin").and_then(|number| number.parse().ok());
    rest.split_at(length.unwrap_or(0_usize).min(rest.len()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn all(rtf: &[u8]) -> Vec<Vec<u8>> {
        objects(rtf).collect()
    }

    #[test]
    fn octets_of_objects_are_read_up_to_the_end_of_their_groups() {
        let rtf = b"{\\rtf1 3132{\\object{\\*\\objclass Package}{\\*\\objdata 31\r\n3 23{x}\\par 3}34{\\objdata 41}}";
        assert_eq!(all(rtf), [b"123".to_vec(), b"A".to_vec()]);
        assert_eq!(all(br"{\objdata 31{\*\unknown5 32}\'33\bin2 }4 35"), [b"12}45".to_vec()]);
        assert_eq!(all(br"{\objdata313"), [b"1".to_vec()]);
        assert_eq!(all(br"{\rtf1 hello}"), Vec::<Vec<u8>>::new());
    }

    proptest! {
        #[test]
        fn no_octets_make_it_fail(
            pieces in proptest::collection::vec(
                prop_oneof![
                    Just(br"\objdata".to_vec()), Just(br"\bin9 ".to_vec()), Just(b"{".to_vec()), Just(b"}".to_vec()),
                    Just(br"\'".to_vec()), Just(b"31".to_vec()), proptest::collection::vec(any::<u8>(), 0..8),
                ],
                0..60,
            ),
        ) {
            let rtf = pieces.concat();
            prop_assert!(all(&rtf).concat().len() <= rtf.len());
        }
    }
}
