//! Rotation of the ring: whatever is wrapped under an older key is wrapped anew under the active one, a batch at a time,
//! while serving.

use std::{
    fs,
    path::{Path, PathBuf},
    time::SystemTime,
};

use tokio::{sync::watch, time::sleep};

use crate::{
    app::App,
    id::{DeliveryId, DraftId, JobId, MessageId},
    seal::{self, Holder, KeyId, KeyRing, Purpose, SealedRecord, Wrap},
    store::{self, Connection, key_checks, rewrap},
};

/// Rows of one transaction.
const BATCH: i64 = 200;
/// How often the ring's file is looked at.
const LOOK: std::time::Duration = std::time::Duration::from_secs(5);

/// Takes the ring anew whenever its file changes, and wraps what is under older keys under the active one.
pub async fn watch(app: App, file: Option<PathBuf>, mut shutdown: watch::Receiver<bool>) {
    let mut seen = file.as_deref().and_then(changed_at);
    rewrap_and_log(&app).await;
    // What was just being sealed when the ring changed comes into the store under the older key: found at the next look.
    let mut looks_again = false;
    loop {
        tokio::select! {
            () = sleep(LOOK) => {}
            _ = shutdown.changed() => return,
        }
        let Some(file) = &file else { continue };
        let now = changed_at(file);
        if now == seen || now.is_none() {
            if looks_again {
                looks_again = false;
                rewrap_and_log(&app).await;
            }
            continue;
        }
        seen = now;
        match reload(&app, file).await {
            Ok(()) => {
                rewrap_and_log(&app).await;
                looks_again = true;
            }
            Err(reason) => tracing::error!(%reason, "the key ring changed and cannot be used; the one so far stays"),
        }
    }
}

fn changed_at(file: &Path) -> Option<SystemTime> {
    fs::metadata(file).and_then(|metadata| metadata.modified()).ok()
}

async fn reload(app: &App, file: &Path) -> anyhow::Result<()> {
    let ring = KeyRing::load(file)?;
    check(&app.store, &ring, app.clock.now()).await?;
    tracing::info!(active = %ring.active(), "the key ring was read anew");
    app.seal.reload(ring);
    Ok(())
}

/// Compares the ring with the values the store keeps, and adds those of new keys.
///
/// # Errors
/// In one sentence, when a key is missing or another one.
pub async fn check(store: &store::Store, ring: &KeyRing, now: chrono::DateTime<chrono::Utc>) -> anyhow::Result<()> {
    for known in store.read(key_checks::all).await? {
        match ring.check_value(known.key_id) {
            None if known.retired_at.is_some() => {}
            Some(_) if known.retired_at.is_some() => {
                tracing::warn!(key = %known.key_id, "a retired key is still in the key ring: take it out of this node's, too");
            }
            None => anyhow::bail!(
                "the key ring lacks the key {}, which the store depends on: put it back from its backup",
                known.key_id
            ),
            Some(value) if value.as_slice() != known.check_value => anyhow::bail!(
                "the key {} in the key ring is not the one the store was sealed with: put the right key ring back",
                known.key_id
            ),
            Some(_) => {}
        }
    }
    let values: Vec<_> = ring.ids().into_iter().filter_map(|id| Some((id, ring.check_value(id)?))).collect();
    store
        .write(move |conn| {
            for (id, value) in &values {
                key_checks::insert_if_absent(conn, id, value, now)?;
            }
            Ok(())
        })
        .await?;
    Ok(())
}

async fn rewrap_and_log(app: &App) {
    match rewrap(app).await {
        Ok(0) => {}
        Ok(count) => tracing::info!(count, "wrapped anew under the active key"),
        Err(error) => tracing::error!(%error, "not everything could be wrapped anew; the older keys are still needed"),
    }
}

/// Wraps everything under older keys anew. Answers how much that was.
pub async fn rewrap(app: &App) -> Result<usize, store::Error> {
    let active = app.seal.active_key();
    let mut count = 0;
    for key in app.seal.key_ids().into_iter().filter(|key| *key != active) {
        let (seal, places) = (app.seal.clone(), places());
        for place in places {
            let mut after = None;
            loop {
                let seal = seal.clone();
                let (last, done) = app.store.write(move |conn| place(conn, &seal, key, after)).await?;
                count += done;
                after = last;
                if after.is_none() {
                    break;
                }
            }
        }
    }
    Ok(count)
}

/// Rewraps one batch behind an id; answers the last id, none at the end, and how many.
type Place = fn(&mut Connection, &seal::Seal, KeyId, Option<uuid::Uuid>) -> Batch;

fn places() -> [Place; 8] {
    [deliveries, tickets, reports, senders, jobs, payloads, covers, drafts]
}

fn deliveries(conn: &mut Connection, seal: &seal::Seal, key: KeyId, after: Option<uuid::Uuid>) -> Batch {
    let rows = rewrap::list_deliveries(conn, &key, after.map(DeliveryId::from), BATCH)?;
    batch(rows, |(id, message, wrap)| {
        let new = wrapped(seal.rewrap(message, Holder::Delivery(id), &wrap));
        replaced(id.as_uuid(), new, |new: &Wrap| rewrap::replace_delivery(conn, id, &wrap.bytes, new))
    })
}

