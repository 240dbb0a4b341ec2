//! Checks the test vectors of `docs/SEALING.md`, octet by octet, in both directions.
//!
//! The fixed keys and nonces go in through functions that only `seal` itself can call, and a vault of this file.

use data_encoding::{BASE64, HEXLOWER};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::{
    cipher::{Nonce, derive},
    context::Context,
    message::Keys,
    *,
};

/// The vectors: the one block of TOML in the document.
struct Vectors(toml::Table);

impl Vectors {
    fn read() -> Self {
        let document = include_str!("../../../docs/SEALING.md");
        let (_, after) = document.split_once("```toml vectors\n").unwrap();
        Self(after.split_once("```").unwrap().0.parse().unwrap())
    }

    fn text(&self, section: &str, name: &str) -> &str {
        self.0[section][name].as_str().unwrap()
    }

    fn bytes(&self, section: &str, name: &str) -> Vec<u8> {
        HEXLOWER.decode(self.text(section, name).as_bytes()).unwrap()
    }

    fn given<const N: usize>(&self, name: &str) -> [u8; N] {
        self.bytes("given", name).try_into().unwrap()
    }

    fn id(&self, name: &str) -> Uuid {
        Uuid::from_bytes(self.given(name))
    }

    fn key(&self, name: &str) -> Secret {
        Secret::new(self.given(name))
    }

    fn key_id(&self) -> KeyId {
        self.text("given", "ring_key_id").parse().unwrap()
    }

    fn ring(&self) -> KeyRing {
        KeyRing::parse(&format!(
            "[[keys]]\nid = \"{}\"\ncreated_at = \"2026-11-05T08:00:00Z\"\nactive = true\nsecret = \"{}\"\n",
            self.key_id(),
            BASE64.encode(&self.bytes("given", "ring_secret")),
        ))
        .unwrap()
    }

    /// A seal that always wraps with the given nonce.
    fn seal(&self) -> Seal {
        Seal::new(FixedNonce { ring: self.ring(), nonce: self.given("wrap_nonce") })
    }

    fn message_keys(&self, seal: &Seal) -> Keys {
        Keys::new(seal.clone(), self.id("message_id").into(), self.key("message_key"))
    }

    fn holders(&self) -> [(&'static str, Holder); 3] {
        [
            ("wrap_sender", Holder::Sender),
            ("wrap_delivery", Holder::Delivery(self.id("delivery_id").into())),
            ("wrap_job", Holder::Job(self.id("job_id").into())),
        ]
    }

    fn assert(&self, section: &str, name: &str, ours: &[u8]) {
        assert_eq!(HEXLOWER.encode(ours), self.text(section, name), "{section}.{name}");
    }
}

struct FixedNonce {
    ring: KeyRing,
    nonce: Nonce,
}

impl Vault for FixedNonce {
    fn active(&self) -> KeyId {
        self.ring.active()
    }

    fn ids(&self) -> Vec<KeyId> {
        self.ring.ids()
    }

    fn wrap(&self, key: KeyId, associated: &[u8], secret: &Secret) -> Result<Vec<u8>, Error> {
        self.ring.wrap_with_nonce(key, &self.nonce, associated, secret)
    }

    fn unwrap(&self, key: KeyId, associated: &[u8], wrapped: &[u8]) -> Result<Secret, Error> {
        self.ring.unwrap(key, associated, wrapped)
    }

