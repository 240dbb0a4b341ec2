//! The workers: lease what is due, run it, write down what became of it.

use chrono::{DateTime, Duration, Utc};
use tokio::{
    sync::watch,
    task::JoinSet,
    time::{Instant, interval, interval_at, sleep, timeout},
};

use super::{
    delay, deliver,
    fate::{Fate, Waiting},
    handover::Begun,
    job,
    job::{Job, Status},
    reach::Way,
    relay, report,
    running::Running,
    sweep, turn,
};
use crate::{
    app::App,
    audit,
    id::JobId,
    intake::envelope::Recipient,
    seal::Purpose,
    store::{
        self, deliveries,
        deliveries::DeliveryState,
        outbox,
        outbox::{JobKind, LeaseOwner},
    },
};

/// Jobs run side by side.
const AT_ONCE: usize = 16;
/// Short, so that what a killed node held is soon taken over; a running job's lease is held anew long before it ends.
pub(super) const LEASE_SECONDS: i64 = 30;
/// How often the lease of a running job is held anew.
const HOLD: std::time::Duration = std::time::Duration::from_secs(5);
/// What has been due for so long is tried whether or not the next hop can be reached.
const LONG: Duration = Duration::hours(1);
/// Waits between tries, in minutes; the last one repeats.
const BACKOFF: [i64; 7] = [1, 5, 15, 30, 60, 120, 240];
/// Other nodes may have added jobs without waking this one.
const LOOK_AGAIN: std::time::Duration = std::time::Duration::from_secs(5);
/// How long to wait for a store that cannot be reached.
const WRITE_AGAIN: std::time::Duration = std::time::Duration::from_secs(1);
/// How long jobs under way may take when the program stops.
const LAST_WAIT: std::time::Duration = std::time::Duration::from_secs(30);
/// How often what has ended is swept up.
const SWEEP: std::time::Duration = std::time::Duration::from_mins(1);

/// Runs until `shutdown` turns true and what is under way has ended.
pub async fn run(app: App, mut shutdown: watch::Receiver<bool>) {
    let owner: LeaseOwner = *uuid::Uuid::now_v7().as_bytes();
    if let Err(error) = app.store.end_leases_of_the_dead().await {
        tracing::warn!(%error, "what ran when the last run was killed waits until its leases end");
    }
    let mut begun_jobs = app.handover.open(owner);
    let jobs = Running::default();
    let mut running = JoinSet::new();
    let mut begun = JoinSet::new();
    let mut sweep = interval_at(Instant::now() + SWEEP, SWEEP);
    let mut look_again = interval(LOOK_AGAIN);
    // Whether more may be due than there was room for.
    let mut more = false;
    loop {
        let has_room = running.len() < AT_ONCE;
        let is_shut = app.reach.way(app.clock.now()) == Way::Shut;
        let looks = tokio::select! {
            Some(_) = running.join_next() => more,
            Some(_) = begun.join_next() => false,
            Some(Begun { row, job, place }) = begun_jobs.recv() => {
                let (app, permit) = (app.clone(), place.into_permit());
                if let Some(run) = jobs.begin(row.id) {
                    begun.spawn(async move {
                        run_leased(app, owner, row, Some(job)).await;
                        drop((run, permit));
                    });
                }
                false
            }
            // While nothing can leave, what is new need not be looked at.
            () = app.wake.woken(), if has_room && !is_shut => true,
            _ = look_again.tick(), if has_room => true,
            _ = sweep.tick() => {
                if let Err(error) = sweep::run(&app).await {
                    tracing::warn!(%error, "what has ended could not be swept up");
                }
                false
            }
            () = told_to_stop(&mut shutdown) => break,
        };
        if looks {
            more = start_due(&app, &owner, &jobs, &mut running).await.map_or_else(
                |error| {
                    tracing::warn!(%error, "the outbox cannot be read");
                    false
                },
                |started| started > 0,
            );
        }
    }
    app.handover.close();
    // What takes longer is taken over after the next start.
    let _ = timeout(LAST_WAIT, async {
        all_ended(&mut running).await;
        all_ended(&mut begun).await;
    })
    .await;
}

async fn told_to_stop(shutdown: &mut watch::Receiver<bool>) {
    // Ends with an error when nobody is left to tell: that is the end too.
    let _ = shutdown.wait_for(|stopping| *stopping).await;
}

/// Runs what is due now to its end; answers how many jobs that were.
pub async fn run_due(app: &App, owner: &LeaseOwner) -> Result<usize, store::Error> {
    let mut running = JoinSet::new();
    let started = start_due(app, owner, &Running::default(), &mut running).await?;
    all_ended(&mut running).await;
    Ok(started)
}

/// Waits for every job under way, one that panicked included: its lease runs out, and it is tried again.
async fn all_ended(running: &mut JoinSet<()>) {
    while running.join_next().await.is_some() {}
}

