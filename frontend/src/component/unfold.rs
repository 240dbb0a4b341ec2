//! What is folded away on the screen stands on paper.

use leptos::{
    leptos_dom::helpers::window_event_listener_untyped,
    prelude::on_cleanup,
    web_sys::{Document, Element},
};

/// While the page is printed all that `document` has folded away within `scope` is unfolded; `changed` is called
/// whenever that begins and ends.
pub fn on_paper(
    scope: &'static str,
    document: impl Fn() -> Option<Document> + Clone + 'static,
    changed: impl Fn() + Clone + 'static,
) {
    let (there, seen) = (document.clone(), changed.clone());
    let before = window_event_listener_untyped("beforeprint", move |_| {
        each(&there, &format!("{scope} details:not([open])"), |folded| {
            let _ = folded.set_attribute("open", "");
            let _ = folded.set_attribute("data-on-paper", "");
        });
        seen();
    });
    let after = window_event_listener_untyped("afterprint", move |_| {
        each(&document, &format!("{scope} [data-on-paper]"), |unfolded| {
            let _ = unfolded.remove_attribute("data-on-paper");
            let _ = unfolded.remove_attribute("open");
        });
        changed();
    });
    on_cleanup(move || {
        before.remove();
        after.remove();
    });
}

/// Does something with each element that fits, after which it fits no more.
fn each(document: &impl Fn() -> Option<Document>, selector: &str, change: impl Fn(&Element)) {
    let Some(document) = document() else { return };
    while let Ok(Some(element)) = document.query_selector(selector) {
        change(&element);
    }
}
