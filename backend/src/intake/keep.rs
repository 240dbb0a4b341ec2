//! Seal, store, notify: the one way in which a message comes to be kept, whatever door it came in by.

mod delivery;

use chrono::{DateTime, Duration, Utc};
use data_encoding::HEXLOWER;
use shared::EmailAddress;
use thiserror::Error;

pub(super) use self::delivery::Shared;
use self::delivery::{deliver, hand_to_staff};
use super::{
    cover::Cover, envelope::Recipient, fingerprint::Fingerprint, note::Note, once::Once, original::Original, reference,
};
use crate::{
    app::App,
    audit,
    id::{JobId, MessageId},
    message::{Mailbox, Outline, RawMail},
    outbox::{
        Job, enqueue,
        handover::Begun,
        job::{About, Relay},
    },
    seal::{self, Holder, MessageSealer, Purpose},
    store::{
        self, Connection, deliveries,
        deliveries::Delivery,
        fingerprints, message_chunks, messages,
        messages::{NewMessage, Origin},
        notes, sendings,
        sendings::Sending,
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

/// A time from the Date field is believed within these bounds of the arrival.
const SANE_PAST: i64 = 7;
const SANE_FUTURE: i64 = 1;

/// Commits the message, its deliveries and its jobs in one transaction.
pub async fn keep(app: &App, request: Keep) -> Result<Kept, Error> {
    let inner = app.clone();
    let added = match app.store.write(move |conn| keep_within(conn, &inner, &request)).await? {
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
fn keep_within(conn: &mut Connection, app: &App, request: &Keep) -> Result<Came, store::Error> {
    if let Some(print) = &request.fingerprint {
        return Ok(keep_mail(conn, app, request, print)?.map_or(Came::Known, Came::New));
    }
    let Some(once) = &request.once else {
        return insert(conn, app, request, &request.sealed, request.relay.clone()).map(Came::New);
    };
    // Whoever asks the same at the same time waits, and then finds it sent.
    store::lock(conn, &once.name())?;
    if let Some(sending) = sendings::find(conn, once.account, &once.key_hash)? {
        return Ok(Came::Sent(sending));
    }
    let added = insert(conn, app, request, &request.sealed, request.relay.clone())?;
    let key = (once.account, &once.key_hash);
    sendings::insert(conn, key, &once.content.active, request.id, app.clock.now())?;
    Ok(Came::New(added))
}

/// Adds what is new of a mail; none if nothing is.
fn keep_mail(
    conn: &mut Connection,
    app: &App,
    request: &Keep,
    print: &Fingerprint,
) -> Result<Option<Added>, store::Error> {
    let now = app.clock.now();
    // Who brings the same mail at the same time, here or at another node, waits, and then finds it known.
    store::lock(conn, &HEXLOWER.encode(print.candidates.first().unwrap_or(&print.active)))?;
    let mut sealed = Vec::new();
    for recipient in &request.sealed {
        if fingerprints::find(conn, &print.candidates, &recipient.address)?.is_none() {
            sealed.push(recipient.clone());
        }
    }
    let mut relay = None;
    if let Some(job) = &request.relay {
        let mut waiting = Vec::new();
        for recipient in &job.envelope.recipients {
            if fingerprints::find(conn, &print.candidates, &recipient.address)?.is_none() {
                waiting.push(recipient.clone());
            }
        }
        relay = (!waiting.is_empty()).then(|| Relay { envelope: job.envelope.to(waiting), ..job.clone() });
    }
    let waiting = relay.iter().flat_map(|job| &job.envelope.recipients);
    let fresh: Vec<EmailAddress> = sealed.iter().chain(waiting).map(|recipient| recipient.address.clone()).collect();
    if fresh.is_empty() {
        return Ok(None);
    }
    // A new recipient of a known mail joins its message, if that can still be opened.
    let known = if relay.is_none() { fingerprints::find_message(conn, &print.candidates)? } else { None };
    let joined = match known {
        Some(known) => join(conn, app, request, known, &sealed)?.map(|added| (known, added)),
        None => None,
    };
    let (message, added) = match joined {
        Some(joined) => joined,
        None => (request.id, insert(conn, app, request, &sealed, relay)?),
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
) -> Result<Option<Added>, store::Error> {
    let message = messages::get(conn, known)?;
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
            added.sealed(deliver(conn, app, &shared, recipient, &|holder| opener.wrap(holder))?);
        }
    }
    Ok(Some(added))
}

fn insert(
    conn: &mut Connection,
    app: &App,
    request: &Keep,
    sealed: &[Recipient],
    relay: Option<Relay>,
) -> Result<Added, store::Error> {
    let now = app.clock.now();
    let sealer = app.seal.new_message(request.id);
    let days = request.expires_in_days.unwrap_or(app.config.messages.lifetime_days);
    let shared = Shared {
        id: request.id,
        author: &request.author,
        original: &request.original,
        reference: reference::new(),
        sent_at: request.outline.date.filter(|date| is_sane(*date, now)).unwrap_or(now),
        expires_at: now + Duration::days(i64::from(days)),
        now,
    };
    let owner_wrap = sealer.wrap(Holder::Sender).map_err(sealing)?;
    let listed = NewMessageOf { owner_wrap: Some(owner_wrap), listed: true, expires_at: Some(shared.expires_at) };
    insert_message(conn, app, request, &sealer, &shared, listed)?;
    let mut added = Added::default();
    for recipient in sealed {
        added.sealed(deliver(conn, app, &shared, recipient, &|holder| sealer.wrap(holder))?);
    }
    for recipient in &request.staff {
        added.waits = true;
        added.deliveries.push(hand_to_staff(conn, app, request, &sealer, &shared, recipient)?);
    }
    if let Some(relay) = relay {
        added.waits = true;
        enqueue_relay(conn, app, &sealer, now, relay)?;
    }
    if let Some(note) = &request.note
        && notes::claim(conn, &note.to, &note.kind, now)?
    {
        added.waits = true;
        enqueue(conn, &app.seal, now, JobId::new(now), &note.job, About::default())?;
    }
    let actor = Some(request.author.address.clone());
    audit::record(conn, app, &audit::Entry::of_message(audit::Event::Sealed, actor, request.id, Some(request.reason)))?;
    Ok(added)
}

/// Failures of the keys end the transaction like any other.
fn sealing(error: seal::Error) -> store::Error {
    store::Error::Unavailable(error.to_string())
}

pub(super) struct NewMessageOf {
    pub(super) owner_wrap: Option<seal::Wrap>,
    pub(super) listed: bool,
    pub(super) expires_at: Option<DateTime<Utc>>,
}

pub(super) fn insert_message(
    conn: &mut Connection,
    app: &App,
    request: &Keep,
    sealer: &MessageSealer,
    shared: &Shared<'_>,
    of: NewMessageOf,
) -> Result<(), store::Error> {
    let outline = serde_json::to_vec(&request.outline).map_err(|error| store::Error::Unavailable(error.to_string()))?;
    let cover = Cover {
        subject: request.original.subject.clone(),
        sender: request.author.clone(),
        recipients: request.outline.to.iter().chain(&request.outline.cc).cloned().collect(),
        has_attachments: request.outline.has_attachments(),
    };
    let cover = serde_json::to_vec(&cover).map_err(|error| store::Error::Unavailable(error.to_string()))?;
    let chunks = sealer.chunks(&request.raw.0);
    messages::insert(
        conn,
        &NewMessage {
            id: request.id,
            format: seal::FORMAT,
            algorithm: seal::ALGORITHM,
            origin: request.origin,
            sender: request.author.address.clone(),
            reference: shared.reference.clone(),
            listed: of.listed,
            size: i64::try_from(request.raw.0.len()).unwrap_or(i64::MAX),
            chunk_count: i32::try_from(chunks.len()).unwrap_or(i32::MAX),
            sealed_outline: sealer.outline(&outline),
            cover: app.seal.seal_record(Purpose::Cover, request.id.as_uuid(), &cover).map_err(sealing)?,
            sender_wrap: of.owner_wrap,
            in_reply_to: request.in_reply_to,
            sent_at: shared.sent_at,
            received_at: shared.now,
            expires_at: of.expires_at,
            read_notice: request.read_notice,
        },
    )?;
    message_chunks::insert_batch(conn, request.id, (0u32..).zip(chunks))?;
    Ok(())
}

pub(super) fn enqueue_relay(
    conn: &mut Connection,
    app: &App,
    sealer: &MessageSealer,
    now: DateTime<Utc>,
    relay: Relay,
) -> Result<(), store::Error> {
    let id = JobId::new(now);
    let wrap = Some(sealer.wrap(Holder::Job(id)).map_err(sealing)?);
    let about = About { message_id: Some(sealer.id()), delivery_id: None, wrap };
    enqueue(conn, &app.seal, now, id, &Job::Relay(relay), about)
}

fn is_sane(date: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    date > now - Duration::days(SANE_PAST) && date < now + Duration::days(SANE_FUTURE)
}
