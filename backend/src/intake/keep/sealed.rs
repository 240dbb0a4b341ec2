//! A message, sealed and ready to be written. Sealing takes longer than writing, so it comes before the transaction,
//! which others wait for.

use chrono::{DateTime, Duration, Utc};
use tokio::task::spawn_blocking;

use super::{
    Error, Keep,
    delivery::{ReadyDelivery, Shared, announced, relayed, to_staff},
};
use crate::{
    app::App,
    intake::{cover::Cover, envelope::Recipient, reference},
    message::RawMail,
    outbox::job::{Ready, Relay},
    seal::{self, CHUNK_LEN, Holder, MessageSealer, Purpose, SealedChunk, chunk_count},
    store::{self, Connection, message_chunks, messages, messages::NewMessage},
};

/// Up to so many octets are sealed before they are written.
const OCTETS_AT_ONCE: usize = 2 * CHUNK_LEN;
/// For up to so many recipients a message is sealed at once: another thread would take longer to wake.
const RECIPIENTS_AT_ONCE: usize = 16;

/// A time from the Date field is believed within these bounds of the arrival.
const SANE_PAST: i64 = 7;
const SANE_FUTURE: i64 = 1;

/// A message with its deliveries.
pub(super) struct Sealed {
    pub(super) content: Content,
    /// Those that a notification announces.
    pub(super) announced: Vec<ReadyDelivery>,
    /// Those that leave as ordinary mail.
    pub(super) staff: Vec<ReadyDelivery>,
}

/// The message itself.
pub(in crate::intake) struct Content {
    sealer: MessageSealer,
    row: NewMessage,
    octets: Octets,
}

/// The octets of a message.
enum Octets {
    Sealed(Vec<SealedChunk>),
    /// Sealed chunk by chunk as they are written, so that a large message lies in memory once.
    Large(RawMail),
}

/// Seals what is to be kept.
pub(super) async fn seal(app: &App, request: Keep) -> Result<(Keep, Sealed), Error> {
    if request.sealed.len() + request.staff.len() <= RECIPIENTS_AT_ONCE {
        return Sealed::new(app, &request).map(|sealed| (request, sealed));
    }
    let inner = app.clone();
    let work = move || Sealed::new(&inner, &request).map(|sealed| (request, sealed));
    spawn_blocking(work).await.unwrap_or(Err(Error::Store(store::Error::Panicked)))
}

impl Sealed {
    fn new(app: &App, request: &Keep) -> Result<Self, Error> {
        let now = app.clock.now();
        let sealer = app.seal.new_message(request.id);
        let days = request.expires_in_days.unwrap_or(app.config.messages.lifetime_days);
        let shared = Shared {
            id: request.id,
            author: &request.author,
            original: &request.original,
            reference: reference::new(),
            sent_at: request.outline.date.filter(|date| is_sane(*date, now)).unwrap_or(now),
            expires_at: app.config.end_after(now, days),
            now,
        };
        let wrap = |holder| sealer.wrap(holder);
        let announced = request.sealed.iter().map(|recipient| announced(app, &shared, recipient, &wrap));
        let announced = announced.collect::<Result<_, _>>()?;
        let staff = request.staff.iter().map(|recipient| to_staff(app, request, &sealer, &shared, recipient));
        let staff = staff.collect::<Result<_, _>>()?;
        let mut content = Content::new(app, request, sealer, &shared)?;
        content.row.sender_wrap = Some(content.sealer.wrap(Holder::Sender)?);
        content.row.expires_at = Some(shared.expires_at);
        content.row.listed = true;
        Ok(Self { content, announced, staff })
    }

    /// When it was sealed.
    pub(super) fn at(&self) -> DateTime<Utc> {
        self.content.row.received_at
    }

    /// The same without the deliveries to all other recipients. With none of them nobody is to read it here: it only waits
    /// for the next hop.
    pub(super) fn only_to(mut self, recipients: &[Recipient]) -> Self {
        self.announced.retain(|delivery| recipients.iter().any(|one| one.address == *delivery.recipient()));
        if self.announced.is_empty() {
            let row = &mut self.content.row;
            (row.listed, row.sender_wrap, row.expires_at) = (false, None, None);
        }
        self
    }
}

impl Content {
    /// Seals a mail that nobody is to read here: it only waits for the next hop.
    pub(in crate::intake) fn unlisted(app: &App, request: &Keep) -> Result<Self, Error> {
        let now = app.clock.now();
        let shared = Shared {
            id: request.id,
            author: &request.author,
            original: &request.original,
            reference: reference::new(),
            sent_at: now,
            expires_at: now,
            now,
        };
        Self::new(app, request, app.seal.new_message(request.id), &shared)
    }

    fn new(app: &App, request: &Keep, sealer: MessageSealer, shared: &Shared<'_>) -> Result<Self, Error> {
        let outline = serde_json::to_vec(&request.outline).map_err(|_| Error::Outline)?;
        let cover = Cover {
            subject: request.original.subject.clone(),
            sender: request.author.clone(),
            recipients: request.outline.to.iter().chain(&request.outline.cc).cloned().collect(),
            has_attachments: request.outline.has_attachments(),
        };
        let cover = serde_json::to_vec(&cover).map_err(|_| Error::Outline)?;
        let raw = &request.raw;
        let octets = if raw.0.len() <= OCTETS_AT_ONCE {
            Octets::Sealed(sealer.chunks(&raw.0).collect())
        } else {
            Octets::Large(raw.clone())
        };
        let row = NewMessage {
            id: request.id,
            format: seal::FORMAT,
            algorithm: seal::ALGORITHM,
            origin: request.origin,
            sender: request.author.address.clone(),
            reference: shared.reference.clone(),
            listed: false,
            size: i64::try_from(raw.0.len()).unwrap_or(i64::MAX),
            chunk_count: i32::try_from(chunk_count(raw.0.len())).unwrap_or(i32::MAX),
            sealed_outline: sealer.outline(&outline),
            cover: app.seal.seal_record(Purpose::Cover, request.id.as_uuid(), &cover)?,
            sender_wrap: None,
            in_reply_to: request.in_reply_to,
            sent_at: shared.sent_at,
            received_at: shared.now,
            expires_at: None,
            read_notice: request.read_notice,
        };
        Ok(Self { sealer, row, octets })
    }

    /// Adds it.
    pub(in crate::intake) fn insert(&self, conn: &mut Connection) -> Result<(), store::Error> {
        messages::insert(conn, &self.row)?;
        let mut add = |number, chunk: &_| message_chunks::insert(conn, self.row.id, number, chunk);
        match &self.octets {
            Octets::Sealed(chunks) => (0..).zip(chunks).try_for_each(|(number, chunk)| add(number, chunk)),
            Octets::Large(raw) => {
                (0..).zip(self.sealer.chunks(&raw.0)).try_for_each(|(number, chunk)| add(number, &chunk))
            }
        }
    }

    /// The job that hands the mail to the next hop as it came.
    pub(in crate::intake) fn relay_job(&self, app: &App, relay: Relay) -> Result<Ready, Error> {
        relayed(app, self.row.id, self.row.received_at, relay, &|holder| self.sealer.wrap(holder))
    }

    /// Whether somebody is to read it here.
    pub(super) fn is_listed(&self) -> bool {
        self.row.listed
    }
}

fn is_sane(date: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    date > now - Duration::days(SANE_PAST) && date < now + Duration::days(SANE_FUTURE)
}
