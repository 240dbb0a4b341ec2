//! Notifications that came back.

use shared::EmailAddress;

use crate::{
    app::App,
    audit,
    id::{DeliveryId, JobId},
    intake::{
        cover,
        envelope::{Envelope, Recipient},
        original::Original,
    },
    mail::bounce,
    message::{
        ParsedMail, RawMail,
        returned::{self, Failure, Returned},
    },
    outbox::{
        Job, enqueue,
        job::{About, Report, Status},
        report,
    },
    seal::Purpose,
    store::{
        self, Connection, deliveries,
        deliveries::{Delivery, DeliveryState},
        messages, outbox,
    },
};

/// Takes out of an envelope the addresses that were made for notifications, and answers whose they are: mail to them is
/// ours alone.
pub(super) fn take_out(app: &App, envelope: &mut Envelope) -> Vec<DeliveryId> {
    let mut came_back = Vec::new();
    envelope.recipients.retain(|recipient| match bounce::delivery(&app.seal, &recipient.address) {
        Some(delivery) => {
            came_back.push(delivery);
            false
        }
        None => true,
    });
    came_back
}

/// Whether an address looks like one made for a notification, and was not: handed on it would only come round.
pub fn is_forged(app: &App, address: &EmailAddress) -> bool {
    let is_like_ours = address.local_part().to_ascii_lowercase().starts_with("bounce+");
    is_like_ours
        && address.domain() == app.config.mail.bounce_domain()
        && bounce::delivery(&app.seal, address).is_none()
}

/// Takes what came back for some deliveries: a failure report fails them; everything else that programs write, such as
/// out-of-office answers, is dropped. Answers whether it was for these addresses at all: what a person wrote was not.
pub(super) async fn take(
    app: &App,
    deliveries: &[DeliveryId],
    mail: &ParsedMail,
    raw: &RawMail,
    has_null_sender: bool,
) -> Result<bool, store::Error> {
    let returned = returned::read(mail, raw, has_null_sender);
    for delivery in deliveries {
        match &returned {
            Returned::Failed(failure) => {
                tracing::info!(%delivery, status = failure.status, "a notification came back");
                fail(app, *delivery, failure.clone()).await?;
            }
            Returned::Underway => tracing::info!(%delivery, "a notification is still under way"),
            Returned::Answer => tracing::info!(%delivery, "an automatic answer to a notification was dropped"),
            Returned::Letter => tracing::info!(%delivery, "somebody wrote to the address of a notification"),
        }
    }
    Ok(returned != Returned::Letter)
}

/// The delivery has failed, and the sender is told.
async fn fail(app: &App, id: DeliveryId, failure: Failure) -> Result<(), store::Error> {
    let (now, inner) = (app.clock.now(), app.clone());
    let told = app
        .store
        .write(move |conn| {
            let Some(delivery) = deliveries::find(conn, id)? else { return Ok(false) };
            if !matches!(delivery.state, DeliveryState::Queued | DeliveryState::Notified | DeliveryState::Relayed) {
                return Ok(false);
            }
            deliveries::set_state(conn, id, DeliveryState::Failed)?;
            // The report may be faster than the worker that notes that the notification left.
            outbox::cancel_for_delivery(conn, delivery.message_id, id)?;
            let entry = audit::Entry {
                event: audit::Event::GivenUp,
                actor: None,
                message_id: Some(delivery.message_id),
                delivery_id: Some(id),
                reason: Some("came-back"),
            };
            audit::record(conn, &inner, &entry)?;
            match report_of(conn, &inner, &delivery, failure)? {
                Some(report) => {
                    let about = About::default();
                    enqueue(conn, &inner.seal, now, JobId::new(now), &Job::Report(report), about).map(|()| true)
                }
                None => Ok(false),
            }
        })
        .await?;
    if told {
        app.wake.wake();
    }
    Ok(())
}

fn report_of(
    conn: &mut Connection,
    app: &App,
    delivery: &Delivery,
    failure: Failure,
) -> Result<Option<Report>, store::Error> {
    let (recipient, original) = match known_of(conn, app, delivery.id)? {
        Some(known) => known,
        None => (Recipient::new(delivery.recipient.clone()), original_of(conn, app, delivery)?),
    };
    let status = Status { code: failure.status, diagnostic: failure.diagnostic, remote: failure.remote };
    let sealed = delivery.ticket_hash.is_some();
    Ok(report::failed(app, &original, sealed, [(recipient, status)]))
}

/// What was kept with a delivery for this.
fn known_of(conn: &mut Connection, app: &App, id: DeliveryId) -> Result<Option<(Recipient, Original)>, store::Error> {
    let Some(sealed) = deliveries::find_report(conn, id)? else { return Ok(None) };
    let plain = app.seal.open_record(Purpose::Report, id.as_uuid(), &sealed).ok();
    Ok(plain.and_then(|plain| serde_json::from_slice(plain.as_ref()).ok()))
}

/// The least that is known of a mail.
fn original_of(conn: &mut Connection, app: &App, delivery: &Delivery) -> Result<Original, store::Error> {
    let message = messages::get(conn, delivery.message_id)?;
    let cover = cover::open(app, &message);
    Ok(Original {
        subject: cover.as_ref().map(|cover| cover.subject.clone()).unwrap_or_default(),
        from: cover.map(|cover| cover.sender),
        message_id: None,
        date: Some(message.sent_at),
        arrived_at: message.received_at,
        envelope_sender: None,
        sender: Some(message.sender),
        envid: None,
    })
}
