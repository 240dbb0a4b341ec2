//! What the API and the pages exchange: one file a resource. Times are RFC 3339 UTC, ids UUIDv7, codes kebab-case.

pub mod account;
pub mod api_token;
pub mod conversation;
pub mod correspondent;
pub mod delivery;
pub mod draft;
pub mod extension;
pub mod message;
pub mod problem;
pub mod reference;
pub mod registration;
pub mod rules;
pub mod session;
pub mod ticket;

use serde::{Deserialize, Serialize};

/// A page of a list, newest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Page<T> {
    /// At most `limit` items (50 unless asked otherwise, at most 200).
    pub items: Vec<T>,
    /// What to pass as `before` for the next page; null on the last.
    pub next: Option<String>,
}

/// A name and an address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Mailbox {
    /// The display name, perhaps empty.
    pub name: String,
    /// The address as written.
    pub address: String,
}
