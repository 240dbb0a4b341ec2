//! `GET /account`, `PATCH /account`.

use serde::{Deserialize, Serialize};

/// Who is logged in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Account {
    /// UUIDv7.
    pub id: String,
    /// The address; it cannot be changed.
    pub email: String,
    /// The name shown to others.
    pub display_name: String,
    /// What the account may do.
    pub role: Role,
    /// A language tag (BCP 47), for example `en`.
    pub locale: String,
}

/// What an account may do, judged at each request from its address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Staff: the address lies in a sender domain.
    Sender,
    /// Anyone else.
    Recipient,
}

/// What `PATCH /account` changes; what is absent stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ChangeAccount {
    /// A new name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// A new language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
}
