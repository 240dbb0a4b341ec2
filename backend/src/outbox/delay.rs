//! Word to senders who want it that a mail takes long (RFC 3461 `NOTIFY=DELAY`): once, when it has waited four hours.

use chrono::{DateTime, Duration, Utc};

use super::{
    job::{self, Job, Status},
    report,
    worker::{enqueue_report, open},
};
use crate::{
    app::App,
    id::JobId,
    store::{self, Connection, outbox},
};

/// Whoever asked is told when the next try comes later than this.
const LONG: Duration = Duration::hours(4);

/// Tells of a job that was just put off until `due_at`, if that is to be told and was not. Answers whether it did.
pub(super) fn tell(
    conn: &mut Connection,
    app: &App,
    id: JobId,
    due_at: DateTime<Utc>,
    status: &Status,
) -> Result<bool, store::Error> {
    // As it stands now: the recipients of a relay job become fewer.
    let Some(row) = outbox::find(conn, id)?.filter(|row| due_at - row.created_at >= LONG) else { return Ok(false) };
    let Some(mut job) = open(app, &row) else { return Ok(false) };
    let (original, sealed, recipients, delay_told) = match &mut job {
        Job::Notify(notify) => (&notify.original, true, vec![notify.recipient.clone()], &mut notify.delay_told),
        Job::Relay(relay) => (&relay.original, false, relay.envelope.recipients.clone(), &mut relay.delay_told),
        _ => return Ok(false),
    };
    if std::mem::replace(delay_told, true) {
        return Ok(false);
    }
    let cases = recipients.into_iter().map(|recipient| (recipient, status.clone()));
    let Some(report) = report::delayed(app, original, sealed, cases, row.give_up_at) else { return Ok(false) };
    outbox::set_payload(conn, id, &job::sealed_payload(&app.seal, id, &job)?)?;
    enqueue_report(conn, app, app.clock.now(), report)?;
    Ok(true)
}
