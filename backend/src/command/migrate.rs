//! `octothorpe migrate`: brings the database to this version's form, and stops.

use crate::{config::Config, startup, store::Migrations};

/// Does it.
///
/// # Errors
/// When the store cannot be opened or migrated.
#[expect(clippy::print_stdout, reason = "the command's own output")]
pub async fn run(config: &Config) -> anyhow::Result<()> {
    startup::open_store(config, Migrations::Apply).await?;
    println!("The store is of this version's form.");
    Ok(())
}
