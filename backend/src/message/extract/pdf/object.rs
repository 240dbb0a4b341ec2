//! Objects of PDF (ISO 32000-1 section 7.3), read from octets without trust: whatever they are, reading goes on behind
//! them, and no octet is looked at more than a few times.

use std::collections::BTreeMap;

/// Objects within objects that are told apart.
const MAX_DEPTH: usize = 50;
/// The most values of one object; what has more is data, not text.
const MAX_VALUES: usize = 500_000;

/// An object.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Object {
    /// Nothing, or something that cannot be read.
    Null,
    Number(f64),
    Text(Vec<u8>),
    Name(Vec<u8>),
    Array(Vec<Object>),
    Dictionary(Dictionary),
    /// The number of another object.
    Reference(u32),
    /// A word: an operator of a content stream, `endobj`, `true`.
    Word(Vec<u8>),
}

/// Objects by their names.
pub(super) type Dictionary = BTreeMap<Vec<u8>, Object>;

impl Object {
    pub(super) fn number(&self) -> Option<f64> {
        if let Self::Number(number) = self { Some(*number) } else { None }
    }

    /// A number that counts something.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "what is out of bounds saturates")]
    pub(super) fn count(&self) -> Option<usize> {
        self.number().filter(|number| *number >= 0.0).map(|number| number as usize)
    }

    pub(super) fn name(&self) -> Option<&[u8]> {
        if let Self::Name(name) = self { Some(name) } else { None }
    }

    pub(super) fn text(&self) -> Option<&[u8]> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    pub(super) fn array(&self) -> Option<&[Self]> {
        if let Self::Array(array) = self { Some(array) } else { None }
    }

    pub(super) fn dictionary(&self) -> Option<&Dictionary> {
        if let Self::Dictionary(dictionary) = self { Some(dictionary) } else { None }
    }

    pub(super) fn reference(&self) -> Option<u32> {
        if let Self::Reference(number) = self { Some(*number) } else { None }
    }
}

/// Whether a dictionary has a name under a key.
pub(super) fn is(dictionary: &Dictionary, key: &str, name: &str) -> bool {
    dictionary.get(key.as_bytes()).and_then(Object::name) == Some(name.as_bytes())
}

/// Reads objects one after the other.
pub(super) struct Reader<'a> {
    octets: &'a [u8],
    /// Where it stands.
    pub(super) at: usize,
    values: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(octets: &'a [u8], at: usize) -> Self {
        Self { octets, at, values: 0 }
    }

    fn peek(&self) -> Option<u8> {
        self.octets.get(self.at).copied()
    }

    /// What is still to be read.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.octets.get(self.at..).unwrap_or_default()
    }

    /// Passes over white space and comments.
    pub(super) fn blanks(&mut self) {
        while let Some(octet) = self.peek() {
            if octet == b'%' {
                self.at += memchr::memchr2(b'\n', b'\r', self.rest()).unwrap_or(self.rest().len());
            } else if !is_white(octet) {
                return;
            } else {
                self.at += 1;
            }
        }
    }

    /// The next object; `None` at the end.
    pub(super) fn object(&mut self) -> Option<Object> {
        self.values = 0;
        self.at_depth(0)
    }

    fn at_depth(&mut self, depth: usize) -> Option<Object> {
        self.blanks();
        let first = self.peek()?;
        self.values += 1;
        match first {
            b'(' => Some(self.literal()),
            b'/' => {
                self.at += 1;
                Some(Object::Name(self.name()))
            }
            b'<' if self.rest().starts_with(b"<<") => {
                self.at += 2;
                Some(if depth < MAX_DEPTH { self.dictionary(depth) } else { Object::Null })
            }
            b'<' => Some(self.hexadecimal()),
            b'[' => {
                self.at += 1;
                Some(if depth < MAX_DEPTH { self.array(depth) } else { Object::Null })
            }
            b'0'..=b'9' | b'+' | b'-' | b'.' => Some(self.number()),
            b']' | b'>' | b')' | b'{' | b'}' => {
                self.at += if self.rest().starts_with(b">>") { 2 } else { 1 };
                Some(Object::Word(vec![first]))
            }
            _ => {
                let word = self.regular();
                Some(Object::Word(word.to_vec()))
            }
        }
    }

    /// Octets up to white space or a delimiter.
    fn regular(&mut self) -> &'a [u8] {
        let rest = self.rest();
        let length = rest.iter().position(|&octet| !is_regular(octet)).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    fn name(&mut self) -> Vec<u8> {
        let written = self.regular();
        if !written.contains(&b'#') {
            return written.to_vec();
        }
        let mut name = Vec::with_capacity(written.len());
        let mut rest = written;
        while let Some((&first, after)) = rest.split_first() {
            rest = after;
            match (first, after) {
                (b'#', [high, low, after @ ..]) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                    name.push(digit(*high) << 4 | digit(*low));
                    rest = after;
                }
                _ => name.push(first),
            }
        }
        name
    }

    /// A number, or with another one and an `R` behind it a reference.
    fn number(&mut self) -> Object {
        let written = self.regular();
        let Some(number) = parse_number(written) else { return Object::Word(written.to_vec()) };
        if !written.iter().all(u8::is_ascii_digit) {
            return Object::Number(number);
        }
        let rest = self.rest();
        let mut at = rest.iter().take_while(|&&octet| is_white(octet)).count();
        let digits = rest[at..].iter().take(6).take_while(|octet| octet.is_ascii_digit()).count();
        at += digits;
        let blanks = rest[at..].iter().take_while(|&&octet| is_white(octet)).count();
        at += blanks;
        let is_reference = digits > 0
            && blanks > 0
            && rest.get(at) == Some(&b'R')
            && rest.get(at + 1).is_none_or(|&octet| !is_regular(octet));
        match std::str::from_utf8(written).ok().and_then(|written| written.parse().ok()) {
            Some(number) if is_reference => {
                self.at += at + 1;
                Object::Reference(number)
            }
            _ => Object::Number(number),
        }
    }

    fn array(&mut self, depth: usize) -> Object {
        let mut array = Vec::new();
        while let Some(object) = self.at_depth(depth + 1) {
            match object {
                Object::Word(word) if word == b"]" => break,
                // The end of something around it: the array has none.
                Object::Word(word) if is_end(&word) => {
                    self.at -= word.len();
                    break;
                }
                _ if self.values > MAX_VALUES => {}
                object => array.push(object),
            }
        }
        Object::Array(array)
    }

    fn dictionary(&mut self, depth: usize) -> Object {
        let mut dictionary = Dictionary::new();
        let mut key = None;
        while let Some(object) = self.at_depth(depth + 1) {
            match (key.take(), object) {
                (_, Object::Word(word)) if word == b">" => break,
                (_, Object::Word(word)) if is_end(&word) => {
                    self.at -= word.len();
                    break;
                }
                (None, Object::Name(name)) => key = Some(name),
                (None, _) => {}
                (Some(_), _) if self.values > MAX_VALUES => {}
                (Some(key), object) => {
                    dictionary.insert(key, object);
                }
            }
        }
        Object::Dictionary(dictionary)
    }

    fn literal(&mut self) -> Object {
        self.at += 1;
        let (mut text, mut depth) = (Vec::new(), 1);
        while let Some(octet) = self.peek() {
            self.at += 1;
            match octet {
                b'(' => depth += 1,
                b')' if depth == 1 => break,
                b')' => depth -= 1,
                b'\\' => {
                    text.extend(self.escaped());
                    continue;
                }
                _ => {}
            }
            text.push(octet);
        }
        Object::Text(text)
    }

    /// What follows a backslash.
    fn escaped(&mut self) -> Option<u8> {
        let octet = self.peek()?;
        self.at += 1;
        match octet {
            b'n' => Some(b'\n'),
            b'r' => Some(b'\r'),
            b't' => Some(b'\t'),
            b'b' => Some(8),
            b'f' => Some(12),
            b'\r' => {
                self.at += usize::from(self.peek() == Some(b'\n'));
                None
            }
            b'\n' => None,
            b'0'..=b'7' => {
                let mut value = octet - b'0';
                for _ in 0..2 {
                    let Some(digit @ b'0'..=b'7') = self.peek() else { break };
                    value = value.wrapping_mul(8).wrapping_add(digit - b'0');
                    self.at += 1;
                }
                Some(value)
            }
            other => Some(other),
        }
    }

    fn hexadecimal(&mut self) -> Object {
        self.at += 1;
        let rest = self.rest();
        let length = memchr::memchr(b'>', rest).unwrap_or(rest.len());
        self.at += (length + 1).min(rest.len());
        let digits: Vec<u8> =
            rest[..length].iter().filter(|octet| octet.is_ascii_hexdigit()).map(|&d| digit(d)).collect();
        Object::Text(digits.chunks(2).map(|pair| pair[0] << 4 | pair.get(1).copied().unwrap_or(0)).collect())
    }
}