/// Starts what is due while there is room; answers how many jobs that were.
async fn start_due(
    app: &App,
    owner: &LeaseOwner,
    jobs: &Running,
    running: &mut JoinSet<()>,
) -> Result<usize, store::Error> {
    let (now, who) = (app.clock.now(), *owner);
    let way = app.reach.way(now);
    let at_once = if way == Way::Tried { 1 } else { AT_ONCE };
    let room = i64::try_from(at_once.saturating_sub(running.len())).unwrap_or(0);
    if room == 0 {
        return Ok(0);
    }
    let due = if way == Way::Shut { now - LONG } else { now };
    let lease = move |conn: &mut _| outbox::lease(conn, &who, due, now, Duration::seconds(LEASE_SECONDS), room);
    let leased = app.store.write_for_this_run(lease).await?;
    let mut started = 0;
    for row in leased {
        let Some(run) = jobs.begin(row.id) else { continue };
        let (app, job) = (app.clone(), open(app, &row));
        running.spawn(async move {
            run_leased(app, who, row, job).await;
            drop(run);
        });
        started += 1;
    }
    Ok(started)
}

/// Runs a job for as long as the lease is held.
async fn run_leased(app: App, owner: LeaseOwner, row: outbox::Job, job: Option<Job>) {
    let id = row.id;
    tokio::select! {
        () = run_one(&app, &owner, row, job) => {}
        () = hold_lease(&app, owner, id) => tracing::warn!(job = %id, "cancelled, or taken over by another node"),
    }
}

/// Holds on to a lease; ends when it is lost.
async fn hold_lease(app: &App, owner: LeaseOwner, id: JobId) {
    loop {
        sleep(HOLD).await;
        let until = app.clock.now() + Duration::seconds(LEASE_SECONDS);
        match app.store.write_for_this_run(move |conn| outbox::extend_lease(conn, id, &owner, until)).await {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => tracing::warn!(job = %id, %error, "a lease could not be held: another node may take it over"),
        }
    }
}

async fn run_one(app: &App, owner: &LeaseOwner, row: outbox::Job, job: Option<Job>) {
    let kind = row.kind.code();
    let loaded = row.message_id.filter(|_| row.wrap.is_some());
    let turn = match loaded {
        Some(message) => turn(app, message).await,
        None => Ok(None),
    };
    let fate = match (&job, &turn) {
        // This node may lack a key that others have: nothing is thrown away for that.
        (None, _) => Fate::retry("cannot-be-opened"),
        (_, Err(_)) => Fate::retry("store-unavailable"),
        (Some(Job::Relay(details)), _) => relay::run(app, &row, details).await,
        (Some(job), _) => deliver::run(app, &row, job).await,
    };
    drop(turn);
    let is_late = app.clock.now() >= row.give_up_at;
    let fate = match fate {
        // What was said last is the best explanation there is.
        Fate::Retry(waiting) if is_late => Fate::GiveUp(Status { code: "4.4.7".to_owned(), ..waiting.status }),
        fate => fate,
    };
    let ended = match &fate {
        Fate::Done(_) => "done",
        Fate::Retry(_) => "put-off",
        Fate::GiveUp(_) => "given-up",
    };
    metrics::counter!("octothorpe_jobs_total", "kind" => kind, "outcome" => ended).increment(1);
    if let Fate::GiveUp(status) = &fate {
        tracing::warn!(job = %row.id, kind, status = status.code, "given up");
        if let Err(error) = give_up(app, &row, job.as_ref(), status).await {
            // The lease runs out, and another try ends here again.
            tracing::error!(job = %row.id, %error, "what was given up could not be reported");
            return;
        }
    }
    let written = until_written(|| settle(app, owner, &row, fate.clone())).await;
    if let Err(error) = written {
        tracing::error!(job = %row.id, kind, %error, "a job's end could not be written down");
    }
}

/// Writes again and again while the store cannot be reached. What the next hop has taken is not sent a second time only
/// because nobody could note that it was.
pub(super) async fn until_written<T, F>(write: impl Fn() -> F) -> Result<T, store::Error>
where
    F: Future<Output = Result<T, store::Error>>,
{
    loop {
        match write().await {
            Err(store::Error::Unavailable(why)) => {
                tracing::warn!(why, "what became of a job cannot be written down yet");
                sleep(WRITE_AGAIN).await;
            }
            written => return written,
        }
    }
}

/// What the job must know.
pub(super) fn open(app: &App, row: &outbox::Job) -> Option<Job> {
    let plain = app.seal.open_record(Purpose::JobPayload, row.id.as_uuid(), row.payload.as_ref()?).ok()?;
    serde_json::from_slice(plain.as_ref()).ok()
}

