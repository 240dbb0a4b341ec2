//! Tests of sealing and opening messages.

use aead_stream::{EncryptorBE32, NewStream, StreamBE32, StreamPrimitive as _};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305};
use chrono::DateTime;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::id::{DeliveryId, JobId, MessageId};

fn seal() -> Seal {
    Seal::new(KeyRing::generate(DateTime::UNIX_EPOCH))
}

fn message(number: u128) -> MessageId {
    Uuid::from_u128(number).into()
}

fn delivery(number: u128) -> DeliveryId {
    Uuid::from_u128(number).into()
}

fn job(number: u128) -> JobId {
    Uuid::from_u128(number).into()
}

/// Content in which no two places look alike.
fn content(len: usize) -> Vec<u8> {
    (0_u64..).flat_map(|n| n.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_le_bytes()).take(len).collect()
}

/// A message with its chunks, and what opens it.
fn sealed(seal: &Seal, id: MessageId, content: &[u8]) -> (MessageOpener, Vec<SealedChunk>) {
    let sealer = seal.new_message(id);
    let chunks = sealer.chunks(content).collect();
    let wrap = sealer.wrap(Holder::Sender).unwrap();
    (seal.open_message(id, Holder::Sender, &wrap).unwrap(), chunks)
}

/// All chunks in their order, as one.
fn open_all(opener: &MessageOpener, chunks: &[SealedChunk]) -> Result<Vec<u8>, Error> {
    let count = u32::try_from(chunks.len()).unwrap();
    let mut content = Vec::new();
    for (number, chunk) in (0..).zip(chunks) {
        content.extend_from_slice(&opener.chunk(number, count, chunk)?);
    }
    Ok(content)
}

fn flipped(bytes: &[u8], bit: usize) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[bit / 8] ^= 1 << (bit % 8);
    bytes
}

fn is_refused<T>(result: Result<T, Error>) -> bool {
    matches!(result, Err(Error::NotAuthentic))
}

#[test]
fn each_holder_opens_what_was_sealed() {
    let seal = seal();
    let sealer = seal.new_message(message(1));
    let content = content(CHUNK_LEN + 1);
    let (outline, chunks) = (sealer.outline(b"outline"), sealer.chunks(&content).collect::<Vec<_>>());
    for holder in [Holder::Sender, Holder::Delivery(delivery(2)), Holder::Job(job(3))] {
        let opener = seal.open_message(message(1), holder, &sealer.wrap(holder).unwrap()).unwrap();
        assert_eq!(&*opener.outline(&outline).unwrap(), b"outline");
        assert_eq!(open_all(&opener, &chunks).unwrap(), content);
    }
}

#[test]
fn an_opener_wraps_for_one_more_holder() {
    let seal = seal();
    let (opener, chunks) = sealed(&seal, message(1), b"content");
    let holder = Holder::Delivery(delivery(9));
    let added = seal.open_message(message(1), holder, &opener.wrap(holder).unwrap()).unwrap();
    assert_eq!(open_all(&added, &chunks).unwrap(), b"content");
}

#[test]
fn every_length_around_a_chunks_end_comes_back() {
    let seal = seal();
    for (len, count) in [(0, 1), (1, 1), (65_535, 1), (65_536, 1), (65_537, 2), (131_072, 2), (131_073, 3)] {
        let content = content(len);
        let (opener, chunks) = sealed(&seal, message(1), &content);
        assert_eq!((chunks.len(), chunk_count(len)), (count, u32::try_from(count).unwrap()));
        assert_eq!(open_all(&opener, &chunks).unwrap(), content);
    }
}

