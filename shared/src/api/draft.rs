//! `/drafts/{name}`: what was written and not sent yet.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Body of `PUT /drafts/{name}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct KeepDraft {
    /// The texts by the name of their field.
    pub fields: BTreeMap<String, String>,
}

/// Answer of `GET /drafts/{name}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Draft {
    /// The texts by the name of their field.
    pub fields: BTreeMap<String, String>,
    /// When it was kept.
    pub updated_at: String,
}

/// The name of the draft of an answer to a message.
pub fn reply(id: &str) -> String {
    format!("reply-{id}")
}
