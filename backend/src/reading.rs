//! The way back: from the store through the seal to what people read.

use bytes::{Bytes, BytesMut};
use tokio::task::spawn_blocking;

use crate::{
    app::App,
    id::MessageId,
    message::{Leaf, Outline, container, decode::Decoder, outline::TransferEncoding},
    seal::MessageOpener,
    store::{self, message_chunks, messages},
};

/// Chunks loaded at a time.
const AHEAD: u32 = 16;

/// The whole message as it came; `None` if it cannot be opened.
pub async fn whole(app: &App, id: MessageId, opener: &MessageOpener) -> Result<Option<Bytes>, store::Error> {
    let message = app.store.read(move |conn| messages::get(conn, id)).await?;
    let count = u32::try_from(message.chunk_count).unwrap_or(0);
    let mut whole = BytesMut::with_capacity(usize::try_from(message.size).unwrap_or(0));
    let mut from = 0;
    while from < count {
        let Some(plain) = chunks(app, id, opener, from, (from + AHEAD).min(count), count).await? else {
            return Ok(None);
        };
        whole.extend_from_slice(&plain);
        from += AHEAD;
    }
    Ok(Some(whole.freeze()))
}

/// The content of some chunks.
pub async fn chunks(
    app: &App,
    id: MessageId,
    opener: &MessageOpener,
    from: u32,
    to: u32,
    count: u32,
) -> Result<Option<BytesMut>, store::Error> {
    let sealed = app.store.read(move |conn| message_chunks::get_range(conn, id, from, to)).await?;
    if sealed.len() != (to - from) as usize {
        return Ok(None);
    }
    let mut plain = BytesMut::new();
    for (number, chunk) in (from..to).zip(&sealed) {
        let Ok(opened) = opener.chunk(number, count, chunk) else {
            tracing::error!(message = %id, number, "a chunk cannot be opened: it was changed, or the key is another");
            return Ok(None);
        };
        plain.extend_from_slice(opened.as_ref());
    }
    Ok(Some(plain))
}

/// The outline of a message.
pub fn outline(opener: &MessageOpener, message: &messages::Message) -> Option<Outline> {
    let plain = opener.outline(&message.sealed_outline).ok()?;
    serde_json::from_slice(plain.as_ref()).ok()
}

/// One part's octets as they lie in the message, or in the part around it, opening only the chunks that hold it.
pub async fn leaf(
    app: &App,
    message: &messages::Message,
    opener: &MessageOpener,
    leaf: &Leaf,
) -> Result<Option<Bytes>, store::Error> {
    let count = u32::try_from(message.chunk_count).unwrap_or(0);
    part(app, message.id, opener, count, leaf).await
}

async fn part(
    app: &App,
    id: MessageId,
    opener: &MessageOpener,
    count: u32,
    leaf: &Leaf,
) -> Result<Option<Bytes>, store::Error> {
    let outermost = leaf.outermost();
    let range = outermost.chunks();
    let (from, to) = (range.start.min(count), range.end.min(count));
    let Some(plain) = chunks(app, id, opener, from, to, count).await? else { return Ok(None) };
    let base = from as usize * crate::seal::CHUNK_LEN;
    let range = outermost.range();
    let (start, end) = (range.start.saturating_sub(base), range.end.saturating_sub(base));
    let octets = plain.freeze().get(start..end).map(Bytes::copy_from_slice);
    let (Some(octets), true) = (&octets, leaf.within.is_some()) else { return Ok(octets) };
    // To open what is around it takes a while if it is large.
    let (leaf, octets) = (leaf.clone(), octets.clone());
    let opened = spawn_blocking(move || container::octets(&leaf, &octets).map(|inner| Bytes::from(inner.into_owned())));
    Ok(opened.await.ok().flatten())
}

/// A part on its way to a reader: decoded piece by piece, a few chunks in memory at a time.
pub struct LeafStream {
    app: App,
    message: MessageId,
    opener: MessageOpener,
    count: u32,
    next: u32,
    start: u64,
    end: u64,
    /// A part that lies within another one is opened whole.
    wrapped: Option<Leaf>,
    decoder: Decoder,
    done: bool,
}

impl LeafStream {
    /// A part's decoded octets.
    pub fn new(app: App, message: &messages::Message, opener: MessageOpener, leaf: &Leaf) -> Self {
        let decoder = Decoder::new(leaf.encoding);
        let wrapped = leaf.within.is_some().then(|| leaf.clone());
        Self { wrapped, ..Self::of(app, message, opener, leaf.start, leaf.end, decoder) }
    }

    /// The whole message.
    pub fn whole(app: App, message: &messages::Message, opener: MessageOpener) -> Self {
        let end = u64::try_from(message.size).unwrap_or(0);
        Self::of(app, message, opener, 0, end, Decoder::new(TransferEncoding::Identity))
    }

    fn of(
        app: App,
        message: &messages::Message,
        opener: MessageOpener,
        start: u64,
        end: u64,
        decoder: Decoder,
    ) -> Self {
        let next = u32::try_from(start / crate::message::outline::CHUNK).unwrap_or(u32::MAX);
        let count = u32::try_from(message.chunk_count).unwrap_or(0);
        Self { app, message: message.id, opener, count, next, start, end, wrapped: None, decoder, done: false }
    }

    /// The next piece; `None` at the end.
    ///
    /// # Errors
    /// When the store does not answer or a chunk cannot be opened: the reader must not take a part for the whole.
    pub async fn next(&mut self) -> Option<Result<Bytes, std::io::Error>> {
        if let Some(leaf) = self.wrapped.take() {
            self.done = true;
            let opened = part(&self.app, self.message, &self.opener, self.count, &leaf).await;
            let Ok(Some(octets)) = opened else { return Some(Err(unreadable())) };
            let mut decoded = self.decoder.push(&octets);
            decoded.extend(self.decoder.finish());
            return Some(Ok(Bytes::from(decoded)));
        }
        let chunk = crate::message::outline::CHUNK;
        while !self.done {
            let base = u64::from(self.next) * chunk;
            if self.next >= self.count || base >= self.end {
                self.done = true;
                let rest = self.decoder.finish();
                return (!rest.is_empty()).then(|| Ok(Bytes::from(rest)));
            }
            let number = self.next;
            self.next += 1;
            let opened = chunks(&self.app, self.message, &self.opener, number, number + 1, self.count).await;
            let Ok(Some(plain)) = opened else {
                self.done = true;
                return Some(Err(unreadable()));
            };
            let within = |at: u64| usize::try_from(at.saturating_sub(base)).unwrap_or(usize::MAX).min(plain.len());
            let piece = self.decoder.push(&plain[within(self.start)..within(self.end)]);
            if !piece.is_empty() {
                return Some(Ok(Bytes::from(piece)));
            }
        }
        None
    }
}

fn unreadable() -> std::io::Error {
    std::io::Error::other("the message cannot be read on")
}
