//! The outbox: what must still leave. Workers lease rows; a lease that runs out lets another take the row over.

use chrono::{DateTime, Duration, Utc};
use diesel::prelude::*;

use super::{
    Connection, Error,
    dialect::{self, on_either},
    schema::outbox,
    sealed::MaybeColumns,
    value::{MaybeTime, Time, codes, to_db},
};
use crate::{
    id::{DeliveryId, JobId, MessageId},
    seal::{SealedRecord, Wrap},
};

codes! {
    /// What a job sends.
    JobKind {
        /// The notification of a delivery.
        Notify = "notify",
        /// The link that confirms a registration.
        ConfirmRegistration = "confirm-registration",
        /// Word to the owner of an address that somebody tried to register again.
        AccountExists = "account-exists",
        /// The link that sets a new password.
        PasswordReset = "password-reset",
        /// Word that the password was changed.
        PasswordChanged = "password-changed",
        /// A mail as it came, to the recipients it is not sealed for.
        Relay = "relay",
        /// A reply as ordinary mail to staff.
        ReplyToStaff = "reply-to-staff",
        /// A report of what became of a mail.
        Report = "report",
        /// The note that a mail was sealed without the marker.
        NoteSealed = "note-sealed",
        /// Word to a sender of what a recipient asks or says.
        TellSender = "tell-sender",
        /// Word to a sender that a recipient has opened a message.
        ReadNotice = "read-notice",
        /// Word to a recipient that an unread message is about to end.
        WarnRecipient = "warn-recipient",
        /// Word to a sender of the same.
        WarnSender = "warn-sender",
    }
}

/// Names a worker, newly made at each start.
pub type LeaseOwner = [u8; 16];

/// A job.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = outbox)]
pub struct Job {
    /// Its id.
    pub id: JobId,
    /// What it sends.
    pub kind: JobKind,
    /// The message it is about.
    pub message_id: Option<MessageId>,
    /// The delivery it is about.
    pub delivery_id: Option<DeliveryId>,
    /// What else it needs to know.
    #[diesel(select_expression = (outbox::sealed_payload, outbox::payload_key_id), deserialize_as = MaybeColumns)]
    pub payload: Option<SealedRecord>,
    /// The message's key, wrapped for this job.
    #[diesel(select_expression = (outbox::wrap, outbox::wrap_key_id), deserialize_as = MaybeColumns)]
    pub wrap: Option<Wrap>,
    /// How often it was tried, this time included; but for the times when the next hop could not be reached.
    pub attempts: i32,
    /// When it is to be tried.
    #[diesel(deserialize_as = Time)]
    pub due_at: DateTime<Utc>,
    /// Until when a worker has it.
    #[diesel(deserialize_as = MaybeTime)]
    pub leased_until: Option<DateTime<Utc>>,
    /// Which worker.
    pub lease_owner: Option<Vec<u8>>,
    /// When it was added.
    #[diesel(deserialize_as = Time)]
    pub created_at: DateTime<Utc>,
    /// When it is given up.
    #[diesel(deserialize_as = Time)]
    pub give_up_at: DateTime<Utc>,
    /// Why the last try failed, as a code.
    pub last_error: Option<String>,
}

/// A job to be inserted.
#[derive(Clone, Debug)]
pub struct NewJob {
    /// Its id.
    pub id: JobId,
    /// What it sends.
    pub kind: JobKind,
    /// The message it is about.
    pub message_id: Option<MessageId>,
    /// The delivery it is about.
    pub delivery_id: Option<DeliveryId>,
    /// What else it needs to know.
    pub payload: Option<SealedRecord>,
    /// The message's key, wrapped for this job.
    pub wrap: Option<Wrap>,
    /// When it is to be tried first.
    pub due_at: DateTime<Utc>,
    /// Now.
    pub created_at: DateTime<Utc>,
    /// When it is given up.
    pub give_up_at: DateTime<Utc>,
    /// Which worker begins it at once, and until when it has it.
    pub lease: Option<(LeaseOwner, DateTime<Utc>)>,
}

/// Adds a job.
pub fn insert(conn: &mut Connection, new: &NewJob) -> Result<(), Error> {
    let (payload, payload_key_id) = new.payload.as_ref().map(|payload| (&payload.bytes, &payload.key_id)).unzip();
    let (wrap, wrap_key_id) = new.wrap.as_ref().map(|wrap| (&wrap.bytes, &wrap.key_id)).unzip();
    let row = diesel::insert_into(outbox::table).values((
        outbox::id.eq(new.id),
        outbox::kind.eq(new.kind),
        outbox::message_id.eq(new.message_id),
        outbox::delivery_id.eq(new.delivery_id),
        outbox::sealed_payload.eq(payload),
        outbox::payload_key_id.eq(payload_key_id),
        outbox::wrap.eq(wrap),
        outbox::wrap_key_id.eq(wrap_key_id),
        outbox::attempts.eq(i32::from(new.lease.is_some())),
        outbox::leased_until.eq(new.lease.map(|(_, until)| to_db(until))),
        outbox::lease_owner.eq(new.lease.as_ref().map(|(owner, _)| owner.as_slice())),
        outbox::due_at.eq(to_db(new.due_at)),
        outbox::created_at.eq(to_db(new.created_at)),
        outbox::give_up_at.eq(to_db(new.give_up_at)),
    ));
    on_either!(conn, row.execute(conn))?;
    Ok(())
}

/// The job, unless it is done or was cancelled: workers look again just before they send.
pub fn find(conn: &mut Connection, id: JobId) -> Result<Option<Job>, Error> {
    Ok(on_either!(conn, outbox::table.find(id).select(Job::as_select()).first(conn)).optional()?)
}

