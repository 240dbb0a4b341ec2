//! Seal, store, notify: the one way in which a message comes to be kept, whatever door it came in by.

mod delivery;
mod sealed;

use std::collections::HashSet;

use data_encoding::HEXLOWER;
use shared::EmailAddress;
use thiserror::Error;

pub(super) use self::sealed::Content;
use self::{
    delivery::{Shared, announced, relayed},
    sealed::Sealed,
};
use super::{envelope::Recipient, fingerprint::Fingerprint, note::Note, once::Once, original::Original};
use crate::{
    app::App,
    audit,
    id::{AccountId, JobId, MessageId},
    message::{Mailbox, Outline, RawMail},
    outbox::{
        enqueue,
        handover::Begun,
        job::{About, Relay},
    },
    seal::{self, Holder},
    store::{
        self, Connection, deliveries, deliveries::Delivery, drafts, fingerprints, messages, messages::Origin, notes,
        sendings, sendings::Sending,
    },
};

/// Why a message could not be kept.
#[derive(Debug, Error)]
pub enum Error {
    /// The store.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The keys.
    #[error(transparent)]
    Seal(#[from] seal::Error),
    /// The outline could not be written.
    #[error("the outline could not be written")]
    Outline,
}

/// What is to be kept.
pub struct Keep {
    /// A new id.
    pub id: MessageId,
    /// The door.
    pub origin: Origin,
    /// Who wrote it, and owns it.
    pub author: Mailbox,
    /// The message.
    pub raw: RawMail,
    /// Its outline.
    pub outline: Outline,
    /// What a report says of it; its masked subject stands in whatever is sent.
    pub original: Original,
    /// Who gets a notification.
    pub sealed: Vec<Recipient>,
    /// Who gets ordinary mail made from it.
    pub staff: Vec<EmailAddress>,
    /// Who gets it as it came.
    pub relay: Option<Relay>,
    /// The message it answers.
    pub in_reply_to: Option<MessageId>,
    /// Days until it expires; the setting's unless given.
    pub expires_in_days: Option<u32>,
    /// Whether its sender wants to be told by mail when a recipient first opens it.
    pub read_notice: bool,
    /// To recognise it, should it come again.
    pub fingerprint: Option<Fingerprint>,
    /// The same for a request with a key.
    pub once: Option<Once>,
    /// The draft that it was, which goes with the sending.
    pub draft: Option<(AccountId, String)>,
    /// A word to its sender.
    pub note: Option<Note>,
    /// Why it is sealed, as a code.
    pub reason: &'static str,
}

/// What was kept.
pub enum Kept {
    /// These deliveries are new.
    New(Vec<Delivery>),
    /// All of it was here before.
    Known,
    /// A request with this key was here before.
    Sent(Sending),
}

/// Seals the message, then commits it, its deliveries and its jobs in one transaction.
pub async fn keep(app: &App, request: Keep) -> Result<Kept, Error> {
    let inner = app.clone();
    let (request, sealed) = sealed::seal(app, request).await?;
    let added = match app.store.write_mail(move |conn| keep_within(conn, &inner, &request, sealed)).await? {
        Came::New(added) => added,
        Came::Known => return Ok(Kept::Known),
        Came::Sent(sending) => return Ok(Kept::Sent(sending)),
    };
    if added.waits {
        app.wake.wake();
    }
    added.begun.into_iter().for_each(Begun::go);
    Ok(Kept::New(added.deliveries))
}

/// Whether something was added.
enum Came {
    New(Added),
    Known,
    Sent(Sending),
}

/// What was added.
#[derive(Default)]
struct Added {
    deliveries: Vec<Delivery>,
    /// Jobs that begin at once.
    begun: Vec<Begun>,
    /// Whether others wait in the outbox.
    waits: bool,
}

impl Added {
    fn sealed(&mut self, (delivery, begun): (Delivery, Option<Begun>)) {
        self.deliveries.push(delivery);
        self.waits |= begun.is_none();
        self.begun.extend(begun);
    }
}

/// Adds what is new of it.
fn keep_within(conn: &mut Connection, app: &App, request: &Keep, message: Sealed) -> Result<Came, store::Error> {
    if let Some(print) = &request.fingerprint {
        return Ok(keep_mail(conn, app, request, message, print)?.map_or(Came::Known, Came::New));
    }
    let Some(once) = &request.once else {
        return insert(conn, app, request, message, request.relay.clone()).map(Came::New);
    };
    // Whoever asks the same at the same time waits, and then finds it sent.
    store::lock(conn, &once.name())?;
    if let Some(sending) = sendings::find(conn, once.account, &once.key_hash)? {
        return Ok(Came::Sent(sending));
    }
    let now = message.at();
    let added = insert(conn, app, request, message, request.relay.clone())?;
    let key = (once.account, &once.key_hash);
    sendings::insert(conn, key, &once.content.active, request.id, now)?;
    Ok(Came::New(added))
}

/// Adds what is new of a mail; none if nothing is.
fn keep_mail(
    conn: &mut Connection,
    app: &App,
    request: &Keep,
    message: Sealed,
    print: &Fingerprint,
) -> Result<Option<Added>, store::Error> {
    // Who brings the same mail at the same time, here or at another node, waits, and then finds it known.
    store::lock(conn, &HEXLOWER.encode(print.candidates.first().unwrap_or(&print.active)))?;
    let known = fingerprints::list(conn, &print.candidates)?;
    let taken: HashSet<&EmailAddress> = known.iter().map(|print| &print.recipient).collect();
    let new = |recipients: &[Recipient]| -> Vec<Recipient> {
        recipients.iter().filter(|recipient| !taken.contains(&recipient.address)).cloned().collect()
    };
    let sealed = new(&request.sealed);
    let relay = request.relay.as_ref().and_then(|job| {
        let waiting = new(&job.envelope.recipients);
        (!waiting.is_empty()).then(|| Relay { envelope: job.envelope.to(waiting), ..job.clone() })
    });
    let waiting = relay.iter().flat_map(|job| &job.envelope.recipients);
    let fresh: Vec<EmailAddress> = sealed.iter().chain(waiting).map(|recipient| recipient.address.clone()).collect();
    if fresh.is_empty() {
        return Ok(None);
    }
    // New recipients of a known mail join its message, if that can still be opened.
    let joined = match known.iter().find_map(|print| print.message_id) {
        Some(known) => join(conn, app, request, known, &sealed, relay.as_ref())?.map(|added| (known, added)),
        None => None,
    };
    let now = message.at();
    let (message, added) = match joined {
        Some(joined) => joined,
        None => (request.id, insert(conn, app, request, message.only_to(&sealed), relay)?),
    };
    for address in &fresh {
        // Should it be there after all: undo, and let the sender's next try find it known.
        if !fingerprints::insert(conn, &print.active, address, Some(message), now)? {
            return Err(store::Error::Duplicate);
        }
    }
    Ok(Some(added))
}

fn join(
    conn: &mut Connection,
    app: &App,
    request: &Keep,
    known: MessageId,
    recipients: &[Recipient],
    relay: Option<&Relay>,
) -> Result<Option<Added>, store::Error> {
    let Some(message) = messages::find(conn, known)? else { return Ok(None) };
    let (Some(wrap), Some(expires_at), true) = (&message.sender_wrap, message.expires_at, message.listed) else {
        return Ok(None);
    };
    let Ok(opener) = app.seal.open_message(known, Holder::Sender, wrap) else { return Ok(None) };
    let shared = Shared {
        id: known,
        author: &request.author,
        original: &request.original,
        reference: message.reference.clone(),
        sent_at: message.sent_at,
        expires_at,
        now: app.clock.now(),
    };
    let mut added = Added::default();
    for recipient in recipients {
        if deliveries::find_for(conn, known, &recipient.address)?.is_none() {
            let delivery = announced(app, &shared, recipient, &|holder| opener.wrap(holder));
            added.sealed(delivery.map_err(unavailable)?.begin(conn, app)?);
        }
    }
    if let Some(relay) = relay {
        added.waits = true;
        let job = relayed(app, known, shared.now, relay.clone(), &|holder| opener.wrap(holder));
        job.map_err(unavailable)?.enqueue(conn)?;
    }
    Ok(Some(added))
}

fn insert(
    conn: &mut Connection,
    app: &App,
    request: &Keep,
    message: Sealed,
    relay: Option<Relay>,
) -> Result<Added, store::Error> {
    let now = message.at();
    let Sealed { content, announced, staff } = message;
    content.insert(conn)?;
    let mut added = Added::default();
    for delivery in announced {
        added.sealed(delivery.begin(conn, app)?);
    }
    for delivery in staff {
        added.waits = true;
        added.deliveries.push(delivery.enqueue(conn)?);
    }
    if let Some(relay) = relay {
        added.waits = true;
        content.relay_job(app, relay).map_err(unavailable)?.enqueue(conn)?;
    }
    if !content.is_listed() {
        return Ok(added);
    }
    if let Some(note) = &request.note
        && notes::claim(conn, &note.to, &note.kind, now)?
    {
        added.waits = true;
        enqueue(conn, &app.seal, now, JobId::new(now), &note.job, About::default())?;
    }
    if let Some(answered) = request.in_reply_to
        && let Some(delivery) = deliveries::find_for(conn, answered, &request.author.address)?
    {
        deliveries::set_replied(conn, delivery.id, now)?;
    }
    if let Some((account, name)) = &request.draft {
        drafts::delete(conn, *account, name)?;
    }
    let actor = Some(request.author.address.clone());
    audit::record(conn, app, &audit::Entry::of_message(audit::Event::Sealed, actor, request.id, Some(request.reason)))?;
    Ok(added)
}

/// Failures of the keys end the transaction like any other.
fn unavailable(error: Error) -> store::Error {
    match error {
        Error::Store(error) => error,
        Error::Seal(_) | Error::Outline => store::Error::Unavailable(error.to_string()),
    }
}
