//! One way to the server: requests, answers, and what can go wrong with them.

pub mod account;
pub mod api_token;
pub mod correspondent;
pub mod draft;
pub mod exchange;
pub mod extension;
pub mod message;
pub mod registration;
pub mod rules;
pub mod session;
pub mod ticket;

use self::exchange::{Upload, exchange};
use leptos::web_sys::FormData;
use serde::Serialize;
use shared::{
    api::problem::{Problem, ProblemName, ProblemReason},
    read::{self, Read},
    route::API,
};

/// Seconds to the next try where the server does not say.
const LATER: u32 = 10;

/// Why there is no answer to work with.
#[derive(Clone, Debug, PartialEq)]
pub enum Failure {
    /// The server was not reached.
    Unreachable,
    /// It answered with something else than the API does, under this status.
    Garbled(u16),
    /// It said no, and why.
    Refused(Box<Refusal>),
}

/// A problem, as the server described it.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// Which one, if this page knows it.
    pub name: Option<ProblemName>,
    /// All of it.
    pub problem: Problem,
    /// Seconds to wait.
    pub retry_after: Option<u32>,
}

impl Failure {
    /// The name of the problem, if the server named one.
    pub fn name(&self) -> Option<ProblemName> {
        match self {
            Self::Refused(refusal) => refusal.name,
            Self::Unreachable | Self::Garbled(_) => None,
        }
    }

    /// Seconds after which the same may be tried again, if it will then perhaps do.
    pub fn wait(&self) -> Option<u32> {
        match self {
            Self::Unreachable | Self::Garbled(502..=504) => Some(LATER),
            Self::Garbled(_) => None,
            Self::Refused(refusal) => match refusal.name {
                Some(ProblemName::Unavailable) => Some(refusal.retry_after.unwrap_or(LATER)),
                _ => refusal.retry_after,
            },
        }
    }

    /// Whether it is this problem.
    pub fn is(&self, name: ProblemName) -> bool {
        self.name() == Some(name)
    }

    /// More on what happened, if the server said it.
    pub fn reason(&self) -> Option<ProblemReason> {
        if let Self::Refused(refusal) = self { refusal.problem.reason } else { None }
    }

    /// The code by which the server says what is wrong with a field.
    pub fn about(&self, field: &str) -> Option<&str> {
        let Self::Refused(refusal) = self else { return None };
        let error = refusal.problem.errors.iter().find(|error| error.field.split('[').next() == Some(field))?;
        Some(&error.code)
    }
}

/// What is asked of the server; it can be sent again.
#[derive(Clone)]
pub struct Request {
    method: &'static str,
    path: String,
    body: Body,
    upload: Option<Upload>,
    key: Option<String>,
}

#[derive(Clone)]
enum Body {
    None,
    Json(String),
    Form(FormData),
}

impl Request {
    /// `GET` of a path below `/api/v1`.
    pub fn get(path: impl Into<String>) -> Self {
        Self::to("GET", path)
    }

    /// `POST`.
    pub fn post(path: impl Into<String>) -> Self {
        Self::to("POST", path)
    }

    /// `PUT`.
    pub fn put(path: impl Into<String>) -> Self {
        Self::to("PUT", path)
    }

    /// `PATCH`.
    pub fn patch(path: impl Into<String>) -> Self {
        Self::to("PATCH", path)
    }

    /// `DELETE`.
    pub fn delete(path: impl Into<String>) -> Self {
        Self::to("DELETE", path)
    }

    fn to(method: &'static str, path: impl Into<String>) -> Self {
        Self { method, path: path.into(), body: Body::None, upload: None, key: None }
    }

    /// With this as its JSON body.
    pub fn json(mut self, body: &impl Serialize) -> Self {
        self.body = Body::Json(serde_json::to_string(body).unwrap_or_default());
        self
    }

    /// Done once, however often it arrives with this key.
    pub fn once(mut self, key: String) -> Self {
        self.key = Some(key);
        self
    }

    /// Watched on its way; for a `POST` of a form.
    pub fn watched(mut self, upload: Upload) -> Self {
        self.upload = Some(upload);
        self
    }

    /// With this as its multipart body.
    pub fn form(mut self, body: FormData) -> Self {
        self.body = Body::Form(body);
        self
    }
}

/// A part of a path or the value of a query parameter, encoded.
pub fn encoded(part: &str) -> String {
    js_sys::encode_uri_component(part).into()
}

/// Sends a request, with a bearer token if there is one, and gives the body of a good answer.
pub async fn send(request: &Request, token: Option<&str>) -> Result<String, Failure> {
    let url = format!("{API}{}", request.path);
    let answer = exchange(request.method, &url, [token, request.key.as_deref()], &request.body, request.upload).await?;
    let is_good = (200..300).contains(&answer.status);
    if is_good { Ok(answer.text) } else { Err(refused(answer.status, &answer.text, answer.retry_after)) }
}

/// Sends a request that must arrive although the page goes away now.
pub fn leave_behind(request: &Request, token: &str) {
    let body = if let Body::Json(text) = &request.body { Some(text.as_str()) } else { None };
    exchange::leave_behind(request.method, &format!("{API}{}", request.path), token, body);
}

/// A file that belongs to the pages.
pub async fn file(path: &str) -> Result<String, Failure> {
    let answer = exchange("GET", path, [None; 2], &Body::None, None).await?;
    if answer.status == 200 { Ok(answer.text) } else { Err(Failure::Garbled(answer.status)) }
}

fn refused(status: u16, text: &str, retry_after: Option<u32>) -> Failure {
    let Some(problem) = read::answer::<Problem>(text) else { return Failure::Garbled(status) };
    Failure::Refused(Box::new(Refusal { name: ProblemName::from_type(&problem.kind), problem, retry_after }))
}

/// Reads a JSON answer.
pub fn read<T: Read>(text: &str) -> Result<T, Failure> {
    read::answer(text).ok_or(Failure::Garbled(200))
}
