//! Errors as RFC 9457 problem details.

use serde::{Deserialize, Serialize};

use crate::rules::Finding;

/// Every problem the API answers with; `type` is `urn:octothorpe:problem:<code>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProblemName {
    /// 400: not what the call takes.
    Malformed,
    /// 401: no valid `Authorization`.
    NotAuthenticated,
    /// 401: address or password is wrong.
    WrongCredentials,
    /// 401: the password is not the one chosen when registering.
    WrongPassword,
    /// 403: not allowed for this account or token.
    Forbidden,
    /// 403: this account may not write to that address.
    RecipientNotAllowed,
    /// 404: nothing there, or it belongs to someone else.
    NotFound,
    /// 410: the link was used, replaced, or is too old.
    TokenUsed,
    /// 410: the sender took the message back.
    MessageRecalled,
    /// 410: the message's time is over.
    MessageExpired,
    /// 413: too many octets.
    TooLarge,
    /// 422: fields are wrong; see `errors`.
    Invalid,
    /// 422: see `findings`.
    SubjectHoldsPersonalInformation,
    /// 429: wait `Retry-After` seconds.
    TooManyRequests,
    /// 500: a fault of the server; it is in the log.
    Internal,
    /// 503: try again later.
    Unavailable,
}

impl ProblemName {
    /// The kebab-case code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::NotAuthenticated => "not-authenticated",
            Self::WrongCredentials => "wrong-credentials",
            Self::WrongPassword => "wrong-password",
            Self::Forbidden => "forbidden",
            Self::RecipientNotAllowed => "recipient-not-allowed",
            Self::NotFound => "not-found",
            Self::TokenUsed => "token-used",
            Self::MessageRecalled => "message-recalled",
            Self::MessageExpired => "message-expired",
            Self::TooLarge => "too-large",
            Self::Invalid => "invalid",
            Self::SubjectHoldsPersonalInformation => "subject-holds-personal-information",
            Self::TooManyRequests => "too-many-requests",
            Self::Internal => "internal",
            Self::Unavailable => "unavailable",
        }
    }

    /// The HTTP status.
    pub const fn status(self) -> u16 {
        match self {
            Self::Malformed => 400,
            Self::NotAuthenticated | Self::WrongCredentials | Self::WrongPassword => 401,
            Self::Forbidden | Self::RecipientNotAllowed => 403,
            Self::NotFound => 404,
            Self::TokenUsed | Self::MessageRecalled | Self::MessageExpired => 410,
            Self::TooLarge => 413,
            Self::Invalid | Self::SubjectHoldsPersonalInformation => 422,
            Self::TooManyRequests => 429,
            Self::Internal => 500,
            Self::Unavailable => 503,
        }
    }

    /// A short English title.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Malformed => "The request is malformed",
            Self::NotAuthenticated => "Log in first",
            Self::WrongCredentials => "The email address or the password is wrong",
            Self::WrongPassword => "This is not the password chosen when registering",
            Self::Forbidden => "This is not allowed",
            Self::RecipientNotAllowed => "This account may not write to that address",
            Self::NotFound => "There is nothing here",
            Self::TokenUsed => "This link was already used, or is too old",
            Self::MessageRecalled => "The sender took this message back",
            Self::MessageExpired => "The time to read this message is over",
            Self::TooLarge => "This is too large",
            Self::Invalid => "Something needs to be corrected",
            Self::SubjectHoldsPersonalInformation => "The subject holds personal information",
            Self::TooManyRequests => "Too many tries, wait a moment",
            Self::Internal => "Something went wrong here",
            Self::Unavailable => "This is not available right now",
        }
    }

    /// Reads `urn:octothorpe:problem:<code>`.
    pub fn from_type(urn: &str) -> Option<Self> {
        const ALL: [ProblemName; 16] = [
            ProblemName::Malformed,
            ProblemName::NotAuthenticated,
            ProblemName::WrongCredentials,
            ProblemName::WrongPassword,
            ProblemName::Forbidden,
            ProblemName::RecipientNotAllowed,
            ProblemName::NotFound,
            ProblemName::TokenUsed,
            ProblemName::MessageRecalled,
            ProblemName::MessageExpired,
            ProblemName::TooLarge,
            ProblemName::Invalid,
            ProblemName::SubjectHoldsPersonalInformation,
            ProblemName::TooManyRequests,
            ProblemName::Internal,
            ProblemName::Unavailable,
        ];
        let code = urn.strip_prefix("urn:octothorpe:problem:")?;
        ALL.into_iter().find(|name| name.code() == code)
    }
}

/// More on some problems, where one name stands for several things that have happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ProblemReason {
    /// `message-expired`, `message-recalled`: the one who asks is its sender.
    OwnMessage,
    /// `message-recalled`: the one who asks has said that it is not for them.
    Refused,
    /// `too-many-requests`: the sender was asked less than a day ago.
    AskedAlready,
    /// `too-many-requests`: a pause after several wrong passwords.
    WrongPasswords,
}

/// The body of every error: `application/problem+json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// `urn:octothorpe:problem:<name>`.
    #[serde(rename = "type")]
    pub kind: String,
    /// What it is, in English.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What to do, in English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// More on some problems.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<ProblemReason>,
    /// Which fields it is about, and why: for `invalid`, and where a wait is only for these.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// For `subject-holds-personal-information`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
}

/// One wrong field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldError {
    /// The field's name in the request, for example `email` or `to[1]`.
    pub field: String,
    /// Kebab-case, stable.
    pub code: String,
    /// English words for people.
    pub message: String,
}
