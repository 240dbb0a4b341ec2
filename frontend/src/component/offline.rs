//! A word above the page while the device has no connection.

use leptos::prelude::*;

use super::notice;
use crate::text::failure as words;

/// Shown as long as the browser says so.
pub fn offline() -> AnyView {
    let is_offline = RwSignal::new(!window().navigator().on_line());
    let gone = window_event_listener(leptos::ev::offline, move |_| is_offline.set(true));
    let back = window_event_listener(leptos::ev::online, move |_| is_offline.set(false));
    on_cleanup(move || {
        gone.remove();
        back.remove();
    });
    let shown = move || is_offline.get().then(|| notice::trouble(words::OFFLINE, words::OFFLINE_NEXT));
    view! { <div role="status" aria-live="polite">{shown}</div> }.into_any()
}
