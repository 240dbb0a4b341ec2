//! `POST /registrations`, `GET /registrations/{token}`, `POST /registrations/confirm`.

use serde::{Deserialize, Serialize};

use super::account::Account;

/// Body of `POST /registrations`; the answer is the same for every address: 202 with `{}`.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Register {
    /// The address to confirm.
    pub email: String,
    /// The name shown to others.
    pub display_name: String,
    /// 8 to 128 characters.
    pub password: String,
    /// The ticket of the message that waits; the way back to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<String>,
    /// The language of the confirmation mail and of the account, for example `en`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
}

/// Body of `POST /registrations/confirm`: the token of the mail, and the password chosen when registering, or a new
/// password and the name again.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(untagged)]
pub enum Confirm {
    /// With the password chosen before.
    Known(ConfirmKnown),
    /// With a new one; what was registered is thrown away.
    Anew(ConfirmAnew),
}

/// Confirms what was registered.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ConfirmKnown {
    /// The token of the mailed link.
    pub token: String,
    /// The password chosen when registering.
    pub password: String,
}

/// Throws away what was registered, and registers anew.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ConfirmAnew {
    /// The token of the mailed link.
    pub token: String,
    /// The password from now on.
    pub new_password: String,
    /// The name from now on.
    pub display_name: String,
}

/// Answer of `GET /registrations/{token}`: what the mailed link is good for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Registration {
    /// The address to confirm.
    pub email: String,
    /// How far it is.
    pub state: RegistrationState,
    /// Where to go on: the path of the waiting message (`/messages/<id>`), or of the inbox.
    pub return_to: String,
}

/// How far a registration is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum RegistrationState {
    /// It can be confirmed.
    Pending,
    /// The address has an account.
    Confirmed,
    /// The link is too old, or was used up by wrong passwords.
    Over,
}

/// Answer of a confirmation, which logs in.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Confirmed {
    /// The address now confirmed.
    pub email: String,
    /// Where to go on: the path of the waiting message (`/open/<ticket>` or `/messages/<id>`), or of the inbox.
    pub return_to: String,
    /// A JWT for `Authorization: Bearer`.
    pub access_token: String,
    /// Seconds until the access token ends.
    pub expires_in: u32,
    /// Who is logged in.
    pub account: Account,
}
