//! The heading of a page: it takes the focus and names the window, so that everyone notices the new page.

use std::sync::atomic::{AtomicBool, Ordering};

use leptos::{html::H1, prelude::*};

use crate::{
    form, place,
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
    static IS_LATER: AtomicBool = AtomicBool::new(false);
    let node = NodeRef::<H1>::new();
    let words = text.clone();
    Effect::new(move |noticed: Option<bool>| {
        let Some(heading) = node.get() else { return false };
        document().set_title(&format!("{} – {}", words.get(), text::portal()));
        // Once a page: another language renames the window, and leaves the focus where it is.
        if noticed != Some(true) && (IS_LATER.swap(true, Ordering::Relaxed) || place::has_passed()) {
            let _ = heading.focus();
        }
        true
    });
    view! { <h1 tabindex="-1" node_ref=node>{move || text.get()}</h1> }.into_any()
}

/// Puts the focus on the page's heading.
pub fn focus() {
    form::focus("main h1");
}

/// The same where what had the focus is gone.
pub fn focus_if_lost() {
    if document().active_element().is_none_or(|focused| focused.tag_name() == "BODY") {
        focus();
    }
}
