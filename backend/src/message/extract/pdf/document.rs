//! The objects of a PDF document, found by looking through the whole file: the tables that say where they are need not
//! be right. How much is read again and again is bounded by a budget.

use std::{borrow::Cow, collections::HashMap, ops::Range};

use super::{
    super::Allowance,
    encryption::{Encryption, Id},
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
/// What is told in the trailer is no longer, and told in no more ways.
const MAX_TOLD_LENGTH: usize = 4_096;
const MAX_TOLD: usize = 8;
/// How often it is looked for.
const MAX_LOOKS: usize = 1_000;
/// A reference is no longer.
const MAX_REFERENCE: usize = 100;
/// What it costs to begin to decrypt a string, in octets that are read.
const COST_OF_STRING: usize = 64;
/// References to references that are followed.
const MAX_HOPS: usize = 8;

#[derive(Clone, Copy)]
enum Place {
    /// In the file.
    File(usize, Id),
    /// In a stream of objects.
    Packed(usize, usize),
}

/// An object as it was found.
pub(super) struct Found {
    pub(super) object: Object,
    /// The octets that follow a dictionary, as they lie in the file.
    pub(super) stream: Option<Range<usize>>,
    /// What it is called, if it lies in the file itself: what is packed is encrypted with all around it.
    id: Option<Id>,
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
    encryption: Option<Encryption>,
}

impl<'a> Document<'a> {
    /// Finds the objects; none where a password is asked for.
    pub(super) fn read(octets: &'a [u8], allowance: &mut Allowance) -> Option<Self> {
        let budget = Self::budget(octets);
        let mut document = Self {
            octets,
            all: Vec::new(),
            latest: HashMap::new(),
            packed: Vec::new(),
            packed_len: 0,
            budget,
            is_too_large: false,
            encryption: None,
        };
        let packed = document.scan();
        if is_encrypted(octets) {
            document.encryption = Some(document.open()?);
        }
        for found in packed {
            document.unpack(&found, allowance);
        }
        Some(document)
    }

    /// Octets of objects that may be read of a document.
    fn budget(octets: &[u8]) -> usize {
        octets.len().saturating_mul(32).saturating_add(MAX_PACKED)
    }

    /// Opens what is encrypted with the empty password; every way in which it says to be must open.
    fn open(&mut self) -> Option<Encryption> {
        let ids = ids(self.octets);
        let mut told: Vec<Object> = Vec::new();
        for (number, object) in encryptions(self.octets).enumerate() {
            if !told.contains(&object) {
                told.push(object);
            }
            if told.len() > MAX_TOLD || number > MAX_LOOKS {
                return None;
            }
        }
        let mut encryption = None;
        for object in told {
            encryption = Some(Encryption::open(self.resolve(&object).dictionary()?, &ids)?);
        }
        encryption
    }

    /// How many objects there are.
    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there is more than the limits allow to read.
    pub(super) fn is_too_large(&self) -> bool {
        self.is_too_large
    }

    /// Whether enough is left to read things twice: nothing is given up for that.
    pub(super) fn may_repeat(&self) -> bool {
        self.budget > Self::budget(self.octets) / 2
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
    fn scan(&mut self) -> Vec<Found> {
        let finder = memchr::memmem::Finder::new(b"obj");
        let mut packed = Vec::new();
        let mut again = self.octets.len().saturating_mul(AGAIN).max(AGAIN_AT_LEAST);
        let mut at = 0;
        while let Some(word) = finder.find(&self.octets[at..]).map(|found| at + found) {
            at = word + 3;
            let Some(id) = id_before(self.octets, word) else { continue };
            if !self.add(id.number, word, Place::File(at, id)) {
                break;
            }
            let (found, behind) = self.parse_file(at, id);
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
                Some(found @ Found { object: Object::Dictionary(_), stream: Some(_), .. }) => {
                    at = if is_last { behind } else { end };
                    if found.object.dictionary().is_some_and(|dictionary| is(dictionary, "Type", "ObjStm")) {
                        packed.push(found);
                    }
                }
                _ => at = if is_last { at } else { behind },
            }
        }
        packed
    }

    /// The object at a place in the file, and what is behind it, or behind the word that begins its stream. A length
    /// that is itself an object is not looked up.
    fn parse_file(&mut self, at: usize, id: Id) -> (Option<Found>, usize) {
        let mut reader = Reader::new(self.octets, at);
        let Some(mut object) = reader.object() else { return (None, reader.at) };
        self.budget = self.budget.saturating_sub(reader.at - at);
        if let Some(encryption) = &self.encryption {
            let count = encryption.strings(id, &mut object);
            self.budget = self.budget.saturating_sub(count.saturating_mul(COST_OF_STRING));
        }
        let id = Some(id);
        let Some(dictionary) = object.dictionary() else {
            return (Some(Found { object, stream: None, id }), reader.at);
        };
        reader.blanks();
        let Some(after) = reader.rest().strip_prefix(b"stream") else {
            return (Some(Found { object, stream: None, id }), reader.at);
        };
        let line_end =
            if after.starts_with(b"\r\n") { 2 } else { usize::from(after.first().is_some_and(|&o| is_white(o))) };
        let start = self.octets.len() - after.len() + line_end;
        let length = dictionary.get(&b"Length"[..]).and_then(Object::count);
        let end = filter::end_of_stream(self.octets, start, length);
        // To look for the end is cheap, but not free.
        self.budget = self.budget.saturating_sub((end - start) / 16);
        (Some(Found { object, stream: Some(start..end), id }), start)
    }

    /// A stream of objects (section 7.5.7).
    fn unpack(&mut self, found: &Found, allowance: &mut Allowance) {
        let (Some(dictionary), Some(stream)) = (found.object.dictionary(), &found.stream) else { return };
        let at = stream.start;
        let Some(octets) = self.stream(found, allowance) else { return };
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
            Place::File(at, id) => self.parse_file(at, id).0,
            Place::Packed(index, at) => {
                let mut reader = Reader::new(self.packed.get(index)?, at);
                let object = reader.object()?;
                self.budget = self.budget.saturating_sub(reader.at.saturating_sub(at));
                Some(Found { object, stream: None, id: None })
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
        let decrypted = match (&self.encryption, found.id) {
            // Whoever has nothing left decrypts nothing either.
            (Some(_), _) if octets.len() as u64 > allowance.most() => {
                self.is_too_large = true;
                return None;
            }
            (Some(encryption), Some(id)) => encryption.stream(id, dictionary, &filters, octets),
            _ => Cow::Borrowed(octets),
        };
        let unpacked = filter::undo(&filters, &decrypted, allowance.most());
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
fn is_encrypted(octets: &[u8]) -> bool {
    encryptions(octets).next().is_some()
}

/// What a document says of its encryption: a dictionary, or where one is.
fn encryptions(octets: &[u8]) -> impl Iterator<Item = Object> {
    memchr::memmem::find_iter(octets, b"/Encrypt").filter_map(|at| {
        let start = at + b"/Encrypt".len();
        octets.get(start).filter(|octet| !octet.is_ascii_alphanumeric())?;
        let rest = &octets[start..octets.len().min(start + MAX_TOLD_LENGTH)];
        let is_long = rest.trim_ascii_start().starts_with(b"<<");
        let object = Reader::new(if is_long { rest } else { &rest[..rest.len().min(MAX_REFERENCE)] }, 0).object()?;
        matches!(object, Object::Reference(_) | Object::Dictionary(_)).then_some(object)
    })
}

/// What the document may be called, on which its key depends: the trailer says so, as often as there are any.
fn ids(octets: &[u8]) -> Vec<Vec<u8>> {
    let mut ids = vec![Vec::new()];
    for at in memchr::memmem::find_iter(octets, b"/ID").take(MAX_LOOKS) {
        let start = at + b"/ID".len();
        let object = Reader::new(&octets[..octets.len().min(start + MAX_TOLD_LENGTH)], start).object();
        let id = object.as_ref().and_then(Object::array).and_then(<[Object]>::first).and_then(Object::text);
        if let Some(id) = id.filter(|id| ids.len() <= MAX_TOLD && !ids.iter().any(|known| known == id)) {
            ids.push(id.to_vec());
        }
    }
    ids
}

/// The number and the generation in front of the word `obj`.
fn id_before(octets: &[u8], word: usize) -> Option<Id> {
    let before = &octets[word.saturating_sub(40)..word];
    let (generation, rest) = number_before(before)?;
    let (number, _) = number_before(rest)?;
    Some(Id { number, generation })
}

/// The number at the end, behind which is white space, and what is in front of it.
fn number_before(octets: &[u8]) -> Option<(u32, &[u8])> {
    let trimmed = trim_end(octets)?;
    let (rest, digits) = trimmed.split_at(trimmed.len() - digits_at_end(trimmed).filter(|&count| count > 0)?);
    Some((std::str::from_utf8(digits).ok()?.parse().ok()?, rest))
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
