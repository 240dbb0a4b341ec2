//! Documents that are encrypted and yet open to anybody (ISO 32000-2 section 7.6): the password of the reader is empty,
//! and another one guards printing and changing alone. How they are opened: the standard security handler, revisions 2
//! to 6, RC4 and AES.

use std::{borrow::Cow, collections::HashMap};

use aes::{
    Aes128, Aes256, Block,
    cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit},
};
use md5::Md5;
use rc4::{KeyInit as _, Rc4, StreamCipher as _};
use sha2::{Digest as _, Sha256, Sha384, Sha512};

use super::object::{Dictionary, Object, is};

/// What a password is filled up with to 32 octets; an empty one is nothing else.
const FILLING: [u8; 32] = *b"\x28\xBF\x4E\x5E\x4E\x75\x8A\x41\x64\x00\x4E\x56\xFF\xFA\x01\x08\
    \x2E\x2E\x00\xB6\xD0\x68\x3E\x80\x2F\x0C\xA9\xFE\x64\x53\x69\x7A";
/// The lengths of keys that there are, in octets.
const KEY_LENGTHS: std::ops::RangeInclusive<usize> = 5..=16;
/// The octets of a block, and of what AES begins with.
const BLOCK: usize = 16;

/// An object's number and generation: its own key follows from them.
#[derive(Clone, Copy)]
pub(super) struct Id {
    pub(super) number: u32,
    pub(super) generation: u32,
}

/// How something is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Method {
    /// Not at all.
    Identity,
    Rc4,
    Aes128,
    Aes256,
}

/// What opens a document.
pub(super) struct Encryption {
    key: Vec<u8>,
    methods: HashMap<Vec<u8>, Method>,
    strings: Method,
    streams: Method,
    files: Method,
    /// Whether what is said of the document is encrypted too.
    with_metadata: bool,
}

impl Encryption {
    /// Opens a document with the empty password, if that opens it; `ids` are what its trailers may call it.
    pub(super) fn open(dictionary: &Dictionary, ids: &[Vec<u8>]) -> Option<Self> {
        if !is(dictionary, "Filter", "Standard") {
            return None;
        }
        let number = |key: &str| dictionary.get(key.as_bytes()).and_then(Object::count);
        let (version, revision) = (number("V")?, number("R")?);
        let mut methods = HashMap::from([(b"Identity".to_vec(), Method::Identity)]);
        let mut lengths = vec![number("Length").unwrap_or(40) / 8];
        let [strings, streams, files] = match version {
            1 | 2 => [Method::Rc4; 3],
            4 | 5 => {
                for (name, filter) in dictionary.get(&b"CF"[..]).and_then(Object::dictionary).into_iter().flatten() {
                    let filter = filter.dictionary()?;
                    methods.insert(name.clone(), method(filter)?);
                    // Some programs count octets, some bits.
                    let length = filter.get(&b"Length"[..]).and_then(Object::count).unwrap_or_default();
                    lengths.extend([length, length / 8]);
                }
                let of = |key: &str| match dictionary.get(key.as_bytes()) {
                    Some(name) => methods.get(name.name()?).copied(),
                    None => Some(Method::Identity),
                };
                let streams = of("StmF")?;
                let files = if dictionary.contains_key(&b"EFF"[..]) { of("EFF")? } else { streams };
                [of("StrF")?, streams, files]
            }
            _ => return None,
        };
        let is_new = version == 5;
        if methods.values().any(|&method| method != Method::Identity && is_new != (method == Method::Aes256)) {
            return None;
        }
        if methods.values().any(|&method| method == Method::Aes128) {
            lengths = vec![BLOCK];
        }
        let with_metadata = dictionary.get(&b"EncryptMetadata"[..]) != Some(&Object::Word(b"false".to_vec()));
        let key = if is_new {
            key_of_sha(dictionary, revision)?
        } else {
            lengths.extend([BLOCK, *KEY_LENGTHS.start()]);
            let mut tries = lengths.iter().flat_map(|length| ids.iter().map(move |id| (*length, id)));
            tries.find_map(|(length, id)| key_of_md5(dictionary, revision, length, id, with_metadata))?
        };
        Some(Self { key, methods, strings, streams, files, with_metadata })
    }

