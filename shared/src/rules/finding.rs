//! What a rule found: where, how surely, and a label that a person understands. Never the matched text itself.

use serde::{Deserialize, Serialize};

/// The built-in rules. Codes are kebab-case and stable: the API, the audit trail and the pages name them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Rule {
    /// `ddd-dd-dddd`.
    Ssn,
    /// Nine digits beside a label such as "SSN".
    SsnLabelled,
    /// `dddd-dddd-dddd-ddddddd`.
    CaseId,
    /// 13 to 19 digits with a right Luhn check digit; subjects only.
    Card,
    /// Nine digits in a row; subjects only.
    NineDigits,
    /// A telephone number; subjects only.
    Phone,
    /// An email address; subjects only.
    Email,
    /// A date shortly after "born" or "DOB"; subjects only.
    BirthDate,
}

impl Rule {
    /// The stable code, as it stands in JSON.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ssn => "ssn",
            Self::SsnLabelled => "ssn-labelled",
            Self::CaseId => "case-id",
            Self::Card => "card",
            Self::NineDigits => "nine-digits",
            Self::Phone => "phone",
            Self::Email => "email",
            Self::BirthDate => "birth-date",
        }
    }

    /// English words for people; pages in other languages translate by [`Rule::code`].
    pub const fn label(self) -> &'static str {
        match self {
            Self::Ssn | Self::SsnLabelled => "Looks like a social security number",
            Self::CaseId => "Looks like a 19-digit case number",
            Self::Card => "Looks like a payment card number",
            Self::NineDigits => "Nine digits: could this be a social security number?",
            Self::Phone => "Looks like a telephone number",
            Self::Email => "Looks like an email address",
            Self::BirthDate => "Looks like a date of birth",
        }
    }

    /// How surely this rule means personal data.
    pub const fn strength(self) -> Strength {
        match self {
            Self::Ssn | Self::SsnLabelled | Self::CaseId | Self::Card => Strength::Strong,
            Self::NineDigits | Self::Phone | Self::Email | Self::BirthDate => Strength::Weak,
        }
    }

    /// Whether a hit in a body or a subject seals the mail.
    pub const fn seals(self) -> bool {
        matches!(self, Self::Ssn | Self::SsnLabelled | Self::CaseId)
    }
}

/// How surely a finding is personal data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Strength {
    /// Masked in whatever is sent in clear; refused in a subject.
    Strong,
    /// Pointed out while typing.
    Weak,
}

/// Where a finding stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// The subject.
    Subject,
    /// A plain text.
    Text,
    /// The visible text of HTML.
    Html,
}

/// One finding. `start` and `end` count Unicode scalar values of the scanned (visible) text; `end` is exclusive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Finding {
    /// The rule that hit.
    pub rule: Rule,
    /// English words for people.
    pub label: String,
    /// How surely it is personal data.
    pub strength: Strength,
    /// Where it stands.
    pub part: Part,
    /// First scalar value of the match.
    pub start: usize,
    /// One past the last scalar value of the match.
    pub end: usize,
}

impl Finding {
    /// A finding of `rule` at `start..end` of `part`, with the rule's own label and strength.
    pub fn new(rule: Rule, part: Part, start: usize, end: usize) -> Self {
        Self { rule, label: rule.label().to_owned(), strength: rule.strength(), part, start, end }
    }
}
