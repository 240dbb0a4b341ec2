//! Who may open a message: its sender, and the recipient of each delivery.

use actix_web::HttpResponse;
use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use shared::{
    EmailAddress,
    api::{
        problem::{ProblemName, ProblemReason},
        ticket::MessageState,
    },
};
use tokio::sync::OwnedSemaphorePermit;

use crate::{
    api::{Error, error::Result, tickets::state},
    app::App,
    id::MessageId,
    message::{Leaf, Outline},
    reading::{self, LeafStream},
    seal::{Holder, MessageOpener},
    store::{
        deliveries::{self, Delivery},
        messages::{self, Message},
    },
};

/// A message that somebody may read, opened.
pub struct Opened {
    /// Its row.
    pub message: Message,
    /// The delivery of a recipient; none for its sender.
    pub delivery: Option<Delivery>,
    /// Its outline.
    pub outline: Outline,
    /// Its key.
    pub opener: MessageOpener,
}

/// The id in a path; what is none names nothing.
pub fn id(text: &str) -> Result<MessageId> {
    text.parse().map_err(|_| Error::not_found())
}

/// The row, for its sender or a recipient; for all others there is nothing.
pub async fn find(app: &App, reader: &EmailAddress, id: MessageId) -> Result<(Message, Option<Delivery>)> {
    let wanted = reader.clone();
    let found = app
        .store
        .read(move |conn| {
            let Some(message) = messages::find(conn, id)?.filter(|message| message.listed) else { return Ok(None) };
            if message.sender == wanted {
                return Ok(Some((message, None)));
            }
            Ok(deliveries::find_for(conn, id, &wanted)?.map(|delivery| (message, Some(delivery))))
        })
        .await?;
    found.ok_or(Error::not_found())
}

/// The row, for its sender alone.
pub async fn owned(app: &App, owner: &EmailAddress, id: MessageId) -> Result<Message> {
    match find(app, owner, id).await? {
        (message, None) => Ok(message),
        (_, Some(_)) => Err(Error::not_found()),
    }
}

/// Opens a message for a reader.
pub async fn open(app: &App, reader: &EmailAddress, id: MessageId) -> Result<Opened> {
    let (message, delivery) = find(app, reader, id).await?;
    match state(&message, delivery.as_ref(), app.clock.now()) {
        MessageState::Available => {}
        MessageState::Recalled => return Err(recalled(delivery.as_ref())),
        MessageState::Expired => return Err(expired(delivery.as_ref())),
    }
    let opener = opener(app, &message, delivery.as_ref())?;
    let outline = reading::outline(&opener, &message).ok_or(Error::new(ProblemName::Internal))?;
    Ok(Opened { message, delivery, outline, opener })
}

/// For its sender, and for whoever has refused it, something else has happened than for the others.
fn recalled(delivery: Option<&Delivery>) -> Error {
    let refused = |delivery: &Delivery| delivery.refused_at.map(|_| ProblemReason::Refused);
    Error::new(ProblemName::MessageRecalled).because(delivery.map_or(Some(ProblemReason::OwnMessage), refused))
}

fn expired(delivery: Option<&Delivery>) -> Error {
    match delivery {
        Some(_) => Error::with(ProblemName::MessageExpired, "Ask its sender to send it again."),
        None => Error::with(ProblemName::MessageExpired, "If it is still needed, send it again.")
            .because(ProblemReason::OwnMessage),
    }
}

/// The key, from the wrap of the delivery, or of the sender.
pub fn opener(app: &App, message: &Message, delivery: Option<&Delivery>) -> Result<MessageOpener> {
    let (holder, wrap) = match delivery {
        Some(delivery) => (Holder::Delivery(delivery.id), &delivery.wrap),
        None => (Holder::Sender, &message.sender_wrap),
    };
    let wrap = wrap.as_ref().ok_or(Error::new(ProblemName::MessageExpired))?;
    Ok(app.seal.open_message(message.id, holder, wrap)?)
}

impl Opened {
    /// An attachment by its number.
    pub fn attachment(&self, index: usize) -> Result<Leaf> {
        self.outline.attachments().get(index).map(|leaf| (*leaf).clone()).ok_or(Error::not_found())
    }
}

/// Sends a part of so many octets on its way piece by piece, after what was read of it already. The browser is told the
/// length, so that it can say how far it is, and notices when something is missing. What the part takes of the memory
/// is given back at the end.
pub fn stream_body(
    mut answer: actix_web::HttpResponseBuilder,
    size: u64,
    begins: Vec<Bytes>,
    part: (LeafStream, Option<OwnedSemaphorePermit>),
) -> HttpResponse {
    let rest = stream::unfold(part, |mut part| async move { part.0.next().await.map(|piece| (piece, part)) });
    answer.no_chunking(size).streaming(stream::iter(begins.into_iter().map(Ok)).chain(rest))
}
