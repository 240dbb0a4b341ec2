//! `octothorpe keys`: the key ring's file. A running server takes a changed ring within seconds.

use std::path::Path;

use anyhow::{Context as _, anyhow, bail};
use chrono::{DateTime, Duration, Utc};
use clap::Subcommand;

use crate::{
    clock::{Clock as _, SystemClock, rfc3339},
    config::Config,
    seal::{KeyId, KeyRing},
    startup,
    store::{self, Connection, Migrations, audit_events, key_checks},
};

/// What to do.
#[derive(Clone, Debug, Subcommand)]
pub enum Action {
    /// Lists the keys: name, when it was made, whether it is active, whether the store depends on it.
    List,
    /// Adds a key that is not yet used, so that every node can have it first.
    New,
    /// Makes the newest key the active one, or a new one if it is that already. The running server, or the next
    /// start, then wraps everything under it.
    Rotate,
    /// Takes a key out of the ring, once nothing depends on it.
    Retire {
        /// The key, as `list` names it.
        key: String,
        /// Although rows of the audit trail were written under it, which nobody can check any more then.
        #[arg(long)]
        despite_audit: bool,
    },
}

/// So long after the last mail under a key, a mail may come again that bears its fingerprint, or a notification come
/// back to an address that it vouches for: both are told by the key.
const ECHO_DAYS: i64 = 14;

/// Does it.
///
/// # Errors
/// When the ring cannot be read or written.
pub async fn run(config: &Config, action: Action) -> anyhow::Result<()> {
    let text = match action {
        Action::List => list(config).await?,
        Action::New => change(
            config,
            KeyRing::add,
            "Added, not yet used. Give the file to every node, then: octothorpe keys rotate",
        )?,
        Action::Rotate => {
            change(config, KeyRing::rotate, "Active from now on. The older keys stay until nothing depends on them")?
        }
        Action::Retire { key, despite_audit } => retire(config, &key, despite_audit).await?,
    };
    super::print(&text);
    Ok(())
}

async fn list(config: &Config) -> anyhow::Result<String> {
    let ring = match &config.keys.ring {
        Some(text) => KeyRing::parse(secrecy::ExposeSecret::expose_secret(text)).context("keys.ring")?,
        None => KeyRing::load(config.keys.file())?,
    };
    let used = startup::open_store(config, Migrations::Refuse).await?.read(store::key_usage).await?;
    let lines = ring.keys().map(|key| {
        format!(
            "{}  made {}  {}{}",
            key.id,
            rfc3339(key.created_at),
            if key.active { "active" } else { "older " },
            if used.contains(&key.id) { "  in use" } else { "" }
        )
    });
    Ok(lines.collect::<Vec<_>>().join("\n"))
}

fn change(
    config: &Config,
    change: impl FnOnce(&mut KeyRing, DateTime<Utc>) -> KeyId,
    then: &str,
) -> anyhow::Result<String> {
    let file = ring_file(config)?;
    let mut ring = KeyRing::load(file)?;
    let id = change(&mut ring, SystemClock.now());
    ring.save(file)?;
    Ok(format!("{id}  {then}."))
}

fn ring_file(config: &Config) -> anyhow::Result<&Path> {
    if config.keys.ring.is_some() {
        bail!("the key ring is in the environment (keys.ring); change it where it is kept");
    }
    Ok(config.keys.file())
}

async fn retire(config: &Config, key: &str, despite_audit: bool) -> anyhow::Result<String> {
    let id: KeyId = key.parse().map_err(|_| anyhow!("{key} is not the name of a key: see octothorpe keys list"))?;
    let file = ring_file(config)?;
    let mut ring = KeyRing::load(file)?;
    ring.remove(id)?;
    let store = startup::open_store(config, Migrations::Refuse).await?;
    let now = SystemClock.now();
    let why_not = store
        .write(move |conn| {
            let why_not = why_not(conn, id, despite_audit, now)?;
            if why_not.is_none() {
                key_checks::retire(conn, &id, now)?;
            }
            Ok(why_not)
        })
        .await?;
    if let Some(why_not) = why_not {
        bail!("the key {id} is still needed: {why_not}");
    }
    ring.save(file)?;
    Ok(format!("{id}  Taken out. Give the file to every node, and destroy every other copy of the key."))
}

/// Why a key may not be retired now, and what to do about it.
fn why_not(
    conn: &mut Connection,
    id: KeyId,
    despite_audit: bool,
    now: DateTime<Utc>,
) -> Result<Option<String>, store::Error> {
    if store::sealed_key_usage(conn)?.contains(&id) {
        return Ok(Some(
            "messages are sealed under it. The running server, or the next start, wraps them under the active key; then \
             try again"
                .to_owned(),
        ));
    }
    let Some((rows, last)) = audit_events::written_under(conn, &id)? else { return Ok(None) };
    let quiet_from = last + Duration::days(ECHO_DAYS);
    Ok(if now < quiet_from {
        Some(format!("mail of the last days may come again or come back. Try again after {}", rfc3339(quiet_from)))
    } else if despite_audit {
        None
    } else {
        Some(format!(
            "{rows} rows of the audit trail were written under it, and cannot be checked without it. If you can do \
             without that: octothorpe keys retire {id} --despite-audit"
        ))
    })
}
