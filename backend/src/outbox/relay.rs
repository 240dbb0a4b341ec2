//! Relay jobs: a mail as it came, to the recipients it is not sealed for. Each recipient has an outcome of its own.

use bytes::{Bytes, BytesMut};

use super::{
    job::{Job, Relay},
    report,
    worker::{Failure, Fate, enqueue_report},
};
use crate::{
    app::App,
    mail::next_hop::{Handed, Mode, RecipientOutcome},
    reading,
    seal::{Holder, Purpose},
    store::{self, outbox},
};

pub(super) async fn run(app: &App, row: &outbox::Job, relay: &Relay) -> Fate {
    let content = match content(app, row, relay).await {
        Ok(Some(content)) => content,
        Ok(None) => {
            return Fate::GiveUp(Failure { status: "5.3.0".to_owned(), words: "the mail cannot be opened".to_owned() });
        }
        Err(_) => return Fate::Retry("store-unavailable"),
    };
    match app.next_hop.send(&relay.envelope, content, Mode::Each).await {
        Ok(Handed::All(_)) => Fate::Done,
        Ok(Handed::None(reply)) if reply.is_temporary() => Fate::Retry("next-hop-put-it-off"),
        Ok(Handed::None(reply)) => {
            Fate::GiveUp(Failure { status: status_of(&reply.text), words: format!("{} {}", reply.code, reply.text) })
        }
        Ok(Handed::Mixed(outcomes)) => match keep_outcomes(app, row, relay, outcomes).await {
            Ok(fate) => fate,
            Err(_) => Fate::Retry("store-unavailable"),
        },
        Err(error) => Fate::Retry(error.code()),
    }
}

async fn content(app: &App, row: &outbox::Job, relay: &Relay) -> Result<Option<Bytes>, store::Error> {
    let (Some(message_id), Some(wrap)) = (row.message_id, &row.wrap) else { return Ok(None) };
    let Ok(opener) = app.seal.open_message(message_id, Holder::Job(row.id), wrap) else { return Ok(None) };
    let Some(raw) = reading::whole(app, message_id, &opener).await? else { return Ok(None) };
    let mut content = BytesMut::with_capacity(relay.trace.len() + raw.len());
    content.extend_from_slice(relay.trace.as_bytes());
    content.extend_from_slice(&raw);
    Ok(Some(content.freeze()))
}

/// Reports the refused, keeps those that were put off.
async fn keep_outcomes(
    app: &App,
    row: &outbox::Job,
    relay: &Relay,
    outcomes: Vec<RecipientOutcome>,
) -> Result<Fate, store::Error> {
    let waiting: Vec<_> = outcomes.iter().filter(|o| o.reply.is_temporary()).map(|o| o.recipient.clone()).collect();
    let failed: Vec<_> = outcomes
        .iter()
        .filter(|o| o.reply.code >= 500)
        .map(|o| (o.recipient.address.clone(), status_of(&o.reply.text), format!("{} {}", o.reply.code, o.reply.text)))
        .collect();
    let now = app.clock.now();
    let report = report::for_relay(app, relay, failed);
    let rest = Relay { envelope: relay.envelope.to(waiting.clone()), ..relay.clone() };
    let payload = serde_json::to_vec(&Job::Relay(rest)).map_err(|_| store::Error::NotFound)?;
    let payload =
        app.seal.seal_record(Purpose::JobPayload, row.id.as_uuid(), &payload).map_err(|_| store::Error::NotFound)?;
    let (id, inner) = (row.id, app.clone());
    app.store
        .write(move |conn| {
            outbox::set_payload(conn, id, &payload)?;
            report.map_or(Ok(()), |report| enqueue_report(conn, &inner, now, report))
        })
        .await?;
    Ok(if waiting.is_empty() { Fate::Done } else { Fate::Retry("next-hop-put-it-off") })
}

/// The enhanced status code that a reply begins with, or a general one.
fn status_of(text: &str) -> String {
    let first = text.split_ascii_whitespace().next().unwrap_or_default();
    let is_code = first.split('.').count() == 3
        && first.split('.').all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()));
    if is_code { first.to_owned() } else { "5.0.0".to_owned() }
}
