//! Who may log in: registration, confirmation, passwords, log-ins, API tokens.

pub mod administration;
pub mod api_token;
pub mod confirmation;
pub mod password;
pub mod registration;
pub mod reset;
pub mod session;
mod signature;
pub mod throttle;

use shared::{EmailAddress, api::account::Role};
use thiserror::Error;

use crate::{app::App, seal, store};

/// What can go wrong.
#[derive(Debug, Error)]
pub enum Error {
    /// Address or password is wrong, or the account is closed.
    #[error("the address or the password is wrong")]
    WrongCredentials,
    /// Not the password chosen when registering.
    #[error("this is not the password chosen when registering")]
    WrongPassword,
    /// The link was used, replaced, or is too old.
    #[error("the link was used or is too old")]
    TokenUsed,
    /// No valid token, or its session has ended.
    #[error("not logged in")]
    NotLoggedIn,
    /// Too many passwords are being looked at.
    #[error("too busy to look at a password")]
    Busy,
    /// The store.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The keys.
    #[error(transparent)]
    Seal(#[from] seal::Error),
}

/// What the owner of an address may do, judged at each request.
pub fn role(app: &App, email: &EmailAddress) -> Role {
    if app.config.organisation.is_sender(email) { Role::Sender } else { Role::Recipient }
}

/// An account as its owner sees it.
pub fn shown(app: &App, account: &store::accounts::Account) -> shared::api::account::Account {
    shared::api::account::Account {
        id: account.id.to_string(),
        email: account.email.written().to_owned(),
        display_name: account.display_name.clone(),
        role: role(app, &account.email),
        locale: account.locale.clone(),
    }
}
