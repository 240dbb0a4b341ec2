//! The formatted text of a message, in a frame as high as its content.
//!
//! What is in the frame was made harmless by the server, whose policy lets it run nothing. The frame keeps the portal's
//! origin so that this page can read how high the content is; without scripts an origin is of no use to it.

use leptos::{
    html::Iframe,
    prelude::*,
    wasm_bindgen::{JsCast, closure::Closure},
    web_sys::{HtmlElement, HtmlIFrameElement, ResizeObserver},
};

use super::{grants::Grants, unfold};
use crate::{language, text::Phrase};

/// The highest frame, in pixels; what is longer is scrolled within.
const HIGHEST: i32 = 40_000;
/// Room for a bar to scroll sideways.
const BAR: i32 = 20;

/// The frame; `remote` lets images from elsewhere load.
pub fn frame(title: Phrase, remote: RwSignal<bool>, grants: Grants) -> AnyView {
    let node = NodeRef::<Iframe>::new();
    // Read once for each way to show it: a renewed grant must not load it again.
    let source = Memo::new(move |before: Option<&Option<(bool, String)>>| {
        let remote = remote.get();
        let known = before.cloned().flatten().filter(|(was_remote, _)| *was_remote == remote);
        known.or_else(|| {
            let url = grants.views.with(|views| views.as_ref().map(|views| views.url.clone()))?;
            Some((remote, address(&url, if remote { "remote=1" } else { "" })))
        })
    });
    let watcher = StoredValue::new_local(None);
    let loaded = move |_| {
        if let Some(frame) = node.get_untracked() {
            watcher.set_value(watch(&frame));
        }
    };
    let content = move || node.get_untracked().and_then(|frame| frame.content_document());
    unfold::on_paper("", content, move || {
        if let Some(frame) = node.get_untracked() {
            fit(&frame);
        }
    });
    view! {
        <iframe class="frame" node_ref=node title=move || title.get() src=move || source.get().map(|(_, url)| url)
            on:load=loaded referrerpolicy="no-referrer"
            sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"></iframe>
    }
    .into_any()
}

/// The address of the text, shown in this way and in the language of the page.
pub fn address(url: &str, how: &str) -> String {
    format!("{url}?language={}&{how}", untrack(language::current).code())
}

/// What watches the content of a frame, until it is dropped.
struct Watcher {
    observer: ResizeObserver,
    _fit: Closure<dyn FnMut()>,
}

impl Drop for Watcher {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

/// Fits the frame to its content, now and whenever that changes.
fn watch(frame: &HtmlIFrameElement) -> Option<Watcher> {
    let content = frame.content_document()?.document_element()?;
    fit(frame);
    let watched = frame.clone();
    let closure = Closure::<dyn FnMut()>::new(move || fit(&watched));
    let observer = ResizeObserver::new(closure.as_ref().unchecked_ref()).ok()?;
    observer.observe(&content);
    Some(Watcher { observer, _fit: closure })
}

fn fit(frame: &HtmlIFrameElement) {
    let Some(content) = frame.content_document().and_then(|document| document.document_element()) else { return };
    let bar = if content.scroll_width() > content.client_width() { BAR } else { 0 };
    // An element of another window: it is one, though not an instance of this window's class.
    let edge = frame.offset_height() - frame.client_height();
    let height = content.unchecked_into::<HtmlElement>().offset_height() + bar + edge;
    let _ = HtmlElement::style(frame).set_property("height", &format!("{}px", height.min(HIGHEST)));
}
