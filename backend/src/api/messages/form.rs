//! A message in a request: JSON, or a form with a part `message` (that JSON) and parts `attachment`.

use actix_multipart::{Field, Multipart};
use actix_web::{HttpRequest, http::header::CONTENT_TYPE, web};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt as _;
use serde::de::DeserializeOwned;
use shared::{
    address::parse_mailbox,
    api::problem::{FieldError, ProblemName},
};
use tokio::sync::OwnedSemaphorePermit;

use crate::{
    api::{Error, Result, Server},
    message::{Mailbox, compose::Attachment},
};

/// What a request held, with its share of the memory until it is dropped.
pub struct Form<T> {
    /// The JSON.
    pub message: T,
    /// The same as it came.
    pub json: Bytes,
    /// The files.
    pub attachments: Vec<Attachment>,
    /// Its share of the memory.
    pub memory: OwnedSemaphorePermit,
}

/// Octets of JSON that are read.
const MOST_JSON: usize = 12 * 1024 * 1024;
/// A request is held as it came, as a message and sealed.
const COPIES: u64 = 3;

/// Reads the request.
pub async fn read<T: DeserializeOwned>(
    server: &Server,
    request: &HttpRequest,
    payload: web::Payload,
) -> Result<Form<T>> {
    let most = usize::try_from(server.app.config.gateway.most_attached()).unwrap_or(usize::MAX);
    let length = request.headers().get("content-length").and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|length| length > most as u64 + 1024 * 1024) {
        return Err(too_large(most));
    }
    let memory = server.hold(length.unwrap_or(most as u64) * COPIES)?;
    let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if kind.to_ascii_lowercase().starts_with("multipart/form-data") {
        let (message, attachments) = parts(request, payload, most).await?;
        return Ok(Form { message: parse(&message)?, json: message, attachments, memory });
    }
    let mut payload = payload;
    let mut json = BytesMut::new();
    while let Some(piece) = payload.next().await {
        append(&mut json, &piece.map_err(|_| broken())?, MOST_JSON)?;
    }
    Ok(Form { message: parse(&json)?, json: json.freeze(), attachments: Vec::new(), memory })
}

async fn parts(request: &HttpRequest, payload: web::Payload, most: usize) -> Result<(Bytes, Vec<Attachment>)> {
    let mut form = Multipart::new(request.headers(), payload);
    let (mut message, mut attachments, mut left) = (None, Vec::new(), most);
    while let Some(field) = form.next().await {
        let mut field = field.map_err(|_| broken())?;
        let name = field.name().unwrap_or_default().to_owned();
        match name.as_str() {
            "message" => message = Some(whole(&mut field, MOST_JSON).await?),
            "attachment" => {
                let given = field.content_disposition().and_then(|disposition| disposition.get_filename());
                let name = given.unwrap_or_default().to_owned();
                let content_type = field.content_type().map_or("application/octet-stream", |kind| kind.essence_str());
                let content_type = content_type.to_owned();
                let bytes = whole(&mut field, left).await?;
                left -= bytes.len();
                attachments.push(Attachment { name, content_type, bytes });
            }
            other => {
                return Err(Error::field(other, "unknown", "The form has parts named message and attachment."));
            }
        }
    }
    let message = message.ok_or_else(|| Error::field("message", "missing", "The form needs a part named message."))?;
    Ok((message, attachments))
}

async fn whole(field: &mut Field, most: usize) -> Result<Bytes> {
    let mut bytes = BytesMut::new();
    while let Some(piece) = field.next().await {
        append(&mut bytes, &piece.map_err(|_| broken())?, most)?;
    }
    Ok(bytes.freeze())
}

fn append(bytes: &mut BytesMut, piece: &[u8], most: usize) -> Result<()> {
    if bytes.len() + piece.len() > most {
        return Err(too_large(most));
    }
    bytes.extend_from_slice(piece);
    Ok(())
}

fn too_large(most: usize) -> Error {
    Error::with(ProblemName::TooLarge, format!("A message with its attachments has at most {} MB.", most / 1024 / 1024))
}

fn broken() -> Error {
    Error::with(ProblemName::Malformed, "The request broke off, or its form is malformed.")
}

fn parse<T: DeserializeOwned>(json: &[u8]) -> Result<T> {
    serde_json::from_slice(json).map_err(|error| Error::with(ProblemName::Malformed, error.to_string()))
}

/// Addresses of one field; what is wrong with each is added to `errors`.
pub fn mailboxes(field: &str, texts: &[String], errors: &mut Vec<FieldError>) -> Vec<Mailbox> {
    let mut parsed = Vec::new();
    for (index, text) in texts.iter().enumerate() {
        match parse_mailbox(text) {
            Ok((name, address)) => parsed.push(Mailbox { name, address }),
            Err(error) => errors.push(FieldError {
                field: format!("{field}[{index}]"),
                code: "malformed".to_owned(),
                message: error.to_string(),
            }),
        }
    }
    parsed
}

/// A lifetime in days that makes sense.
pub fn lifetime(days: Option<u32>, longest: u32, errors: &mut Vec<FieldError>) {
    if days.is_some_and(|days| !(1..=longest).contains(&days)) {
        errors.push(FieldError {
            field: "expires_in_days".to_owned(),
            code: "out-of-range".to_owned(),
            message: format!("It lies between 1 and {longest} days."),
        });
    }
}
