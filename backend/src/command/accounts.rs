//! `octothorpe accounts`: for people who are locked out, or must be.

use std::sync::Arc;

use anyhow::bail;
use clap::Subcommand;
use shared::EmailAddress;

use crate::{
    accounts::{self, administration},
    app::App,
    clock::{SystemClock, rfc3339},
    config::Config,
    startup,
    store::accounts::Account,
};

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Action {
    /// Lists the accounts: address, role, since when, whether it is shut out.
    List {
        /// Only those whose address holds this text.
        text: Option<String>,
    },
    /// Tells what there is to know of an address.
    Show {
        /// The address.
        address: EmailAddress,
    },
    /// Prints a link that sets a new password. It works once, for a day: tell it its owner by telephone or in person.
    ResetLink {
        /// The address.
        address: EmailAddress,
    },
    /// Shuts an account out: its log-ins end, its password and API tokens no longer work.
    Disable {
        /// The address.
        address: EmailAddress,
    },
    /// Lets it in again.
    Enable {
        /// The address.
        address: EmailAddress,
    },
}

/// Does it.
///
/// # Errors
/// When the store cannot be opened, or there is no such account.
pub async fn run(config: Config, action: Action) -> anyhow::Result<()> {
    let app = startup::build(config, Arc::new(SystemClock)).await?;
    let text = match action {
        Action::List { text } => list(&app, text.unwrap_or_default()).await?,
        Action::Show { address } => show(&app, address).await?,
        Action::ResetLink { address } => match administration::reset_link(&app, address.clone()).await? {
            Some(link) => format!("{link}\nIt works once, for a day. Whoever has it can set the password."),
            None => bail!("{address} has no account, or is shut out: see octothorpe accounts show {address}"),
        },
        Action::Disable { address } => switch(&app, address, true).await?,
        Action::Enable { address } => switch(&app, address, false).await?,
    };
    super::print(&text);
    Ok(())
}

async fn list(app: &App, text: String) -> anyhow::Result<String> {
    let accounts = administration::list(app, text.to_lowercase()).await?;
    let lines: Vec<String> = accounts.iter().map(|account| line(app, account)).collect();
    Ok(if lines.is_empty() { "There are none.".to_owned() } else { lines.join("\n") })
}

fn line(app: &App, account: &Account) -> String {
    let role = match accounts::role(app, &account.email) {
        shared::api::account::Role::Sender => "sender",
        shared::api::account::Role::Recipient => "recipient",
    };
    let shut_out = account.disabled_at.map(|since| format!("  shut out since {}", rfc3339(since)));
    format!("{}  {role}  since {}{}", account.email, rfc3339(account.created_at), shut_out.unwrap_or_default())
}

async fn show(app: &App, address: EmailAddress) -> anyhow::Result<String> {
    let known = administration::look_up(app, address.clone()).await?;
    let mut lines = Vec::new();
    match &known.account {
        Some(account) => {
            lines.push(line(app, account));
            lines.push(format!("password set at {}", rfc3339(account.password_changed_at)));
            lines.push(format!("log-ins: {}", known.log_ins));
        }
        None => lines.push(format!("{address} has no account.")),
    }
    for token in &known.api_tokens {
        let used = token.last_used_at.map_or_else(|| "never used".to_owned(), |at| format!("used at {}", rfc3339(at)));
        lines.push(format!("API token \"{}\": {}, {used}", token.name, token.scopes));
    }
    if let Some(since) = known.waits_since {
        lines.push(format!("registered at {}; the link of the mail that confirms it was not used yet", rfc3339(since)));
    }
    Ok(lines.join("\n"))
}

async fn switch(app: &App, address: EmailAddress, disabled: bool) -> anyhow::Result<String> {
    if !administration::set_disabled(app, address.clone(), disabled).await? {
        bail!("{address} has no account");
    }
    Ok(format!("{address} {}.", if disabled { "is shut out" } else { "may log in again" }))
}
