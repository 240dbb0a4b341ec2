//! Relay jobs: a mail as it came, to the recipients it is not sealed for. Each recipient has an outcome of its own.

use std::borrow::Cow;

use super::{
    fate::{Done, Fate, Waiting},
    job::{Job, Relay, Status, sealed_payload},
    note_answer, report,
    worker::{enqueue_report, until_written, wake_for},
};
use crate::{
    app::App,
    intake::envelope::Recipient,
    mail::next_hop::{Handed, Mode, Passing, RecipientOutcome, TOO_MANY},
    reading,
    seal::Holder,
    store::{self, outbox},
};

pub(super) async fn run(app: &App, row: &outbox::Job, relay: &Relay) -> Fate {
    let mut left = Cow::Borrowed(relay);
    loop {
        match once(app, row, &left).await {
            Tried::Ended(fate) => return fate,
            // A server takes so many recipients at a time; the rest need not wait.
            Tried::SomeLeft(rest) => left = Cow::Owned(*rest),
        }
    }
}

/// What one try came to.
enum Tried {
    Ended(Fate),
    /// Some were taken, and these were too many for one mail.
    SomeLeft(Box<Relay>),
}

async fn once(app: &App, row: &outbox::Job, relay: &Relay) -> Tried {
    if relay.envelope.recipients.is_empty() {
        // All had their outcome when the program ended, and the job had not yet.
        return Tried::Ended(Fate::done());
    }
    let mail = match mail(app, row, relay).await {
        Ok(Some(mail)) => mail,
        Ok(None) => return Tried::Ended(Fate::GiveUp(Status::new("5.3.0"))),
        Err(_) => return Tried::Ended(Fate::retry("store-unavailable")),
    };
    let put_off = |status: Status| Fate::Retry(Waiting::put_off(status));
    let handed = app.next_hop.send(&relay.envelope, mail, Mode::Each).await;
    note_answer(app, &handed);
    Tried::Ended(match handed {
        Ok(Handed::All(reply)) if reply.is_yes() => {
            // A sender who wants to know is told that all was handed on.
            let report = report::relayed_unsealed(app, &relay.original, &relay.envelope.recipients);
            Fate::Done(Box::new(Done { reached: None, report }))
        }
        Ok(Handed::All(reply) | Handed::None(reply)) if reply.is_temporary() => put_off(report::status_of(app, &reply)),
        Ok(Handed::All(reply) | Handed::None(reply)) => Fate::GiveUp(report::status_of(app, &reply)),
        Ok(Handed::Mixed(outcomes)) => {
            let last = outcomes.iter().find(|outcome| outcome.reply.is_temporary());
            let last = last.map(|outcome| report::status_of(app, &outcome.reply));
            let goes_on = outcomes.iter().any(|outcome| outcome.reply.is_yes())
                && outcomes.iter().any(|outcome| outcome.reply.code == TOO_MANY);
            let kept = until_written(|| keep_outcomes(app, row, relay, outcomes.clone())).await;
            match (kept, last) {
                (Ok(rest), Some(_)) if goes_on => return Tried::SomeLeft(Box::new(rest)),
                (Ok(_), None) => Fate::done(),
                (Ok(_), Some(status)) => put_off(status),
                (Err(_), _) => Fate::retry("store-unavailable"),
            }
        }
        Err(error) => Fate::Retry(Waiting::after(&error)),
    })
}

async fn mail(app: &App, row: &outbox::Job, relay: &Relay) -> Result<Option<Passing>, store::Error> {
    let (Some(message_id), Some(wrap)) = (row.message_id, &row.wrap) else { return Ok(None) };
    // This node may lack a key that others have.
    let opener = app.seal.open_message(message_id, Holder::Job(row.id), wrap);
    let opener = opener.map_err(|error| store::Error::Unavailable(error.to_string()))?;
    let raw = reading::whole(app, message_id, &opener).await?;
    Ok(raw.map(|mail| Passing { trace: relay.trace.clone(), mail }))
}

/// Reports the refused, and those handed on whose sender wants to know; keeps those that were put off, and answers what is
/// left to do for them.
async fn keep_outcomes(
    app: &App,
    row: &outbox::Job,
    relay: &Relay,
    outcomes: Vec<RecipientOutcome>,
) -> Result<Relay, store::Error> {
    let handed: Vec<&Recipient> = outcomes.iter().filter(|o| o.reply.is_yes()).map(|o| &o.recipient).collect();
    let relayed = report::relayed_unsealed(app, &relay.original, handed);
    let (waiting, ended): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(|outcome| outcome.reply.is_temporary());
    let refused = ended.into_iter().filter(|outcome| !outcome.reply.is_yes());
    let refused = refused.map(|outcome| (outcome.recipient, report::status_of(app, &outcome.reply)));
    let failed = report::failed(app, &relay.original, false, refused);
    let waiting = waiting.into_iter().map(|outcome| outcome.recipient).collect();
    let rest = Relay { envelope: relay.envelope.to(waiting), ..relay.clone() };
    let payload = sealed_payload(&app.seal, row.id, &Job::Relay(rest.clone()))?;
    let (id, inner, now) = (row.id, app.clone(), app.clock.now());
    let reports: Vec<_> = failed.into_iter().chain(relayed).collect();
    let reports_any = !reports.is_empty();
    app.store
        .write(move |conn| {
            outbox::set_payload(conn, id, &payload)?;
            reports.into_iter().try_for_each(|report| enqueue_report(conn, &inner, now, report))
        })
        .await?;
    wake_for(app, reports_any);
    Ok(rest)
}
