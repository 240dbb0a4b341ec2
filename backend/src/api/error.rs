//! The one place where errors become answers: RFC 9457 problem details.

use actix_web::{HttpResponse, ResponseError, http::StatusCode};
use shared::{
    api::problem::{FieldError, Problem, ProblemName, ProblemReason},
    rules::Finding,
};

use crate::{accounts, intake, seal, store};

/// What an endpoint answers when it cannot do what was asked.
#[derive(Clone, Debug)]
pub struct Error {
    name: ProblemName,
    detail: Option<String>,
    reason: Option<ProblemReason>,
    errors: Vec<FieldError>,
    findings: Vec<Finding>,
    retry_after: Option<u32>,
}

/// Answers of the API.
pub type Result<T = HttpResponse> = std::result::Result<T, Error>;

impl Error {
    /// A problem without details.
    pub const fn new(name: ProblemName) -> Self {
        Self { name, detail: None, reason: None, errors: Vec::new(), findings: Vec::new(), retry_after: None }
    }

    /// A problem with a sentence that says what to do.
    pub fn with(name: ProblemName, detail: impl Into<String>) -> Self {
        Self { detail: Some(detail.into()), ..Self::new(name) }
    }

    /// One field is wrong.
    pub fn field(field: &str, code: &str, message: impl Into<String>) -> Self {
        Self::fields(vec![FieldError { field: field.to_owned(), code: code.to_owned(), message: message.into() }])
    }

    /// Several fields are.
    pub fn fields(errors: Vec<FieldError>) -> Self {
        Self { errors, ..Self::new(ProblemName::Invalid) }
    }

    /// Wait so many seconds.
    pub fn wait(seconds: u32) -> Self {
        let detail = format!("Try again in {seconds} second{}.", if seconds == 1 { "" } else { "s" });
        Self { retry_after: Some(seconds), ..Self::with(ProblemName::TooManyRequests, detail) }
    }

    /// The same, and another try must wait so long.
    pub const fn after(mut self, seconds: Option<u32>) -> Self {
        self.retry_after = seconds;
        self
    }

    /// The same, and the field that it is about.
    pub fn about(mut self, field: &str, code: &str, message: &str) -> Self {
        self.errors.push(FieldError { field: field.to_owned(), code: code.to_owned(), message: message.to_owned() });
        self
    }

    /// The same, and more on what happened.
    pub fn because(mut self, reason: impl Into<Option<ProblemReason>>) -> Self {
        self.reason = reason.into();
        self
    }

    /// Nothing there, or it belongs to someone else.
    pub const fn not_found() -> Self {
        Self::new(ProblemName::NotFound)
    }

    /// Which problem it is.
    pub const fn name(&self) -> ProblemName {
        self.name
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name.code())
    }
}

impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.name.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        let problem = Problem {
            kind: format!("urn:octothorpe:problem:{}", self.name.code()),
            title: self.name.title().to_owned(),
            status: self.name.status(),
            detail: self.detail.clone(),
            reason: self.reason,
            errors: self.errors.clone(),
            findings: self.findings.clone(),
        };
        let mut answer = HttpResponse::build(self.status_code());
        answer.content_type("application/problem+json");
        if let Some(seconds) = self.retry_after {
            answer.insert_header(("Retry-After", seconds));
        }
        if matches!(self.name, ProblemName::NotAuthenticated) {
            answer.insert_header(("WWW-Authenticate", "Bearer"));
        }
        answer.body(serde_json::to_string(&problem).unwrap_or_default())
    }
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::NotFound => Self::not_found(),
            store::Error::Unavailable(_) => {
                tracing::error!(%error, "the store does not answer");
                Self { retry_after: Some(5), ..Self::new(ProblemName::Unavailable) }
            }
            store::Error::Duplicate
            | store::Error::Newer { .. }
            | store::Error::Older
            | store::Error::Migration(_)
            | store::Error::Url
            | store::Error::Query(_)
            | store::Error::Panicked => {
                tracing::error!(%error, "the store failed");
                Self::new(ProblemName::Internal)
            }
        }
    }
}

impl From<seal::Error> for Error {
    fn from(error: seal::Error) -> Self {
        tracing::error!(%error, "the keys failed");
        Self::new(ProblemName::Internal)
    }
}

impl From<accounts::Error> for Error {
    fn from(error: accounts::Error) -> Self {
        match error {
            accounts::Error::WrongCredentials => Self::new(ProblemName::WrongCredentials),
            accounts::Error::WrongPassword => Self::new(ProblemName::WrongPassword),
            accounts::Error::TokenUsed => {
                Self::with(ProblemName::TokenUsed, "Each link works once, for 24 hours. Ask for a new mail.")
            }
            accounts::Error::NotLoggedIn => Self::new(ProblemName::NotAuthenticated),
            accounts::Error::Busy => Self { retry_after: Some(2), ..Self::new(ProblemName::Unavailable) },
            accounts::Error::Store(error) => error.into(),
            accounts::Error::Seal(error) => error.into(),
        }
    }
}

impl From<intake::keep::Error> for Error {
    fn from(error: intake::keep::Error) -> Self {
        match error {
            intake::keep::Error::Store(error) => error.into(),
            intake::keep::Error::Seal(error) => error.into(),
            intake::keep::Error::Outline => Self::new(ProblemName::Internal),
        }
    }
}

impl From<intake::submit::SubmitError> for Error {
    fn from(error: intake::submit::SubmitError) -> Self {
        use intake::submit::SubmitError;
        match error {
            SubmitError::NoRecipients => Self::field("to", "missing", "Give at least one recipient."),
            SubmitError::TooManyRecipients(most) => Self::field(
                "to",
                "too-many",
                format!("One message goes to at most {most} recipients. Send it in parts."),
            ),
            SubmitError::RecipientNotAllowed(address) => Self::with(
                ProblemName::RecipientNotAllowed,
                format!("You can write to staff of the agency only, and {address} is not one of them."),
            ),
            SubmitError::SubjectHoldsPersonalInformation(findings) => Self {
                findings,
                ..Self::with(
                    ProblemName::SubjectHoldsPersonalInformation,
                    "A subject is never encrypted. Move it to the text, or set accept_subject_findings to send it masked.",
                )
            },
            SubmitError::OtherContent => {
                Self::field("Idempotency-Key", "used", "Something else was sent under this key. Choose a new one.")
            }
            SubmitError::TooLarge => Self::new(ProblemName::TooLarge),
            SubmitError::Keep(error) => error.into(),
        }
    }
}
