//! `octothorpe keys`: the key ring's file. A running server takes a changed ring within seconds.

use anyhow::{Context as _, bail};
use chrono::{DateTime, Utc};
use clap::Subcommand;

use crate::{
    clock::{Clock as _, SystemClock, rfc3339},
    config::Config,
    seal::KeyRing,
    startup,
    store::{self, Migrations},
};

/// What to do.
#[derive(Clone, Copy, Debug, Subcommand)]
pub enum Action {
    /// Lists the keys: name, when it was made, whether it is active, whether the store depends on it.
    List,
    /// Adds a key that is not yet used, so that every node can have it first.
    New,
    /// Makes the newest key the active one, or a new one if it is that already. The running server, or the next
    /// start, then wraps everything under it.
    Rotate,
}

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
    change: impl FnOnce(&mut KeyRing, DateTime<Utc>) -> crate::seal::KeyId,
    then: &str,
) -> anyhow::Result<String> {
    if config.keys.ring.is_some() {
        bail!("the key ring is in the environment (keys.ring); change it where it is kept");
    }
    let file = config.keys.file();
    let mut ring = KeyRing::load(file)?;
    let id = change(&mut ring, SystemClock.now());
    ring.save(file)?;
    Ok(format!("{id}  {then}."))
}
