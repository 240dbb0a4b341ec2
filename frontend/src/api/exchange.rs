//! A request and its answer. By `XMLHttpRequest`: it alone tells how far a sending is, and it does all the rest, too.

use js_sys::{Object, Promise, Reflect};
use leptos::{
    prelude::*,
    wasm_bindgen::{JsCast, JsValue, closure::Closure},
    web_sys::{ProgressEvent, XmlHttpRequest},
};
use wasm_bindgen_futures::{JsFuture, spawn_local};

use super::{Body, Failure};

/// What came back.
pub(super) struct Answer {
    pub status: u16,
    pub text: String,
    pub retry_after: Option<u32>,
}

/// A request on its way that is watched; a handle that can be copied about.
#[derive(Clone, Copy)]
pub struct Upload {
    /// How many hundredths are sent, while it is on its way.
    pub sent: RwSignal<Option<u32>>,
    request: StoredValue<Option<XmlHttpRequest>, LocalStorage>,
    cancelled: StoredValue<bool>,
}

impl Upload {
    /// Not begun.
    pub fn new() -> Self {
        Self { sent: RwSignal::new(None), request: StoredValue::new_local(None), cancelled: StoredValue::new(false) }
    }

    /// Stops it.
    pub fn cancel(self) {
        self.cancelled.set_value(true);
        if let Some(request) = self.request.get_value() {
            let _ = request.abort();
        }
    }

    /// Whether it was stopped here.
    pub fn was_cancelled(self) -> bool {
        self.cancelled.try_get_value().unwrap_or(true)
    }

    /// Follows a request from its beginning, as long as what comes back is kept.
    fn follow(self, request: &XmlHttpRequest) -> Result<Closure<dyn FnMut(ProgressEvent)>, JsValue> {
        self.cancelled.try_set_value(false);
        self.sent.try_set(Some(0));
        self.request.try_set_value(Some(request.clone()));
        let progress = Closure::<dyn FnMut(ProgressEvent)>::new(move |event: ProgressEvent| {
            let _ = self.sent.try_set(Some(hundredths(event.loaded(), event.total())));
        });
        request.upload()?.set_onprogress(Some(progress.as_ref().unchecked_ref()));
        Ok(progress)
    }

    fn end(self) {
        self.request.try_set_value(None);
        self.sent.try_set(None);
    }
}

/// The token of who sends a request, and the key by which it is known when it comes again.
type KnownBy<'a> = [Option<&'a str>; 2];

/// Sends a request and waits for its answer.
pub(super) async fn exchange(
    method: &str,
    url: &str,
    known_by: KnownBy<'_>,
    body: &Body,
    upload: Option<Upload>,
) -> Result<Answer, Failure> {
    let answer = through(method, url, known_by, body, upload).await;
    if let Some(upload) = upload {
        upload.end();
    }
    answer.map_err(|_| Failure::Garbled(0)).and_then(|answer| answer.ok_or(Failure::Unreachable))
}

/// `None` where nobody answered.
async fn through(
    method: &str,
    url: &str,
    known_by: KnownBy<'_>,
    body: &Body,
    upload: Option<Upload>,
) -> Result<Option<Answer>, JsValue> {
    let request = XmlHttpRequest::new()?;
    request.open(method, url)?;
    let [token, key] = known_by;
    if let Some(key) = key {
        request.set_request_header("Idempotency-Key", key)?;
    }
    if let Some(token) = token {
        request.set_request_header("Authorization", &format!("Bearer {token}"))?;
    }
    let _progress = upload.map(|upload| upload.follow(&request)).transpose()?;
    let ended = Promise::new(&mut |resolve, _| request.set_onloadend(Some(&resolve)));
    match body {
        Body::None => request.send(),
        Body::Json(text) => {
            request.set_request_header("Content-Type", "application/json")?;
            request.send_with_opt_str(Some(text))
        }
        Body::Form(form) => request.send_with_opt_form_data(Some(form)),
    }?;
    JsFuture::from(ended).await?;
    let status = request.status()?;
    if status == 0 {
        return Ok(None);
    }
    let retry_after = request.get_response_header("Retry-After")?.and_then(|value| value.parse().ok());
    Ok(Some(Answer { status, text: request.response_text()?.unwrap_or_default(), retry_after }))
}

/// Sends a request that outlives the page, of which nobody waits for the answer. A large one is not taken by browsers.
pub(super) fn leave_behind(method: &str, url: &str, token: &str, body: Option<&str>) {
    let object = |fields: &[(&str, JsValue)]| {
        let object = Object::new();
        for (name, value) in fields {
            let _ = Reflect::set(&object, &JsValue::from_str(name), value);
        }
        object
    };
    let headers = object(&[
        ("Authorization", format!("Bearer {token}").into()),
        ("Content-Type", JsValue::from_str("application/json")),
    ]);
    let how = object(&[
        ("method", JsValue::from_str(method)),
        ("headers", headers.into()),
        ("body", body.map_or(JsValue::UNDEFINED, JsValue::from_str)),
        ("keepalive", JsValue::TRUE),
    ]);
    let answer = window().fetch_with_str_and_init(url, how.unchecked_ref());
    spawn_local(async move {
        let _ = JsFuture::from(answer).await;
    });
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 100")]
fn hundredths(sent: f64, all: f64) -> u32 {
    if all > 0.0 { (sent / all * 100.0) as u32 } else { 0 }
}
