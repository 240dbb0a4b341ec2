//! `octothorpe config`: looks at the settings.

use std::path::Path;

use clap::Subcommand;

use crate::config::Config;

/// What to do.
#[derive(Clone, Copy, Debug, Subcommand)]
pub enum Action {
    /// Says whether the settings can be used, and what to mind.
    Check,
}

/// Does it.
///
/// # Errors
/// When the settings cannot be used.
#[expect(clippy::print_stdout, reason = "the command's own output")]
pub fn run(file: Option<&Path>, action: Action) -> anyhow::Result<()> {
    match action {
        Action::Check => {
            let config = Config::load(file)?;
            for warning in config.warnings() {
                println!("warning: {warning}");
            }
            println!("The settings can be used.");
        }
    }
    Ok(())
}
