//! Tests of sealing and opening.

use chrono::DateTime;

use super::*;
use crate::id::{DeliveryId, JobId, MessageId};

fn seal() -> Seal {
    Seal::new(KeyRing::generate(DateTime::UNIX_EPOCH))
}

fn message(number: u128) -> MessageId {
    uuid::Uuid::from_u128(number).into()
}

fn delivery(number: u128) -> DeliveryId {
    uuid::Uuid::from_u128(number).into()
}

fn job(number: u128) -> JobId {
    uuid::Uuid::from_u128(number).into()
}

#[test]
fn each_holder_opens_what_was_sealed() {
    let seal = seal();
    let sealer = seal.new_message(message(1));
    let content = vec![b'x'; CHUNK_LEN + 1];
    let (outline, chunks) = (sealer.outline(b"outline"), sealer.chunks(&content).collect::<Vec<_>>());
    assert_eq!(chunks.len(), 2);
    for holder in [Holder::Sender, Holder::Delivery(delivery(2)), Holder::Job(job(3))] {
        let opener = seal.open_message(message(1), holder, &sealer.wrap(holder).unwrap()).unwrap();
        assert_eq!(&*opener.outline(&outline).unwrap(), b"outline");
        let opened: Vec<_> = [0, 1].iter().map(|&n| opener.chunk(n, 2, &chunks[n as usize]).unwrap()).collect();
        assert_eq!(opened.iter().flat_map(|piece| piece.iter().copied()).collect::<Vec<_>>(), content);
    }
}
