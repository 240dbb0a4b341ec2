//! The heading of a page: it takes the focus and names the window, so that everyone notices the new page.

use std::sync::{
    LazyLock,
    atomic::{AtomicBool, Ordering},
};

use leptos::{html::H1, prelude::*};

use crate::{
    place,
    text::{self, Phrase},
};

/// A page's `h1`.
#[component]
pub fn Heading(
    /// Its words, which also name the window.
    #[prop(into)]
    text: Phrase,
) -> AnyView {
    // The browser itself announces the first page, unless it is one of many to its reader.
    static FIRST: LazyLock<AtomicBool> = LazyLock::new(|| AtomicBool::new(!place::has_passed()));
    let node = NodeRef::<H1>::new();
    let words = text.clone();
    Effect::new(move |noticed: Option<bool>| {
        let Some(heading) = node.get() else { return false };
        document().set_title(&format!("{} – {}", words.get(), text::portal()));
        // Once a page: another language renames the window, and leaves the focus where it is.
        if noticed != Some(true) && !FIRST.swap(false, Ordering::Relaxed) {
            let _ = heading.focus();
        }
        true
    });
    view! { <h1 tabindex="-1" node_ref=node>{move || text.get()}</h1> }.into_any()
}

/// Puts the focus on the page's heading.
pub fn focus() {
    use leptos::{wasm_bindgen::JsCast, web_sys::HtmlElement};
    let heading = document().query_selector("main h1").ok().flatten();
    if let Some(heading) = heading.and_then(|heading| heading.dyn_into::<HtmlElement>().ok()) {
        let _ = heading.focus();
    }
}