/// Writes down how a job ended. Nobody waits for this, and should a power cut come first the job is tried again.
async fn settle(app: &App, owner: &LeaseOwner, row: &outbox::Job, fate: Fate) -> Result<(), store::Error> {
    let (id, owner, now, inner) = (row.id, *owner, app.clock.now(), app.clone());
    let done = match fate {
        Fate::Retry(Waiting { code, status, is_for_all }) => {
            let tries = row.attempts - i32::from(is_for_all);
            let due_at = now + backoff(tries);
            tracing::info!(job = %row.id, kind = row.kind.code(), code, "to be tried again");
            let retry = move |conn: &mut _| {
                Ok(outbox::retry(conn, id, &owner, (due_at, tries), code)?
                    && delay::tell(conn, &inner, id, due_at, &status)?)
            };
            let is_told = app.store.write_soon(retry).await?;
            wake_for(app, is_told);
            return Ok(());
        }
        Fate::Done(done) => done,
        Fate::GiveUp(_) => Box::default(),
    };
    let unwrapped = row.message_id.filter(|_| row.wrap.is_some());
    let reports = done.report.is_some();
    let keys_are_gone = app
        .store
        .write_soon(move |conn| {
            // Taken away: a failure report came back faster than this, or the message was taken back.
            if outbox::complete(conn, id)? {
                if let Some((delivery, state)) = done.reached {
                    deliveries::set_notified(conn, delivery, now)?;
                    if state != DeliveryState::Notified {
                        deliveries::set_state(conn, delivery, state)?;
                    }
                }
                done.report.map_or(Ok(()), |report| enqueue_report(conn, &inner, now, report))?;
            }
            match unwrapped {
                Some(message) => store::lifecycle::settle(conn, message, now),
                None => Ok(false),
            }
        })
        .await?;
    wake_for(app, reports);
    if keys_are_gone {
        // They stand in the log of the database until it is emptied.
        app.store.truncate_log().await?;
    }
    Ok(())
}

/// A report need not wait until somebody looks again.
pub(super) fn wake_for(app: &App, reports: bool) {
    if reports {
        app.wake.wake();
    }
}

/// How long to wait after so many tries.
fn backoff(attempts: i32) -> Duration {
    let at = usize::try_from(attempts.saturating_sub(1)).unwrap_or(0).min(BACKOFF.len() - 1);
    Duration::minutes(BACKOFF[at])
}

/// Marks the delivery as failed and tells whoever must know, in one transaction.
async fn give_up(app: &App, row: &outbox::Job, job: Option<&Job>, status: &Status) -> Result<(), store::Error> {
    let (now, id) = (app.clock.now(), row.id);
    // As it stands now: recipients may have had their mail, or a report, since it was leased.
    let left = app.store.read(move |conn| outbox::find(conn, id)).await?.and_then(|row| open(app, &row));
    let report = left.as_ref().or(job).and_then(|job| report_of(app, job, status));
    let (row, app_in, reports) = (row.clone(), app.clone(), report.is_some());
    app.store
        .write(move |conn| {
            // A warning that cannot be sent leaves the notification where it is.
            let announces = matches!(row.kind, JobKind::Notify | JobKind::ReplyToStaff);
            if let Some(delivery) = row.delivery_id.filter(|_| announces) {
                deliveries::set_state(conn, delivery, DeliveryState::Failed)?;
            }
            audit::record(
                conn,
                &app_in,
                &audit::Entry {
                    event: audit::Event::GivenUp,
                    actor: None,
                    message_id: row.message_id,
                    delivery_id: row.delivery_id,
                    reason: Some(row.kind.code()),
                },
            )?;
            match report {
                Some(report) => enqueue_report(conn, &app_in, now, report),
                None => Ok(()),
            }
        })
        .await?;
    wake_for(app, reports);
    Ok(())
}

/// The report that a given-up job calls for. None for mails of the portal itself, and for reports.
fn report_of(app: &App, job: &Job, status: &Status) -> Option<job::Report> {
    let (original, sealed, recipients) = match job {
        Job::Notify(notify) => (&notify.original, true, vec![notify.recipient.clone()]),
        Job::Relay(relay) => (&relay.original, false, relay.envelope.recipients.clone()),
        Job::ReplyToStaff { to, original, .. } => (original, false, vec![Recipient::new(to.clone())]),
        Job::ConfirmRegistration { .. }
        | Job::AccountExists { .. }
        | Job::PasswordReset { .. }
        | Job::PasswordChanged { .. }
        | Job::Report(_)
        | Job::NoteSealed { .. }
        | Job::TellSender(_)
        | Job::ReadNotice(_)
        | Job::WarnRecipient
        | Job::WarnSender(_) => return None,
    };
    report::failed(app, original, sealed, recipients.into_iter().map(|one| (one, status.clone())))
}

/// Adds a report.
pub(super) fn enqueue_report(
    conn: &mut store::Connection,
    app: &App,
    now: DateTime<Utc>,
    report: job::Report,
) -> Result<(), store::Error> {
    let id = JobId::new(now);
    job::enqueue(conn, &app.seal, now, id, &Job::Report(report), job::About::default())
}