    /// Decrypts the strings of an object; answers how many there were.
    pub(super) fn strings(&self, id: Id, object: &mut Object) -> usize {
        match object {
            Object::Text(text) if self.strings != Method::Identity && !text.is_empty() => {
                // What cannot have been encrypted stands there as it is.
                if self.strings == Method::Rc4 || text.len() > BLOCK && text.len().is_multiple_of(BLOCK) {
                    *text = self.decrypted(self.strings, id, text);
                }
                1
            }
            Object::Array(array) => array.iter_mut().map(|object| self.strings(id, object)).sum(),
            Object::Dictionary(dictionary) => dictionary.values_mut().map(|object| self.strings(id, object)).sum(),
            _ => 0,
        }
    }

    /// The octets of a stream; `filters` are its own, references followed.
    pub(super) fn stream<'o>(
        &self,
        id: Id,
        dictionary: &Dictionary,
        filters: &Dictionary,
        octets: &'o [u8],
    ) -> Cow<'o, [u8]> {
        let method = if is(dictionary, "Type", "XRef") {
            Method::Identity
        } else if let Some(method) = self.named(filters) {
            method
        } else if is(dictionary, "Type", "Metadata") && !self.with_metadata {
            Method::Identity
        } else if is(dictionary, "Type", "EmbeddedFile") {
            self.files
        } else {
            self.streams
        };
        match method {
            Method::Identity => Cow::Borrowed(octets),
            method => Cow::Owned(self.decrypted(method, id, octets)),
        }
    }

    /// What a filter of the stream itself says of its encryption.
    fn named(&self, filters: &Dictionary) -> Option<Method> {
        let first = |long: &str, short: &str| {
            let object = filters.get(long.as_bytes()).or_else(|| filters.get(short.as_bytes()))?;
            if let Object::Array(array) = object { array.first() } else { Some(object) }
        };
        first("Filter", "F").and_then(Object::name).filter(|name| *name == b"Crypt")?;
        let parameters = first("DecodeParms", "DP").and_then(Object::dictionary);
        let name = parameters.and_then(|parameters| parameters.get(&b"Name"[..])).and_then(Object::name);
        self.methods.get(name.unwrap_or(b"Identity")).copied()
    }

    fn decrypted(&self, method: Method, id: Id, octets: &[u8]) -> Vec<u8> {
        match method {
            Method::Identity => octets.to_vec(),
            Method::Rc4 => rc4(&self.key_of(id, b""), octets),
            Method::Aes128 => unpadded::<cbc::Decryptor<Aes128>>(&self.key_of(id, b"sAlT"), octets),
            Method::Aes256 => unpadded::<cbc::Decryptor<Aes256>>(&self.key, octets),
        }
    }

    /// The key of an object.
    fn key_of(&self, id: Id, salt: &[u8]) -> Vec<u8> {
        let (number, generation) = (id.number.to_le_bytes(), id.generation.to_le_bytes());
        let digest = md5(&[&self.key, &number[..3], &generation[..2], salt]);
        digest[..(self.key.len() + 5).min(BLOCK)].to_vec()
    }
}

fn method(filter: &Dictionary) -> Option<Method> {
    match filter.get(&b"CFM"[..]).and_then(Object::name).unwrap_or(b"None") {
        b"None" => Some(Method::Identity),
        b"V2" => Some(Method::Rc4),
        b"AESV2" => Some(Method::Aes128),
        b"AESV3" => Some(Method::Aes256),
        _ => None,
    }
}

/// The document's key up to revision 4, if the password is empty (algorithms 2, 4 and 5).
fn key_of_md5(dictionary: &Dictionary, revision: usize, length: usize, id: &[u8], metadata: bool) -> Option<Vec<u8>> {
    let length = if revision == 2 { *KEY_LENGTHS.start() } else { length };
    if !KEY_LENGTHS.contains(&length) || !(2..=4).contains(&revision) {
        return None;
    }
    let (owner, user) = (octets(dictionary, "O", 32)?, octets(dictionary, "U", 32)?);
    let without = if revision == 4 && !metadata { &[0xFF_u8; 4][..] } else { &[] };
    let mut digest = md5(&[&FILLING, owner, &permissions(dictionary)?, id, without]);
    if revision > 2 {
        for _ in 0..50 {
            digest = md5(&[&digest[..length]]);
        }
    }
    let key = digest[..length].to_vec();
    let is_right = if revision == 2 {
        rc4(&key, &FILLING) == user
    } else {
        let seen = md5(&[&FILLING, id]).to_vec();
        let seen = (0..20).fold(seen, |seen, round| rc4(&key.iter().map(|o| o ^ round).collect::<Vec<_>>(), &seen));
        user.starts_with(&seen)
    };
    is_right.then_some(key)
}