fn senders(conn: &mut Connection, seal: &seal::Seal, key: KeyId, after: Option<uuid::Uuid>) -> Batch {
    let rows = rewrap::list_senders(conn, &key, after.map(MessageId::from), BATCH)?;
    batch(rows, |(id, wrap)| {
        let new = wrapped(seal.rewrap(id, Holder::Sender, &wrap));
        replaced(id.as_uuid(), new, |new: &Wrap| rewrap::replace_sender(conn, id, &wrap.bytes, new))
    })
}

fn jobs(conn: &mut Connection, seal: &seal::Seal, key: KeyId, after: Option<uuid::Uuid>) -> Batch {
    let rows = rewrap::list_jobs(conn, &key, after.map(JobId::from), BATCH)?;
    batch(rows, |(id, message, wrap)| {
        let new = message.and_then(|message| wrapped(seal.rewrap(message, Holder::Job(id), &wrap)));
        replaced(id.as_uuid(), new, |new: &Wrap| rewrap::replace_job(conn, id, &wrap.bytes, new))
    })
}

fn tickets(conn: &mut Connection, seal: &seal::Seal, key: KeyId, after: Option<uuid::Uuid>) -> Batch {
    let rows = rewrap::list_tickets(conn, &key, after.map(DeliveryId::from), BATCH)?;
    batch(rows, |(id, record)| {
        let new = wrapped(seal.rewrap_record(Purpose::Ticket, id.as_uuid(), &record));
        replaced(id.as_uuid(), new, |new: &SealedRecord| rewrap::replace_ticket(conn, id, &record.bytes, new))
    })
}

fn reports(conn: &mut Connection, seal: &seal::Seal, key: KeyId, after: Option<uuid::Uuid>) -> Batch {
    let rows = rewrap::list_reports(conn, &key, after.map(DeliveryId::from), BATCH)?;
    batch(rows, |(id, record)| {
        let new = wrapped(seal.rewrap_record(Purpose::Report, id.as_uuid(), &record));
        replaced(id.as_uuid(), new, |new: &SealedRecord| rewrap::replace_report(conn, id, &record.bytes, new))
    })
}

fn payloads(conn: &mut Connection, seal: &seal::Seal, key: KeyId, after: Option<uuid::Uuid>) -> Batch {
    let rows = rewrap::list_payloads(conn, &key, after.map(JobId::from), BATCH)?;
    batch(rows, |(id, record)| {
        let new = wrapped(seal.rewrap_record(Purpose::JobPayload, id.as_uuid(), &record));
        replaced(id.as_uuid(), new, |new: &SealedRecord| rewrap::replace_payload(conn, id, &record.bytes, new))
    })
}

fn covers(conn: &mut Connection, seal: &seal::Seal, key: KeyId, after: Option<uuid::Uuid>) -> Batch {
    let rows = rewrap::list_covers(conn, &key, after.map(MessageId::from), BATCH)?;
    batch(rows, |(id, record)| {
        let new = wrapped(seal.rewrap_record(Purpose::Cover, id.as_uuid(), &record));
        replaced(id.as_uuid(), new, |new: &SealedRecord| rewrap::replace_cover(conn, id, &record.bytes, new))
    })
}

fn drafts(conn: &mut Connection, seal: &seal::Seal, key: KeyId, after: Option<uuid::Uuid>) -> Batch {
    let rows = rewrap::list_drafts(conn, &key, after.map(DraftId::from), BATCH)?;
    batch(rows, |(id, record)| {
        let new = wrapped(seal.rewrap_record(Purpose::Draft, id.as_uuid(), &record));
        replaced(id.as_uuid(), new, |new: &SealedRecord| rewrap::replace_draft(conn, id, &record.bytes, new))
    })
}

type Batch = Result<(Option<uuid::Uuid>, usize), store::Error>;

fn batch<R>(rows: Vec<R>, mut one: impl FnMut(R) -> Result<(uuid::Uuid, bool), store::Error>) -> Batch {
    let (mut last, mut count) = (None, 0);
    for row in rows {
        let (id, done) = one(row)?;
        last = Some(id);
        count += usize::from(done);
    }
    Ok((last, count))
}

/// What cannot be opened stays as it is, and is told; nothing else waits for it.
fn wrapped<T>(result: Result<Option<T>, seal::Error>) -> Option<T> {
    result.unwrap_or_else(|error| {
        tracing::error!(%error, "a wrap cannot be opened");
        None
    })
}

fn replaced<T>(
    id: uuid::Uuid,
    new: Option<T>,
    replace: impl FnOnce(&T) -> Result<bool, store::Error>,
) -> Result<(uuid::Uuid, bool), store::Error> {
    match new {
        Some(new) => Ok((id, replace(&new)?)),
        None => Ok((id, false)),
    }
}
