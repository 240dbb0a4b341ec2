//! Notes sent lately, so that no sender gets the same one twice a day.

use chrono::{DateTime, Duration, Utc};
use diesel::prelude::*;
use shared::EmailAddress;

use super::{Connection, Error, dialect::insert_if_absent, schema::notes, value::to_db};

/// Hours from one note to the next of its kind.
const HOURS: i64 = 24;

/// Takes the right to send a note of this kind now. Answers whether it was free: each sender gets one a day, whatever
/// node asks.
pub fn claim(conn: &mut Connection, sender: &EmailAddress, kind: &str, now: DateTime<Utc>) -> Result<bool, Error> {
    let over =
        notes::table.find((sender.as_str(), kind)).filter(notes::sent_at.le(to_db(now - Duration::hours(HOURS))));
    if diesel::update(over).set(notes::sent_at.eq(to_db(now))).execute(conn)? == 1 {
        return Ok(true);
    }
    insert_if_absent!(
        conn,
        notes::table,
        (notes::sender.eq(sender.as_str()), notes::kind.eq(kind), notes::sent_at.eq(to_db(now)))
    )
}

/// Forgets notes that no longer keep another from being sent.
pub fn purge(conn: &mut Connection, now: DateTime<Utc>) -> Result<usize, Error> {
    let over = notes::table.filter(notes::sent_at.le(to_db(now - Duration::hours(HOURS))));
    Ok(diesel::delete(over).execute(conn)?)
}
