//! The objects of a PDF document, found by looking through the whole file: the tables that say where they are need not
//! be right. How much is read again and again is bounded by a budget.

use std::{borrow::Cow, collections::HashMap, ops::Range};

use super::{
    super::Allowance,
    filter::{self, Fault},
    object::{Dictionary, Object, Reader, is, is_white},
};

/// The most objects of a document.
const MAX_OBJECTS: usize = 1_000_000;
/// The most octets of objects that lie packed in streams.
const MAX_PACKED: usize = 64 * 1024 * 1024;
/// How often a document is read again where objects have no end, and the octets that are read again of any.
const AGAIN: usize = 8;
const AGAIN_AT_LEAST: usize = 1024 * 1024;
/// References to references that are followed.
const MAX_HOPS: usize = 8;

#[derive(Clone, Copy)]
enum Place {
    /// In the file.
    File(usize),
    /// In a stream of objects.
    Packed(usize, usize),
}

/// An object as it was found.
pub(super) struct Found {
    pub(super) object: Object,
    /// The octets that follow a dictionary, as they lie in the file.
    pub(super) stream: Option<Range<usize>>,
}

pub(super) struct Document<'a> {
    octets: &'a [u8],
    all: Vec<(u32, Place)>,
    /// Of several objects of one number the last counts; with its place in the file.
    latest: HashMap<u32, (usize, Place)>,
    packed: Vec<Vec<u8>>,
    packed_len: usize,
    /// Octets of objects that may still be read.
    budget: usize,
    is_too_large: bool,
}

impl<'a> Document<'a> {
    /// Finds the objects.
    pub(super) fn read(octets: &'a [u8], allowance: &mut Allowance) -> Self {
        let budget = octets.len().saturating_mul(32).saturating_add(MAX_PACKED);
        let mut document = Self {
            octets,
            all: Vec::new(),
            latest: HashMap::new(),
            packed: Vec::new(),
            packed_len: 0,
            budget,
            is_too_large: false,
        };
        for (dictionary, stream) in document.scan() {
            document.unpack(&dictionary, stream, allowance);
        }
        document
    }

    /// How many objects there are.
    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there is more than the limits allow to read.
    pub(super) fn is_too_large(&self) -> bool {
        self.is_too_large
    }

    /// Something is larger than may be read.
    pub(super) fn give_up(&mut self) {
        self.is_too_large = true;
    }

    fn add(&mut self, number: u32, at: usize, place: Place) -> bool {
        if self.all.len() >= MAX_OBJECTS {
            self.is_too_large = true;
            return false;
        }
        self.all.push((number, place));
        let latest = self.latest.entry(number).or_insert((at, place));
        if latest.0 <= at {
            *latest = (at, place);
        }
        true
    }

    /// Looks through the file; answers the streams of objects.
    fn scan(&mut self) -> Vec<(Dictionary, Range<usize>)> {
        let finder = memchr::memmem::Finder::new(b"obj");
        let mut packed = Vec::new();
        let mut again = self.octets.len().saturating_mul(AGAIN).max(AGAIN_AT_LEAST);
        let mut at = 0;
        while let Some(word) = finder.find(&self.octets[at..]).map(|found| at + found) {
            at = word + 3;
            let Some(number) = number_before(self.octets, word) else { continue };
            if !self.add(number, word, Place::File(at)) {
                break;
            }
            let (found, behind) = self.parse_file(at);
            let end = match &found {
                Some(Found { stream: Some(stream), .. }) => stream.end,
                _ => behind,
            };
            // What has no end is read again from behind its beginning, but not without end.
            let is_last = end >= self.octets.len();
            again = again.saturating_sub(if is_last { end - at } else { 0 });
            self.is_too_large |= is_last && again == 0;
            let is_last = is_last && again > 0;
            match found {
                // A stream without end takes nothing with it, nor does a string: the objects in it are found too.
                Some(Found { object: Object::Dictionary(dictionary), stream: Some(stream) }) => {
                    at = if is_last { behind } else { stream.end };
                    if is(&dictionary, "Type", "ObjStm") {
                        packed.push((dictionary, stream));
                    }
                }
                _ => at = if is_last { at } else { behind },
            }
        }
        packed
    }

    /// The object at a place in the file, and what is behind it, or behind the word that begins its stream. A length
    /// that is itself an object is not looked up.
    fn parse_file(&mut self, at: usize) -> (Option<Found>, usize) {
        let mut reader = Reader::new(self.octets, at);
        let Some(object) = reader.object() else { return (None, reader.at) };
        self.budget = self.budget.saturating_sub(reader.at - at);
        let Some(dictionary) = object.dictionary() else { return (Some(Found { object, stream: None }), reader.at) };
        reader.blanks();
        let Some(after) = reader.rest().strip_prefix(b"stream") else {
            return (Some(Found { object, stream: None }), reader.at);
        };
        let line_end =
            if after.starts_with(b"\r\n") { 2 } else { usize::from(after.first().is_some_and(|&o| is_white(o))) };
        let start = self.octets.len() - after.len() + line_end;
        let length = dictionary.get(&b"Length"[..]).and_then(Object::count);
        let end = filter::end_of_stream(self.octets, start, length);
        // To look for the end is cheap, but not free.
        self.budget = self.budget.saturating_sub((end - start) / 16);
        (Some(Found { object, stream: Some(start..end) }), start)
    }

