//! Notifications that came back.

use crate::{
    app::App,
    id::{DeliveryId, JobId},
    intake::cover,
    outbox::{
        Job, enqueue,
        job::{About, Report},
    },
    store::{self, deliveries, deliveries::DeliveryState, messages},
};

/// A failure report came back: the delivery has failed, and the sender is told.
pub async fn fail_delivery(app: &App, id: DeliveryId) -> Result<(), store::Error> {
    let (now, inner) = (app.clock.now(), app.clone());
    app.store
        .write(move |conn| {
            let Some(delivery) = deliveries::find(conn, id)? else { return Ok(()) };
            if !matches!(delivery.state, DeliveryState::Queued | DeliveryState::Notified) {
                return Ok(());
            }
            deliveries::set_state(conn, id, DeliveryState::Failed)?;
            let message = messages::get(conn, delivery.message_id)?;
            let cover = cover::open(&inner, &message);
            let to = Some(message.sender).filter(|sender| inner.config.organisation.is_internal(sender));
            let report = Job::ReportFailure(Report {
                to: to.unwrap_or_else(|| inner.config.mail.postmaster().clone()),
                failed: vec![(delivery.recipient, "5.0.0".to_owned(), "the notification came back".to_owned())],
                subject: cover.map(|cover| cover.subject).unwrap_or_default(),
                original_id: None,
            });
            enqueue(conn, &inner.seal, now, JobId::new(now), &report, About::default())
        })
        .await?;
    app.wake.wake();
    Ok(())
}
