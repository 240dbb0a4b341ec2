//! What time alone brings about: warnings, expiry, the deletion of content without keys, forgotten links and fingerprints.

use chrono::Duration;

use super::warn;
use crate::{
    app::App,
    store::{self, drafts, fingerprints, lifecycle, notes, one_time_tokens, registrations, sendings, sessions},
};

/// How many rows one sweep takes at a time.
const BATCH: i64 = 200;
/// How long a mail, or a request with a key, is recognised when it comes again.
pub const FINGERPRINT_DAYS: i64 = 7;

/// How long a cover says what became of a message that nobody can open any more.
pub const COVER_DAYS: i64 = 365;

/// How long a draft is kept that nobody touches.
pub const DRAFT_DAYS: i64 = 30;

/// Sweeps once.
pub async fn run(app: &App) -> Result<(), store::Error> {
    let now = app.clock.now();
    let purge_before = now - Duration::days(i64::from(app.config.messages.purge_days));
    let expired = app.store.write(move |conn| lifecycle::expire(conn, now, BATCH)).await?;
    app.store
        .write(move |conn| {
            lifecycle::purge(conn, purge_before, now, BATCH)?;
            lifecycle::forget(conn, now - Duration::days(COVER_DAYS), BATCH)?;
            fingerprints::purge(conn, now - Duration::days(FINGERPRINT_DAYS))?;
            sendings::purge(conn, now - Duration::days(FINGERPRINT_DAYS))?;
            notes::purge(conn, now)?;
            drafts::purge(conn, now - Duration::days(DRAFT_DAYS))?;
            // Used links are kept a while, so that whoever clicks twice is told so.
            one_time_tokens::purge(conn, now - Duration::days(30))?;
            registrations::purge(conn, now - Duration::days(30))?;
            sessions::purge(conn, now - Duration::days(30))
        })
        .await?;
    warn::due(app, BATCH).await?;
    if !expired.messages.is_empty() {
        tracing::info!(messages = expired.messages.len(), "expired");
        app.store.truncate_log().await?;
    }
    Ok(())
}
