//! Sending much: how far it is, and a way to stop it. Only `XMLHttpRequest` tells.

use js_sys::Promise;
use leptos::{
    prelude::*,
    wasm_bindgen::{JsCast, closure::Closure},
    web_sys::{FormData, ProgressEvent, XmlHttpRequest},
};
use wasm_bindgen_futures::JsFuture;

use super::Failure;

/// A request on its way; a handle that can be copied about.
#[derive(Clone, Copy)]
pub struct Upload {
    /// How many hundredths are sent, while it is on its way.
    pub sent: RwSignal<Option<u32>>,
    request: StoredValue<Option<XmlHttpRequest>, LocalStorage>,
    cancelled: StoredValue<bool>,
}

/// What came back.
pub struct Answer {
    pub status: u16,
    pub text: String,
    pub retry_after: Option<u32>,
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

    /// Sends a form.
    pub(super) async fn send(self, url: &str, token: Option<&str>, form: &FormData) -> Result<Answer, Failure> {
        self.cancelled.set_value(false);
        let request = XmlHttpRequest::new().map_err(|_| Failure::Garbled(0))?;
        let answer = self.through(&request, url, token, form).await;
        self.request.try_set_value(None);
        self.sent.try_set(None);
        answer
    }

    async fn through(
        self,
        request: &XmlHttpRequest,
        url: &str,
        token: Option<&str>,
        form: &FormData,
    ) -> Result<Answer, Failure> {
        let broken = |_| Failure::Garbled(0);
        request.open("POST", url).map_err(broken)?;
        if let Some(token) = token {
            request.set_request_header("Authorization", &format!("Bearer {token}")).map_err(broken)?;
        }
        let progress = Closure::<dyn FnMut(ProgressEvent)>::new(move |event: ProgressEvent| {
            let _ = self.sent.try_set(Some(hundredths(event.loaded(), event.total())));
        });
        request.upload().map_err(broken)?.set_onprogress(Some(progress.as_ref().unchecked_ref()));
        let ended = Promise::new(&mut |resolve, _| request.set_onloadend(Some(&resolve)));
        self.sent.set(Some(0));
        self.request.set_value(Some(request.clone()));
        request.send_with_opt_form_data(Some(form)).map_err(broken)?;
        let _ = JsFuture::from(ended).await;
        let status = request.status().unwrap_or(0);
        if status == 0 {
            return Err(Failure::Unreachable);
        }
        let text = request.response_text().ok().flatten().unwrap_or_default();
        let retry_after =
            request.get_response_header("Retry-After").ok().flatten().and_then(|value| value.parse().ok());
        Ok(Answer { status, text, retry_after })
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 100")]
fn hundredths(sent: f64, all: f64) -> u32 {
    if all > 0.0 { (sent / all * 100.0) as u32 } else { 0 }
}
