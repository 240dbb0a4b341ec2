//! Cryptographic messages (RFC 5652, RFC 8551) as far as the rules need them: whether one is encrypted, and what one
//! that is merely signed holds. Signatures are not checked. Reads BER, which is what programs that stream really write.

/// The deepest nesting of values that is followed.
const MAX_DEPTH: usize = 16;

const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const INTEGER: u8 = 0x02;
const OBJECT_IDENTIFIER: u8 = 0x06;
const OCTET_STRING: u8 = 0x04;
const OCTET_STRING_IN_PIECES: u8 = 0x24;
const EXPLICIT_0: u8 = 0xA0;

/// 1.2.840.113549.1.7.2
const SIGNED_DATA: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02];
/// 1.2.840.113549.1.7.3
const ENVELOPED_DATA: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x03];
/// 1.2.840.113549.1.9.16.1.23 (RFC 5083)
const AUTH_ENVELOPED_DATA: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x10, 0x01, 0x17];

/// What an object is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cms {
    /// Nobody but its recipients can read it.
    Encrypted,
    /// Signed, with the content inside: a MIME entity.
    Signed(Vec<u8>),
    /// Signatures or certificates without content.
    Detached,
}

/// Reads an object; `None` if it is of another kind or malformed.
///
/// ```
/// use octothorpe::message::cms::{Cms, read};
/// let enveloped = [0x30, 0x0B, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x03];
/// assert_eq!(read(&enveloped), Some(Cms::Encrypted));
/// assert_eq!(read(b"no such object"), None);
/// ```
pub fn read(object: &[u8]) -> Option<Cms> {
    let outer = Value::first(object)?.of(SEQUENCE)?;
    let kind = Value::first(outer.content)?.of(OBJECT_IDENTIFIER)?;
    match kind.content {
        ENVELOPED_DATA | AUTH_ENVELOPED_DATA => Some(Cms::Encrypted),
        SIGNED_DATA => signed(kind.after()?),
        _ => None,
    }
}

/// `SignedData`: version, digest algorithms, and then the content.
fn signed(after_kind: &[u8]) -> Option<Cms> {
    let explicit = Value::first(after_kind)?.of(EXPLICIT_0)?;
    let data = Value::first(explicit.content)?.of(SEQUENCE)?;
    let version = Value::first(data.content)?.of(INTEGER)?;
    let algorithms = Value::first(version.after()?)?.of(SET)?;
    let encapsulated = Value::first(algorithms.after()?)?.of(SEQUENCE)?;
    let inner_kind = Value::first(encapsulated.content)?.of(OBJECT_IDENTIFIER)?;
    let Some(content) = Value::first(inner_kind.after()?).and_then(|value| value.of(EXPLICIT_0)) else {
        return Some(Cms::Detached);
    };
    let mut octets = Vec::new();
    Value::first(content.content)?.octets(&mut octets, 0)?;
    Some(Cms::Signed(octets))
}

/// One value, with all that follows it.
#[derive(Clone, Copy)]
struct Value<'a> {
    tag: u8,
    /// What it holds; of a value of indefinite length all that follows its header.
    content: &'a [u8],
    /// What follows it; unknown yet where the length is indefinite.
    after: Option<&'a [u8]>,
}

impl<'a> Value<'a> {
    fn first(bytes: &'a [u8]) -> Option<Self> {
        let (&tag, rest) = bytes.split_first()?;
        // Tags of several octets stand nowhere on the way to the content.
        if tag & 0x1F == 0x1F {
            return None;
        }
        let (&length, rest) = rest.split_first()?;
        if length == 0x80 {
            return (tag & 0x20 != 0).then_some(Self { tag, content: rest, after: None });
        }
        let (length, rest) = if length < 0x80 {
            (usize::from(length), rest)
        } else {
            let (digits, rest) = rest.split_at_checked(usize::from(length & 0x7F))?;
            let number = digits.iter().try_fold(0_usize, |number, &digit| {
                number.checked_mul(256).and_then(|number| number.checked_add(usize::from(digit)))
            });
            (number?, rest)
        };
        let (content, after) = rest.split_at_checked(length)?;
        Some(Self { tag, content, after: Some(after) })
    }

