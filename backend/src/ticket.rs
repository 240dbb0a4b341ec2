//! What the recipient of a message may do without reading it: ask its sender to send it again once it has expired, and
//! say that it is not for them. The sender learns of either by mail.

use chrono::{DateTime, Duration, Utc};

use crate::{
    app::App,
    audit,
    id::JobId,
    intake::cover,
    outbox::{
        Job, enqueue,
        job::{About, TellSender, Told},
    },
    store::{
        self, Connection,
        deliveries::{self, Delivery},
        lifecycle,
        messages::Message,
    },
};

/// Hours from one request for a message to the next.
const HOURS: i64 = 24;

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// The sender is told.
    Told,
    /// The sender was told lately; they may be asked again in so many seconds.
    Lately(u32),
}

/// Asks the sender to send a message again, at most once a day.
pub async fn ask_again(app: &App, message: Message, delivery: Delivery) -> Result<Asked, store::Error> {
    let (now, inner) = (app.clock.now(), app.clone());
    let told = app
        .store
        .write(move |conn| {
            if !deliveries::set_requested(conn, delivery.id, now - Duration::hours(HOURS), now)? {
                let last = deliveries::get(conn, delivery.id)?.requested_at;
                return Ok(Asked::Lately(seconds_left(last.unwrap_or(now), now)));
            }
            tell(conn, &inner, &message, &delivery, Told::SendAgain)?;
            Ok(Asked::Told)
        })
        .await?;
    app.wake.wake();
    Ok(told)
}

fn seconds_left(last: DateTime<Utc>, now: DateTime<Utc>) -> u32 {
    u32::try_from((last + Duration::hours(HOURS) - now).num_seconds()).unwrap_or(0).max(1)
}

/// Destroys the recipient's key of a message that is not for them, and tells the sender. Once more does nothing.
/// `reason` is how it is known who says so.
pub async fn refuse(app: &App, message: Message, delivery: Delivery, reason: &'static str) -> Result<(), store::Error> {
    let (now, inner) = (app.clock.now(), app.clone());
    app.store
        .write(move |conn| {
            if !lifecycle::refuse(conn, &delivery, now)? {
                return Ok(());
            }
            let entry = audit::Entry {
                event: audit::Event::Refused,
                actor: Some(delivery.recipient.clone()),
                message_id: Some(message.id),
                delivery_id: Some(delivery.id),
                reason: Some(reason),
            };
            audit::record(conn, &inner, &entry)?;
            tell(conn, &inner, &message, &delivery, Told::NotForMe)
        })
        .await?;
    app.wake.wake();
    // The key stands in the log of the database until it is emptied.
    if let Err(error) = app.store.truncate_log().await {
        tracing::warn!(%error, "the log of the database could not be emptied after a refusal");
    }
    Ok(())
}

/// The job is about no delivery: it outlives the message that it is about.
fn tell(
    conn: &mut Connection,
    app: &App,
    message: &Message,
    delivery: &Delivery,
    about: Told,
) -> Result<(), store::Error> {
    let Some(cover) = cover::open(app, message) else { return Err(store::Error::NotFound) };
    let job = Job::TellSender(TellSender {
        to: message.sender.clone(),
        about,
        recipient: delivery.recipient.clone(),
        message: message.id,
        subject: cover.subject,
        reference: message.reference.clone(),
        sent_at: message.sent_at,
    });
    let now = app.clock.now();
    enqueue(conn, &app.seal, now, JobId::new(now), &job, About::default())
}