    fn subkey(&self, key: KeyId, label: &str) -> Result<Secret, Error> {
        self.ring.subkey(key, label)
    }
}

/// The content of the long example: the octet at each place is its number modulo 251.
fn long_content() -> Vec<u8> {
    (0..=250).cycle().take(CHUNK_LEN + 1).collect()
}

#[test]
fn the_subkeys_are_those_of_the_document() {
    let vectors = Vectors::read();
    let (ring, message) = (vectors.key("ring_secret"), vectors.key("message_key"));
    for (name, key, label) in [
        ("ring_wrap", &ring, "wrap"),
        ("ring_check", &ring, "check"),
        ("ring_fingerprint", &ring, "mac/fingerprint"),
        ("message_content", &message, "content"),
        ("message_outline", &message, "outline"),
    ] {
        vectors.assert("subkey", name, derive(key, label).expose());
    }
}

#[test]
fn the_associated_data_are_those_of_the_document() {
    let vectors = Vectors::read();
    let (message, nil, key) = (vectors.id("message_id"), Uuid::nil(), Some(vectors.key_id()));
    for (name, purpose, key, delivery) in [
        ("content", 1, None, nil),
        ("outline", 2, None, nil),
        ("wrap_sender", 16, key, nil),
        ("wrap_delivery", 17, key, vectors.id("delivery_id")),
        ("wrap_job", 18, key, vectors.id("job_id")),
        ("record_body", 32, None, nil),
        ("record_key", 64, key, nil),
    ] {
        vectors.assert("associated_data", name, &Context { purpose, key, message, delivery }.to_bytes());
    }
}

#[test]
fn a_message_is_sealed_as_the_document_says() {
    let vectors = Vectors::read();
    let seal = vectors.seal();
    let keys = vectors.message_keys(&seal);
    for (name, holder) in vectors.holders() {
        vectors.assert("sealed", name, &keys.wrap(holder).unwrap().bytes);
    }
    let outline = keys.seal_outline(&vectors.given("outline_nonce"), &vectors.bytes("given", "outline"));
    vectors.assert("sealed", "outline", outline.as_bytes());

    let chunks =
        |content: &[u8]| keys.seal_chunks(vectors.given("chunk_prefix"), content).collect::<Vec<SealedChunk>>();
    vectors.assert("sealed", "content", chunks(&vectors.bytes("given", "content"))[0].as_bytes());
    vectors.assert("sealed", "empty_content", chunks(b"")[0].as_bytes());
    let long = chunks(&long_content());
    vectors.assert("sealed", "long_content_chunk_0_sha256", &Sha256::digest(long[0].as_bytes()));
    vectors.assert("sealed", "long_content_chunk_1", long[1].as_bytes());
}

#[test]
fn what_the_document_has_sealed_opens() {
    let vectors = Vectors::read();
    let seal = Seal::new(vectors.ring());
    let (key_id, id) = (vectors.key_id(), vectors.id("message_id"));
    for (name, holder) in vectors.holders() {
        let wrap = Wrap { key_id, bytes: vectors.bytes("sealed", name) };
        let opener = seal.open_message(id.into(), holder, &wrap).unwrap();
        let outline = SealedOutline::from_stored(vectors.bytes("sealed", "outline"));
        assert_eq!(*opener.outline(&outline).unwrap(), vectors.bytes("given", "outline"));
        let chunk = |name| SealedChunk::from_stored(vectors.bytes("sealed", name));
        assert_eq!(*opener.chunk(0, 1, &chunk("content")).unwrap(), vectors.bytes("given", "content"));
        assert!(opener.chunk(0, 1, &chunk("empty_content")).unwrap().is_empty());
        assert_eq!(*opener.chunk(1, 2, &chunk("long_content_chunk_1")).unwrap(), long_content()[CHUNK_LEN..]);
    }
    let record = SealedRecord { key_id, bytes: vectors.bytes("sealed", "cover_record") };
    assert_eq!(*seal.open_record(Purpose::Cover, id, &record).unwrap(), vectors.bytes("given", "record"));
}

#[test]
fn a_record_is_sealed_as_the_document_says() {
    let vectors = Vectors::read();
    let (key, id) = (vectors.key("record_key"), vectors.id("message_id"));
    let (key_id, wrapped) = vault::wrap(&*vectors.seal().vault(), Purpose::Cover.key(id), &key).unwrap();
    let nonce = vectors.given("record_nonce");
    let body = record::seal_body(&key, &nonce, Purpose::Cover, id, &vectors.bytes("given", "record"));
    vectors.assert("sealed", "cover_record", &SealedRecord::join(key_id, &wrapped, &body).unwrap().bytes);
}

#[test]
fn the_codes_and_the_token_are_those_of_the_document() {
    let vectors = Vectors::read();
    let seal = vectors.seal();
    vectors.assert("code", "check_value", &seal.check_value(vectors.key_id()).unwrap());
    let fingerprint = seal.mac(MacPurpose::Fingerprint, &[b"ab", b"c"]).unwrap();
    vectors.assert("code", "fingerprint_of_ab_c", &fingerprint.bytes);

    let token = Token::parse(vectors.text("token", "text")).unwrap();
    assert_eq!(token.reveal(), vectors.text("token", "text"));
    vectors.assert("token", "hash", token.hash().as_bytes());
}