    /// A stream of objects (section 7.5.7).
    fn unpack(&mut self, dictionary: &Dictionary, stream: Range<usize>, allowance: &mut Allowance) {
        let at = stream.start;
        let found = Found { object: Object::Dictionary(dictionary.clone()), stream: Some(stream) };
        let Some(octets) = self.stream(&found, allowance) else { return };
        self.packed_len += octets.len();
        if self.packed_len > MAX_PACKED {
            self.is_too_large = true;
            return;
        }
        let count = |key: &str| dictionary.get(key.as_bytes()).and_then(Object::count).unwrap_or(0);
        let (count, first) = (count("N"), count("First"));
        let index = self.packed.len();
        let mut reader = Reader::new(&octets, 0);
        for _ in 0..count {
            let (Some(Object::Number(number)), Some(offset)) = (reader.object(), reader.object()) else { break };
            let (Some(number), Some(offset)) = (Object::Number(number).count(), offset.count()) else { break };
            let number = u32::try_from(number).unwrap_or(u32::MAX);
            if !self.add(number, at, Place::Packed(index, first.saturating_add(offset))) {
                break;
            }
        }
        self.packed.push(octets);
    }

    /// An object by its place in the order in which they were found.
    pub(super) fn nth(&mut self, index: usize) -> Option<(u32, Found)> {
        let (number, place) = *self.all.get(index)?;
        Some((number, self.at(place)?))
    }

    /// An object by its number.
    pub(super) fn find(&mut self, number: u32) -> Option<Found> {
        let (_, place) = *self.latest.get(&number)?;
        self.at(place)
    }

    fn at(&mut self, place: Place) -> Option<Found> {
        if self.budget == 0 {
            self.is_too_large = true;
            return None;
        }
        self.budget = self.budget.saturating_sub(16);
        match place {
            Place::File(at) => self.parse_file(at).0,
            Place::Packed(index, at) => {
                let mut reader = Reader::new(self.packed.get(index)?, at);
                let object = reader.object()?;
                self.budget = self.budget.saturating_sub(reader.at.saturating_sub(at));
                Some(Found { object, stream: None })
            }
        }
    }

    /// What a reference leads to; anything else stands for itself.
    pub(super) fn resolve<'o>(&mut self, object: &'o Object) -> Cow<'o, Object> {
        let mut object = Cow::Borrowed(object);
        for _ in 0..MAX_HOPS {
            let Some(number) = object.reference() else { return object };
            object = Cow::Owned(self.find(number).map_or(Object::Null, |found| found.object));
        }
        Cow::Owned(Object::Null)
    }

    /// What stands under a key, references followed.
    pub(super) fn get<'o>(&mut self, dictionary: &'o Dictionary, key: &str) -> Option<Cow<'o, Object>> {
        let object = dictionary.get(key.as_bytes())?;
        Some(self.resolve(object)).filter(|object| **object != Object::Null)
    }

    /// The octets of a stream, unpacked; none if it is none, or an image.
    pub(super) fn stream(&mut self, found: &Found, allowance: &mut Allowance) -> Option<Vec<u8>> {
        let (dictionary, range) = (found.object.dictionary()?, found.stream.clone()?);
        let mut filters = Dictionary::new();
        for key in ["Filter", "DecodeParms", "F", "DP"] {
            if let Some(object) = self.get(dictionary, key) {
                let object = match object.into_owned() {
                    Object::Array(array) => {
                        Object::Array(array.iter().take(16).map(|object| self.resolve(object).into_owned()).collect())
                    }
                    object => object,
                };
                filters.insert(key.into(), object);
            }
        }
        let octets = self.octets.get(range)?;
        let unpacked = filter::undo(&filters, octets, allowance.most());
        allowance.charge(octets.len().max(unpacked.as_ref().map_or(0, Vec::len)));
        match unpacked {
            Ok(unpacked) => Some(unpacked),
            Err(Fault::NoText) => None,
            Err(Fault::TooLarge) => {
                self.is_too_large = true;
                None
            }
        }
    }
}

/// Whether a document is encrypted: then its trailer says how.
pub(super) fn is_encrypted(octets: &[u8]) -> bool {
    memchr::memmem::find_iter(octets, b"/Encrypt").any(|at| {
        let mut reader = Reader::new(&octets[..octets.len().min(at + 100)], at + b"/Encrypt".len());
        let is_whole_name = reader.rest().first().is_some_and(|octet| !octet.is_ascii_alphanumeric());
        is_whole_name && matches!(reader.object(), Some(Object::Reference(_) | Object::Dictionary(_)))
    })
}

/// The number in front of a generation and the word `obj`.
fn number_before(octets: &[u8], word: usize) -> Option<u32> {
    let before = &octets[word.saturating_sub(40)..word];
    let trimmed = trim_end(before)?;
    let without_generation = &trimmed[..trimmed.len() - digits_at_end(trimmed).filter(|&count| count > 0)?];
    let trimmed = trim_end(without_generation)?;
    let count = digits_at_end(trimmed).filter(|&count| count > 0)?;
    std::str::from_utf8(&trimmed[trimmed.len() - count..]).ok()?.parse().ok()
}

/// Without the white space at the end; none if there is none.
fn trim_end(octets: &[u8]) -> Option<&[u8]> {
    let blanks = octets.iter().rev().take_while(|&&octet| is_white(octet)).count();
    (blanks > 0).then(|| &octets[..octets.len() - blanks])
}

fn digits_at_end(octets: &[u8]) -> Option<usize> {
    let count = octets.iter().rev().take_while(|octet| octet.is_ascii_digit()).count();
    (count <= 10).then_some(count)
}
