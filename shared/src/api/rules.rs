//! `POST /rules/check`: what the gateway would do with a mail to an external recipient.

use serde::{Deserialize, Serialize};

use crate::rules::Finding;

/// Body of `POST /rules/check`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CheckRules {
    /// The subject.
    pub subject: String,
    /// The text.
    pub text: String,
    /// The same as HTML.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub html: Option<String>,
    /// Addresses, with or without a name: what would happen to each if the caller sent this.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recipients: Vec<String>,
}

/// Answer of `POST /rules/check`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CheckedRules {
    /// Whether the subject begins with the marker.
    pub marked: bool,
    /// Whether the gateway would seal this for an external recipient.
    pub seals: bool,
    /// What was found in the body.
    pub body_findings: Vec<Finding>,
    /// What was found in the subject.
    pub subject_findings: Vec<Finding>,
    /// What would happen to each recipient that was asked about, in the same order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recipients: Vec<CheckedRecipient>,
}

/// What would happen to one recipient.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CheckedRecipient {
    /// As it was asked about.
    pub address: String,
    /// What would happen.
    pub outcome: Outcome,
}

/// What happens to a recipient of a message that is written here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Gets a notification and reads the message here.
    Sealed,
    /// Inside the organisation: gets ordinary mail.
    Ordinary,
    /// The caller may not write to them.
    NotAllowed,
    /// This is no address.
    Malformed,
}