/// Leases what was due at the time `due`, at most `limit` jobs, the longest waiting first. No other worker gets them
/// before the lease runs out.
pub fn lease(
    conn: &mut Connection,
    owner: &LeaseOwner,
    due: DateTime<Utc>,
    now: DateTime<Utc>,
    lease_for: Duration,
    limit: i64,
) -> Result<Vec<Job>, Error> {
    let mut leased = Vec::new();
    for id in dialect::due_jobs(conn, to_db(due), to_db(now), limit)? {
        // Between the look and the update another may have taken it.
        let free = outbox::table
            .find(id)
            .filter(outbox::due_at.le(to_db(due)))
            .filter(outbox::leased_until.is_null().or(outbox::leased_until.le(to_db(now))));
        let taken = diesel::update(free)
            .set((
                outbox::leased_until.eq(to_db(now + lease_for)),
                outbox::lease_owner.eq(owner.as_slice()),
                outbox::attempts.eq(outbox::attempts + 1),
            ))
            .execute(conn)?;
        if taken == 1 {
            leased.extend(find(conn, id)?);
        }
    }
    Ok(leased)
}

/// Holds a lease longer. Answers whether the worker still has it.
pub fn extend_lease(conn: &mut Connection, id: JobId, owner: &LeaseOwner, until: DateTime<Utc>) -> Result<bool, Error> {
    let own = outbox::table.find(id).filter(outbox::lease_owner.eq(owner.as_slice()));
    Ok(diesel::update(own).set(outbox::leased_until.eq(to_db(until))).execute(conn)? == 1)
}

/// Ends all leases: at the start of the only node there can be, they are those of a run that was killed.
pub(super) fn end_leases(conn: &mut Connection) -> Result<usize, Error> {
    Ok(diesel::update(outbox::table.filter(outbox::lease_owner.is_not_null()))
        .set((outbox::leased_until.eq(None::<chrono::NaiveDateTime>), outbox::lease_owner.eq(None::<Vec<u8>>)))
        .execute(conn)?)
}

/// Takes a job away that is done or given up. Answers whether it was still there.
pub fn complete(conn: &mut Connection, id: JobId) -> Result<bool, Error> {
    Ok(on_either!(conn, diesel::delete(outbox::table.find(id)).execute(conn))? == 1)
}

/// Gives a job back, to be tried again at `due_at`; so many tries count. Answers whether the worker still had it.
pub fn retry(
    conn: &mut Connection,
    id: JobId,
    owner: &LeaseOwner,
    (due_at, tries): (DateTime<Utc>, i32),
    code: &str,
) -> Result<bool, Error> {
    let own = outbox::table.find(id).filter(outbox::lease_owner.eq(owner.as_slice()));
    Ok(diesel::update(own)
        .set((
            outbox::due_at.eq(to_db(due_at)),
            outbox::attempts.eq(tries),
            outbox::leased_until.eq(None::<chrono::NaiveDateTime>),
            outbox::lease_owner.eq(None::<Vec<u8>>),
            outbox::last_error.eq(code),
        ))
        .execute(conn)?
        == 1)
}

/// Replaces what a job needs to know, as when some recipients of a relay job are done.
pub fn set_payload(conn: &mut Connection, id: JobId, payload: &SealedRecord) -> Result<(), Error> {
    diesel::update(outbox::table.find(id))
        .set((outbox::sealed_payload.eq(&payload.bytes), outbox::payload_key_id.eq(&payload.key_id)))
        .execute(conn)?;
    Ok(())
}

/// Takes all jobs of a delivery away.
pub fn cancel_for_delivery(
    conn: &mut Connection,
    message_id: MessageId,
    delivery_id: DeliveryId,
) -> Result<usize, Error> {
    let jobs = outbox::table.filter(outbox::message_id.eq(message_id)).filter(outbox::delivery_id.eq(delivery_id));
    Ok(diesel::delete(jobs).execute(conn)?)
}

/// Takes the jobs of one kind of a delivery away.
pub fn cancel_kind(
    conn: &mut Connection,
    message_id: MessageId,
    delivery_id: DeliveryId,
    kind: JobKind,
) -> Result<usize, Error> {
    let jobs = outbox::table.filter(outbox::message_id.eq(message_id)).filter(outbox::delivery_id.eq(delivery_id));
    Ok(diesel::delete(jobs.filter(outbox::kind.eq(kind))).execute(conn)?)
}

/// Takes all jobs of a message away.
pub fn cancel_for_message(conn: &mut Connection, message_id: MessageId) -> Result<usize, Error> {
    Ok(diesel::delete(outbox::table.filter(outbox::message_id.eq(message_id))).execute(conn)?)
}

/// Takes the jobs of a message away, but for those that hand it on as ordinary mail.
pub fn cancel_all_but_relay(conn: &mut Connection, message_id: MessageId) -> Result<usize, Error> {
    let jobs = outbox::table.filter(outbox::message_id.eq(message_id)).filter(outbox::kind.ne(JobKind::Relay));
    Ok(diesel::delete(jobs).execute(conn)?)
}

/// Whether a job holds the message's key.
pub fn holds_key_of(conn: &mut Connection, message_id: MessageId) -> Result<bool, Error> {
    let holding = outbox::table.filter(outbox::message_id.eq(message_id)).filter(outbox::wrap.is_not_null());
    Ok(diesel::select(diesel::dsl::exists(holding)).get_result(conn)?)
}

/// How many jobs there are.
pub fn count(conn: &mut Connection) -> Result<i64, Error> {
    Ok(outbox::table.count().get_result(conn)?)
}