    fn of(self, tag: u8) -> Option<Self> {
        (self.tag == tag).then_some(self)
    }

    fn after(self) -> Option<&'a [u8]> {
        self.after_at(0)
    }

    fn after_at(self, depth: usize) -> Option<&'a [u8]> {
        if self.after.is_some() || depth > MAX_DEPTH {
            return self.after;
        }
        let mut rest = self.content;
        while let Some(value) = Self::child(rest) {
            rest = value.after_at(depth + 1)?;
        }
        rest.strip_prefix(&[0, 0])
    }

    /// The next value within one of indefinite length; none at its end mark.
    fn child(bytes: &'a [u8]) -> Option<Self> {
        if bytes.starts_with(&[0, 0]) { None } else { Self::first(bytes) }
    }

    /// The octets of an OCTET STRING, which may come in pieces; answers what follows it.
    fn octets(self, out: &mut Vec<u8>, depth: usize) -> Option<&'a [u8]> {
        match self.tag {
            OCTET_STRING => out.extend_from_slice(self.content),
            OCTET_STRING_IN_PIECES if depth <= MAX_DEPTH => {
                let mut rest = self.content;
                while let Some(piece) = Self::child(rest) {
                    rest = piece.octets(out, depth + 1)?;
                }
                if self.after.is_none() {
                    return rest.strip_prefix(&[0, 0]);
                }
            }
            _ => return None,
        }
        self.after
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn value(tag: u8, content: &[u8]) -> Vec<u8> {
        let length = u16::try_from(content.len()).unwrap().to_be_bytes();
        [&[tag, 0x82][..], &length, content].concat()
    }

    fn endless(tag: u8, content: &[u8]) -> Vec<u8> {
        [&[tag, 0x80], content, &[0, 0]].concat()
    }

    fn object(wrap: fn(u8, &[u8]) -> Vec<u8>, content: &[u8]) -> Vec<u8> {
        let data = value(OBJECT_IDENTIFIER, &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x01]);
        let encapsulated = wrap(SEQUENCE, &[data, content.to_vec()].concat());
        let signed = [value(INTEGER, &[1]), wrap(SET, &[]), encapsulated].concat();
        let body = wrap(EXPLICIT_0, &wrap(SEQUENCE, &signed));
        wrap(SEQUENCE, &[value(OBJECT_IDENTIFIER, SIGNED_DATA), body].concat())
    }

    #[test]
    fn the_content_of_a_signed_object_is_read() {
        let whole = object(value, &value(EXPLICIT_0, &value(OCTET_STRING, b"Hello")));
        assert_eq!(read(&whole), Some(Cms::Signed(b"Hello".to_vec())));
    }

    #[test]
    fn content_in_pieces_of_unknown_length_is_joined() {
        let pieces = [value(OCTET_STRING, b"123-"), value(OCTET_STRING, b"45-6789")].concat();
        let streamed = object(endless, &endless(EXPLICIT_0, &endless(OCTET_STRING_IN_PIECES, &pieces)));
        assert_eq!(read(&streamed), Some(Cms::Signed(b"123-45-6789".to_vec())));
    }

    #[test]
    fn an_object_without_content_is_detached() {
        assert_eq!(read(&object(value, &[])), Some(Cms::Detached));
    }

    #[test]
    fn an_object_cut_short_is_not_read() {
        let whole = object(value, &value(EXPLICIT_0, &value(OCTET_STRING, b"Hello")));
        for end in 0..whole.len() {
            assert_eq!(read(&whole[..end]), None, "{end}");
        }
    }

    proptest! {
        #[test]
        fn no_octets_make_reading_fail(
            octets in proptest::collection::vec(prop_oneof![Just(0x30_u8), Just(0x80), Just(0x24), Just(0), any::<u8>()], 0..300),
        ) {
            let _ = read(&octets);
            let _ = read(&object(value, &octets));
        }
    }
}