/// Words that no array or dictionary can hold.
fn is_end(word: &[u8]) -> bool {
    matches!(word, b"endobj" | b"stream" | b"endstream" | b"obj" | b"xref" | b"trailer" | b"BT" | b"ET")
}

fn parse_number(written: &[u8]) -> Option<f64> {
    let written = std::str::from_utf8(written).ok()?;
    written.parse().ok().or_else(|| {
        // Some programs write "--5" or "5-3"; readers take what they can.
        let trimmed = written.trim_start_matches(['-', '+']);
        let end = trimmed.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(trimmed.len());
        trimmed[..end].parse().ok()
    })
}

pub(super) const fn is_white(octet: u8) -> bool {
    matches!(octet, 0 | 9 | 10 | 12 | 13 | 32)
}

const fn is_regular(octet: u8) -> bool {
    !is_white(octet) && !matches!(octet, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

const fn digit(octet: u8) -> u8 {
    match octet {
        b'0'..=b'9' => octet - b'0',
        b'a'..=b'f' => octet - b'a' + 10,
        _ => octet.wrapping_sub(b'A').wrapping_add(10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Object {
        Reader::new(text.as_bytes(), 0).object().unwrap()
    }

    #[test]
    fn objects_of_every_kind_are_read() {
        assert_eq!(read("(a\\(b\\051 (c) \\\nd\\n)"), Object::Text(b"a(b) (c) d\n".to_vec()));
        assert_eq!(read("<48 656C6c6F7>"), Object::Text(b"Hellop".to_vec()));
        assert_eq!(read("/A#42c"), Object::Name(b"ABc".to_vec()));
        assert_eq!(read("-.5 x"), Object::Number(-0.5));
        assert_eq!(read("12 0 R"), Object::Reference(12));
        assert_eq!(read("[1 2 R 3 0 Rx % c\n(x)]").array().unwrap().len(), 5);
        let dictionary = read("<</A<</B[(c)]>>/C 1/D/E>>");
        let dictionary = dictionary.dictionary().unwrap();
        assert!(is(dictionary, "D", "E") && dictionary.len() == 3);
    }

    #[test]
    fn what_has_no_end_ends_where_the_object_does() {
        let mut reader = Reader::new(b"<</A[1 2 endobj 3", 0);
        assert!(reader.object().unwrap().dictionary().is_some());
        assert_eq!(reader.object(), Some(Object::Word(b"endobj".to_vec())));
    }
}