#[test]
fn the_chunks_are_those_of_aead_stream() {
    let content = content(2 * CHUNK_LEN + 5);
    let key = Secret::new([7; 32]);
    let keys = message::Keys::new(seal(), message(1), key.clone());
    let prefix = [9; message::PREFIX_LEN];
    let ours: Vec<_> = keys.seal_chunks(prefix, &content).collect();

    let cipher = XChaCha20Poly1305::new(cipher::derive(&key, "content").expose().into());
    let bound_to = context::Context { purpose: 1, key: None, message: Uuid::from_u128(1), delivery: Uuid::nil() };
    let mut stream = EncryptorBE32::from_aead(cipher, (&prefix).into());
    let mut pieces: Vec<_> = content.chunks(CHUNK_LEN).map(<[u8]>::to_vec).collect();
    stream.encrypt_next_in_place(&bound_to.to_bytes(), &mut pieces[0]).unwrap();
    stream.encrypt_next_in_place(&bound_to.to_bytes(), &mut pieces[1]).unwrap();
    stream.encrypt_last_in_place(&bound_to.to_bytes(), &mut pieces[2]).unwrap();
    let bodies: Vec<_> = ours.iter().map(|chunk| &chunk.as_bytes()[message::PREFIX_LEN..]).collect();
    assert!(bodies == pieces);
}

#[test]
fn a_high_chunk_number_is_that_of_aead_stream() {
    let (prefix, key) = ([3; message::PREFIX_LEN], Secret::new([4; 32]));
    let stream: StreamBE32<XChaCha20Poly1305> = NewStream::from_aead(cipher::cipher(&key), (&prefix).into());
    for (number, last) in [(0, false), (1, true), (0x0102_0304, false), (u32::MAX, true)] {
        let ours = cipher::seal(&cipher::cipher(&key), &message::chunk_nonce(&prefix, number, last), b"", b"", b"x");
        let mut theirs = b"x".to_vec();
        stream.encrypt_in_place(number, last, b"", &mut theirs).unwrap();
        assert_eq!(theirs, ours);
    }
}

#[test]
fn no_chunk_can_be_moved_swapped_or_left_out() {
    let (opener, chunks) = sealed(&seal(), message(1), &content(3 * CHUNK_LEN));
    let [a, b, c] = <[SealedChunk; 3]>::try_from(chunks).unwrap();
    for arranged in [
        vec![b.clone(), a.clone(), c.clone()],
        vec![a.clone(), a.clone(), c.clone()],
        vec![a.clone(), c.clone()],
        vec![b.clone(), c.clone()],
        vec![a.clone(), b.clone()],
        vec![a.clone()],
        vec![c.clone()],
        vec![a.clone(), b.clone(), c.clone(), c.clone()],
    ] {
        assert!(is_refused(open_all(&opener, &arranged)));
    }
    assert!(matches!(opener.chunk(3, 3, &c), Err(Error::NoSuchChunk { number: 3, count: 3 })));
    assert!(matches!(opener.chunk(0, 0, &a), Err(Error::NoSuchChunk { .. })));
}

#[test]
fn a_chunk_opens_under_its_own_number_only() {
    let (opener, chunks) = sealed(&seal(), message(1), &content(2 * CHUNK_LEN + 1));
    for (at, chunk) in (0..).zip(&chunks) {
        for number in 0..6 {
            for count in number + 1..7 {
                let fits = number == at && (number + 1 == count) == (at == 2);
                assert_eq!(opener.chunk(number, count, chunk).is_ok(), fits, "chunk {at} as {number} of {count}");
            }
        }
    }
}

#[test]
fn no_chunk_or_outline_can_be_taken_into_another_message() {
    let seal = seal();
    let (_, chunks) = sealed(&seal, message(1), b"first");
    let (other, _) = sealed(&seal, message(2), b"second");
    assert!(is_refused(open_all(&other, &chunks)));

    // Not even if both had the same key.
    let key = Secret::new([7; 32]);
    let [first, second] = [1, 2].map(|id| message::Keys::new(seal.clone(), message(id), key.clone()));
    let wrapped_for = context::Context { purpose: 16, key: None, message: Uuid::from_u128(2), delivery: Uuid::nil() };
    let (key_id, bytes) = vault::wrap(&*seal.vault(), wrapped_for, &key).unwrap();
    let opener = seal.open_message(message(2), Holder::Sender, &Wrap { key_id, bytes }).unwrap();
    assert!(opener.outline(&second.seal_outline(&[1; 24], b"outline")).is_ok());
    assert!(is_refused(opener.outline(&first.seal_outline(&[1; 24], b"outline"))));
    assert!(open_all(&opener, &second.seal_chunks([1; 19], b"content").collect::<Vec<_>>()).is_ok());
    assert!(is_refused(open_all(&opener, &first.seal_chunks([1; 19], b"content").collect::<Vec<_>>())));
}