/// The document's key of revisions 5 and 6, if the password is empty (algorithms 2.A and 11).
fn key_of_sha(dictionary: &Dictionary, revision: usize) -> Option<Vec<u8>> {
    let hash = match revision {
        5 => |salt: &[u8]| Sha256::digest(salt).to_vec(),
        6 => hardened,
        _ => return None,
    };
    let (user, wrapped) = (octets(dictionary, "U", 48)?, octets(dictionary, "UE", 32)?);
    if hash(&user[32..40]) != user[..32] {
        return None;
    }
    let mut cipher = cbc::Decryptor::<Aes256>::new_from_slices(&hash(&user[40..]), &[0; BLOCK]).ok()?;
    let mut key = wrapped.to_vec();
    cipher.decrypt_blocks(Block::slice_as_chunks_mut(&mut key).0);
    Some(key)
}

/// The slow hash of revision 6 (algorithm 2.B) of an empty password; it ends after 64 to 287 rounds.
fn hardened(salt: &[u8]) -> Vec<u8> {
    let mut key = Sha256::digest(salt).to_vec();
    for round in 1_usize.. {
        let mut octets = key.repeat(64);
        if let Ok(mut cipher) = cbc::Encryptor::<Aes128>::new_from_slices(&key[..BLOCK], &key[BLOCK..2 * BLOCK]) {
            cipher.encrypt_blocks(Block::slice_as_chunks_mut(&mut octets).0);
        }
        let rest = octets[..BLOCK].iter().map(|&octet| usize::from(octet)).sum::<usize>() % 3;
        key = match rest {
            0 => Sha256::digest(&octets).to_vec(),
            1 => Sha384::digest(&octets).to_vec(),
            _ => Sha512::digest(&octets).to_vec(),
        };
        if round >= 64 && octets.last().is_none_or(|&last| usize::from(last) + 32 <= round) {
            break;
        }
    }
    key.truncate(32);
    key
}

/// So many octets from the beginning of a string.
fn octets<'d>(dictionary: &'d Dictionary, key: &str, length: usize) -> Option<&'d [u8]> {
    dictionary.get(key.as_bytes()).and_then(Object::text).and_then(|text| text.get(..length))
}

/// What is allowed without the other password: 32 bits, written with a sign or without.
#[expect(clippy::cast_possible_truncation, reason = "what is out of bounds saturates")]
fn permissions(dictionary: &Dictionary) -> Option<[u8; 4]> {
    let number = dictionary.get(&b"P"[..]).and_then(Object::number)? as i64;
    let [first, second, third, fourth, ..] = number.to_le_bytes();
    Some([first, second, third, fourth])
}

fn md5(pieces: &[&[u8]]) -> [u8; 16] {
    let mut digest = Md5::new();
    for piece in pieces {
        digest.update(piece);
    }
    digest.finalize().into()
}

fn rc4(key: &[u8], octets: &[u8]) -> Vec<u8> {
    let mut octets = octets.to_vec();
    if let Ok(mut cipher) = Rc4::new_from_slice(key) {
        cipher.apply_keystream(&mut octets);
    }
    octets
}

/// Decrypts what begins with its own initial block; an end that is no whole block is left away.
fn unpadded<C: KeyIvInit + BlockModeDecrypt<BlockSize = aes::cipher::consts::U16>>(
    key: &[u8],
    octets: &[u8],
) -> Vec<u8> {
    let Some((first, rest)) = octets.split_at_checked(BLOCK) else { return Vec::new() };
    let Ok(mut cipher) = C::new_from_slices(key, first) else { return Vec::new() };
    let mut octets = rest[..rest.len() / BLOCK * BLOCK].to_vec();
    cipher.decrypt_blocks(Block::slice_as_chunks_mut(&mut octets).0);
    // What is no padding belongs to the text.
    let padding = octets.last().map_or(0, |&last| usize::from(last));
    if padding <= BLOCK && octets.iter().rev().take(padding).all(|&octet| usize::from(octet) == padding) {
        octets.truncate(octets.len().saturating_sub(padding));
    }
    octets
}

#[cfg(test)]
mod tests;
