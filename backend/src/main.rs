//! The command line.

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};
use octothorpe::{command, config::Config, startup, telemetry};

/// An encrypted-mail gateway and its web portal.
#[derive(Parser)]
#[command(name = "octothorpe", version, about, long_about = None)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Starts gateway and portal.
    Serve {
        /// The settings file; without one the environment and the defaults alone.
        #[arg(long, value_name = "FILE")]
        config: Option<PathBuf>,
        /// Prints how to try it, once it is ready.
        #[arg(long, hide = true)]
        welcome: bool,
    },
    /// Brings the database to this version's form, and stops.
    Migrate {
        /// The settings file.
        #[arg(long, value_name = "FILE")]
        config: Option<PathBuf>,
    },
    /// The key ring.
    Keys {
        /// The settings file.
        #[arg(long, value_name = "FILE", global = true)]
        config: Option<PathBuf>,
        #[command(subcommand)]
        action: command::keys::Action,
    },
    /// For people who are locked out, or must be.
    Accounts {
        /// The settings file.
        #[arg(long, value_name = "FILE", global = true)]
        config: Option<PathBuf>,
        #[command(subcommand)]
        action: command::accounts::Action,
    },
    /// Copies an SQLite store into a file, as it stands at one moment, while it is in use.
    Backup {
        /// The settings file.
        #[arg(long, value_name = "FILE")]
        config: Option<PathBuf>,
        /// The file to make.
        file: PathBuf,
    },
    /// What the rules say of a mail.
    Rules {
        /// The settings file.
        #[arg(long, value_name = "FILE", global = true)]
        config: Option<PathBuf>,
        #[command(subcommand)]
        action: command::rules::Action,
    },
    /// Looks at the settings.
    Config {
        /// The settings file.
        #[arg(long, value_name = "FILE", global = true)]
        config: Option<PathBuf>,
        #[command(subcommand)]
        action: command::config::Action,
    },
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    telemetry::start();
    match run(arguments.command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            telemetry::say_fatal(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    match command {
        Command::Serve { config, welcome } => {
            runtime.block_on(startup::serve(Config::load(config.as_deref())?, welcome))
        }
        Command::Migrate { config } => runtime.block_on(command::migrate::run(&Config::load(config.as_deref())?)),
        Command::Keys { config, action } => {
            runtime.block_on(command::keys::run(&Config::load(config.as_deref())?, action))
        }
        Command::Accounts { config, action } => {
            runtime.block_on(command::accounts::run(Config::load(config.as_deref())?, action))
        }
        Command::Backup { config, file } => command::backup::run(&Config::load(config.as_deref())?, &file),
        Command::Rules { config, action } => command::rules::run(&Config::load(config.as_deref())?, action),
        Command::Config { config, action } => command::config::run(config.as_deref(), action),
    }
}
