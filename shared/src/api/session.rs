//! `POST /sessions`, `POST /sessions/refresh`, `DELETE /sessions/current`, `POST /password-resets`.

use serde::{Deserialize, Serialize};

use super::account::Account;

/// Body of `POST /sessions`.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct LogIn {
    /// The address.
    pub email: String,
    /// The password.
    pub password: String,
}

/// Answer of a log-in and of a refresh; the refresh token is in the cookie.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Session {
    /// A JWT for `Authorization: Bearer`.
    pub access_token: String,
    /// Seconds until the access token ends.
    pub expires_in: u32,
    /// Who is logged in.
    pub account: Account,
}

/// Body of `POST /password-resets`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AskPasswordReset {
    /// The address of the account.
    pub email: String,
    /// The ticket of the message that waits; the way back to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<String>,
    /// The message itself, where its ticket is not at hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// Answer of `GET /password-resets/{token}`: whose password the mailed link sets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PasswordReset {
    /// The address of the account.
    pub email: String,
    /// Where to go on: the path of the waiting message (`/messages/<id>`), or of the inbox.
    pub return_to: String,
}

/// Body of `POST /password-resets/complete`.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CompletePasswordReset {
    /// The token of the mailed link.
    pub token: String,
    /// The new password.
    pub password: String,
}
