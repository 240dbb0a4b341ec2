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
}
