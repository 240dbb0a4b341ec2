//! One way to the server: requests, answers, and what can go wrong with them.

pub mod account;
pub mod api_token;
pub mod message;
pub mod registration;
pub mod session;
pub mod ticket;

use gloo_net::http::{RequestBuilder, Response};
use leptos::web_sys::FormData;
use serde::{Serialize, de::DeserializeOwned};
use shared::{
    api::problem::{Problem, ProblemName},
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
    method: Method,
    path: String,
    body: Body,
}

#[derive(Clone, Copy)]
enum Method {
    Get,
    Post,
    Patch,
    Delete,
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
        Self { method: Method::Get, path: path.into(), body: Body::None }
    }

    /// `POST`.
    pub fn post(path: impl Into<String>) -> Self {
        Self { method: Method::Post, path: path.into(), body: Body::None }
    }

    /// `PATCH`.
    pub fn patch(path: impl Into<String>) -> Self {
        Self { method: Method::Patch, path: path.into(), body: Body::None }
    }

    /// `DELETE`.
    pub fn delete(path: impl Into<String>) -> Self {
        Self { method: Method::Delete, path: path.into(), body: Body::None }
    }

    /// With this as its JSON body.
    pub fn json(mut self, body: &impl Serialize) -> Self {
        self.body = Body::Json(serde_json::to_string(body).unwrap_or_default());
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
    let builder = match request.method {
        Method::Get => gloo_net::http::Request::get(&url),
        Method::Post => gloo_net::http::Request::post(&url),
        Method::Patch => gloo_net::http::Request::patch(&url),
        Method::Delete => gloo_net::http::Request::delete(&url),
    };
    let builder = match token {
        Some(token) => builder.header("Authorization", &format!("Bearer {token}")),
        None => builder,
    };
    let answer = with_body(builder, &request.body)?.send().await.map_err(|_| Failure::Unreachable)?;
    let text = answer.text().await.map_err(|_| Failure::Unreachable)?;
    if answer.ok() { Ok(text) } else { Err(refused(&answer, &text)) }
}

fn with_body(builder: RequestBuilder, body: &Body) -> Result<gloo_net::http::Request, Failure> {
    match body {
        Body::None => builder.build(),
        Body::Json(text) => builder.header("Content-Type", "application/json").body(text.as_str()),
        Body::Form(form) => builder.body(form.clone()),
    }
    .map_err(|_| Failure::Garbled(0))
}

fn refused(answer: &Response, text: &str) -> Failure {
    let Ok(problem) = serde_json::from_str::<Problem>(text) else { return Failure::Garbled(answer.status()) };
    let retry_after = answer.headers().get("Retry-After").and_then(|value| value.parse().ok());
    Failure::Refused(Box::new(Refusal { name: ProblemName::from_type(&problem.kind), problem, retry_after }))
}

/// Reads a JSON answer.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, Failure> {
    serde_json::from_str(text).map_err(|_| Failure::Garbled(200))
}
