//! `/messages`.

use js_sys::Math;
use leptos::web_sys::{Blob, BlobPropertyBag, File, FormData};
use serde::Serialize;
use shared::api::{
    Page,
    conversation::Turn,
    delivery::{Deliveries, Delivery},
    message::{
        Extend, Message, MessageBox, MessageSummary, NotifiedAgain, NotifyAgain, Recall, Reply, SendMessage, Sent,
        Unread, Views,
    },
    reference::Reference,
};

use super::{Body, Failure, Request, encoded, exchange::Upload, read};
use crate::session::Session;

/// A page of a list.
pub async fn list(
    session: Session,
    which: MessageBox,
    before: Option<String>,
    search: Option<String>,
) -> Result<Page<MessageSummary>, Failure> {
    let which = match which {
        MessageBox::Inbox => "inbox",
        MessageBox::Sent => "sent",
    };
    let before = before.map(|before| format!("&before={}", encoded(&before))).unwrap_or_default();
    let search = search.map(|search| format!("&search={}", encoded(&search))).unwrap_or_default();
    read(&session.send(Request::get(format!("/messages?box={which}&limit=25{before}{search}"))).await?)
}

/// How many messages of the inbox are new.
pub async fn unread(session: Session) -> Result<u32, Failure> {
    let unread: Unread = read(&session.send(Request::get("/messages/unread")).await?)?;
    Ok(unread.count)
}

/// The conversation that a message belongs to, the oldest first.
pub async fn conversation(session: Session, id: &str) -> Result<Vec<Turn>, Failure> {
    let page: Page<Turn> = read(&session.send(Request::get(path(id, "/conversation"))).await?)?;
    Ok(page.items)
}

/// Opens a message.
pub async fn get(session: Session, id: &str) -> Result<Message, Failure> {
    read(&session.send(Request::get(path(id, ""))).await?)
}

/// Short-lived addresses for frames and downloads.
pub async fn views(session: Session, id: &str) -> Result<Views, Failure> {
    read(&session.send(Request::post(path(id, "/views"))).await?)
}

/// How far a message got.
pub async fn deliveries(session: Session, id: &str) -> Result<Deliveries, Failure> {
    read(&session.send(Request::get(path(id, "/deliveries"))).await?)
}

/// Takes a message back.
pub async fn recall(session: Session, id: &str, body: &Recall) -> Result<(), Failure> {
    session.send(Request::post(path(id, "/recall")).json(body)).await.map(drop)
}

/// Lets it be read for longer; answers how far it got then.
pub async fn extend(session: Session, id: &str, body: &Extend) -> Result<Vec<Delivery>, Failure> {
    let page: Page<Delivery> = read(&session.send(Request::post(path(id, "/extension")).json(body)).await?)?;
    Ok(page.items)
}

/// Sends the notification again.
pub async fn notify(session: Session, id: &str, body: &NotifyAgain) -> Result<NotifiedAgain, Failure> {
    read(&session.send(Request::post(path(id, "/notifications")).json(body)).await?)
}

/// How far it got, as a table.
pub async fn export(session: Session, id: &str) -> Result<String, Failure> {
    session.send(Request::get(path(id, "/deliveries.csv"))).await
}

/// Asks the sender of one that has expired to send it again.
pub async fn ask_again(session: Session, id: &str) -> Result<(), Failure> {
    session.send(Request::post(path(id, "/requests"))).await.map(drop)
}

/// Says that one is not for this recipient.
pub async fn refuse(session: Session, id: &str) -> Result<(), Failure> {
    session.send(Request::post(path(id, "/refusals"))).await.map(drop)
}

/// Whether a reference code is one of this portal's.
pub async fn reference(session: Session, code: &str) -> Result<Reference, Failure> {
    read(&session.send(Request::get(format!("/references/{}", encoded(code)))).await?)
}

/// Sends a new message.
pub async fn send(session: Session, body: &SendMessage, files: &[File], attempt: Attempt) -> Result<Sent, Failure> {
    read(&session.send(with_files(Request::post("/messages"), body, files, attempt)?).await?)
}

/// Answers a message.
pub async fn reply(
    session: Session,
    id: &str,
    body: &Reply,
    files: &[File],
    attempt: Attempt,
) -> Result<Sent, Failure> {
    read(&session.send(with_files(Request::post(path(id, "/replies")), body, files, attempt)?).await?)
}

/// A try to send something.
pub struct Attempt {
    /// What watches it.
    pub upload: Upload,
    /// The same for every try.
    pub key: String,
}

fn path(id: &str, rest: &str) -> String {
    format!("/messages/{}{rest}", encoded(id))
}

/// For something new.
pub fn new_key() -> String {
    whole(Math::random() * 1e15).to_string()
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "sizes and times are whole numbers")]
fn whole(number: f64) -> u64 {
    number as u64
}

/// JSON alone, or a form with the JSON as its part `message` and a part `attachment` for each file. Should the answer to
/// it be lost, the same is not sent twice; what was changed since is something else.
fn with_files(
    request: Request,
    body: &impl Serialize,
    files: &[File],
    Attempt { upload, key }: Attempt,
) -> Result<Request, Failure> {
    let request = request.json(body).watched(upload);
    let Body::Json(json) = &request.body else { return Ok(request) };
    let files_known =
        files.iter().map(|file| format!("{}/{}/{}", file.name(), whole(file.size()), whole(file.last_modified())));
    let content = files_known.fold(json.clone(), |all, file| all + &file);
    let form = (!files.is_empty()).then(|| form(json, files).ok_or(Failure::Garbled(0))).transpose()?;
    let request = request.once(format!("{key}-{}", digest(&content)));
    Ok(match form {
        Some(form) => request.form(form),
        None => request,
    })
}

/// FNV-1a: tells apart what one person writes.
fn digest(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, octet| (hash ^ u64::from(octet)).wrapping_mul(0x0100_0000_01b3))
}

fn form(json: &str, files: &[File]) -> Option<FormData> {
    let kind = BlobPropertyBag::new();
    kind.set_type("application/json");
    let blob = Blob::new_with_str_sequence_and_options(&js_sys::Array::of1(&json.into()), &kind).ok()?;
    let form = FormData::new().ok()?;
    form.append_with_blob("message", &blob).ok()?;
    for file in files {
        form.append_with_blob_and_filename("attachment", file, &file.name()).ok()?;
    }
    Some(form)
}