#[test]
fn an_outline_is_no_chunk_and_a_chunk_no_outline() {
    let seal = seal();
    let sealer = seal.new_message(message(1));
    let opener = seal.open_message(message(1), Holder::Sender, &sealer.wrap(Holder::Sender).unwrap()).unwrap();
    let outline = sealer.outline(b"x");
    let chunk = sealer.chunks(b"x").next().unwrap();
    assert!(is_refused(opener.chunk(0, 1, &SealedChunk::from_stored(outline.as_bytes().to_vec()))));
    assert!(is_refused(opener.outline(&SealedOutline::from_stored(chunk.as_bytes().to_vec()))));
}

#[test]
fn a_wrap_opens_for_its_message_holder_and_key_only() {
    let mut ring = KeyRing::generate(DateTime::UNIX_EPOCH);
    let other_key = ring.active();
    ring.rotate(DateTime::UNIX_EPOCH);
    let seal = Seal::new(ring);
    let sealer = seal.new_message(message(1));
    let holders = [
        Holder::Sender,
        Holder::Delivery(delivery(0)),
        Holder::Delivery(delivery(2)),
        Holder::Delivery(delivery(3)),
        Holder::Job(job(0)),
        Holder::Job(job(2)),
    ];
    for holder in holders {
        let wrap = sealer.wrap(holder).unwrap();
        for other in holders {
            assert_eq!(seal.open_message(message(1), other, &wrap).is_ok(), other == holder, "{holder:?} {other:?}");
        }
        assert!(is_refused(seal.open_message(message(2), holder, &wrap)));
        assert!(is_refused(seal.open_message(message(1), holder, &Wrap { key_id: other_key, ..wrap.clone() })));
        let gone = KeyId::from_bytes([0; 8]);
        let unknown = seal.open_message(message(1), holder, &Wrap { key_id: gone, ..wrap });
        assert!(matches!(unknown, Err(Error::UnknownKey(key)) if key == gone));
    }
}

#[test]
fn a_bit_flipped_anywhere_or_an_octet_cut_is_found() {
    let seal = seal();
    let sealer = seal.new_message(message(1));
    let wrap = sealer.wrap(Holder::Sender).unwrap();
    let opener = seal.open_message(message(1), Holder::Sender, &wrap).unwrap();
    let (outline, chunk) = (sealer.outline(b"outline"), sealer.chunks(b"content").next().unwrap());

    let open_wrap = |bytes| seal.open_message(message(1), Holder::Sender, &Wrap { key_id: wrap.key_id, bytes }).err();
    let open_outline = |bytes| opener.outline(&SealedOutline::from_stored(bytes)).err();
    let open_chunk = |bytes| opener.chunk(0, 1, &SealedChunk::from_stored(bytes)).err();
    assert_every_change_is_found(&wrap.bytes, open_wrap);
    assert_every_change_is_found(outline.as_bytes(), open_outline);
    assert_every_change_is_found(chunk.as_bytes(), open_chunk);
}

fn assert_every_change_is_found(bytes: &[u8], open: impl Fn(Vec<u8>) -> Option<Error>) {
    assert!(open(bytes.to_vec()).is_none());
    for bit in 0..bytes.len() * 8 {
        assert!(open(flipped(bytes, bit)).is_some(), "bit {bit}");
    }
    for len in 0..bytes.len() {
        assert!(open(bytes[..len].to_vec()).is_some(), "{len} octets");
    }
    assert!(open([bytes, &[0]].concat()).is_some());
}

#[test]
fn an_unknown_format_or_algorithm_is_named() {
    let seal = seal();
    let mut wrap = seal.new_message(message(1)).wrap(Holder::Sender).unwrap();
    wrap.bytes[1] = 2;
    let refused = seal.open_message(message(1), Holder::Sender, &wrap);
    assert!(matches!(refused, Err(Error::UnknownFormat { format: 2, algorithm: 1 })));
}

#[test]
fn a_rewrapped_message_opens_without_the_old_key() {
    let mut ring = KeyRing::generate(DateTime::UNIX_EPOCH);
    let (seal, old) = (Seal::new(ring.clone()), ring.active());
    let (sealer, holder) = (seal.new_message(message(1)), Holder::Delivery(delivery(2)));
    let chunks: Vec<_> = sealer.chunks(b"content").collect();
    let wrap = sealer.wrap(holder).unwrap();
    assert_eq!(seal.rewrap(message(1), holder, &wrap).unwrap(), None);

    let new = ring.rotate(DateTime::UNIX_EPOCH);
    let clone = seal.clone();
    clone.reload(ring.clone());
    assert_eq!((seal.active_key(), seal.key_ids()), (new, vec![old, new]), "clones share the ring");
    assert_eq!(sealer.wrap(holder).unwrap().key_id, new);
    assert!(is_refused(seal.rewrap(message(1), Holder::Sender, &wrap)));
    let rewrapped = seal.rewrap(message(1), holder, &wrap).unwrap().unwrap();
    assert_eq!(rewrapped.key_id, new);

    ring.remove(old).unwrap();
    seal.reload(ring);
    let opener = seal.open_message(message(1), holder, &rewrapped).unwrap();
    assert_eq!(open_all(&opener, &chunks).unwrap(), b"content");
    assert!(matches!(seal.open_message(message(1), holder, &wrap), Err(Error::UnknownKey(key)) if key == old));
}

#[test]
fn the_same_content_never_looks_the_same_twice() {
    let seal = seal();
    let sealer = seal.new_message(message(1));
    let [one, other] = [(); 2].map(|()| sealer.chunks(b"content").next().unwrap());
    assert_ne!(one, other);
    assert_ne!(sealer.outline(b"outline"), sealer.outline(b"outline"));
    assert_ne!(sealer.wrap(Holder::Sender).unwrap(), sealer.wrap(Holder::Sender).unwrap());
}

#[test]
fn nothing_prints_a_secret() {
    let seal = seal();
    let sealer = seal.new_message(message(1));
    let wrap = sealer.wrap(Holder::Sender).unwrap();
    let opener = seal.open_message(message(1), Holder::Sender, &wrap).unwrap();
    let plain = opener.outline(&sealer.outline(b"hidden")).unwrap();
    let secret = Secret::new([77; 32]);
    let printed = format!("{seal:?} {sealer:?} {opener:?} {wrap:?} {plain:?} {secret:?}");
    let key = wrap.key_id;
    let id = message(1).as_uuid();
    assert_eq!(
        printed,
        format!(
            "Seal {{ active: KeyId({key}), .. }} MessageSealer(MessageId({id})) MessageOpener(MessageId({id})) \
             Wrap {{ key_id: KeyId({key}), .. }} Plain(6 octets) Secret(..)"
        )
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn content_of_any_length_comes_back(len in 0..5 * CHUNK_LEN) {
        let content = content(len);
        let (opener, chunks) = sealed(&seal(), message(1), &content);
        prop_assert_eq!(chunks.len(), chunk_count(len) as usize);
        prop_assert!(open_all(&opener, &chunks).unwrap() == content);
    }

    #[test]
    fn a_change_anywhere_in_a_long_content_is_found(len in 1..3 * CHUNK_LEN, chunk: usize, bit: usize, cut: bool) {
        let (opener, mut chunks) = sealed(&seal(), message(1), &content(len));
        let at = chunk % chunks.len();
        let bytes = chunks[at].as_bytes();
        let changed =
            if cut { bytes[..bit % bytes.len()].to_vec() } else { flipped(bytes, bit % (bytes.len() * 8)) };
        chunks[at] = SealedChunk::from_stored(changed);
        prop_assert!(is_refused(open_all(&opener, &chunks)));
    }
}
