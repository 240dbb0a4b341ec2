//! The words that the server put into the page, which stand there until the page runs.

use leptos::prelude::document;
use leptos::web_sys::Element;
use shared::route::page::OPEN;

const ID: &str = "first-paint";
const SLOW: &str = "slow";
const TOP: &str = "first-top";

/// Takes them away; on the cover they stay until it has words of its own, and then leave with it.
pub fn hand_over() {
    remove(SLOW);
    remove(TOP);
    let path = leptos::prelude::window().location().pathname().unwrap_or_default();
    if !path.starts_with(OPEN) {
        remove(ID);
    }
}

/// The words, if there are any: to be put where the cover will stand.
pub fn words() -> Option<Element> {
    document().get_element_by_id(ID).filter(|element| element.child_element_count() > 0)
}

fn remove(id: &str) {
    if let Some(element) = document().get_element_by_id(id) {
        element.remove();
    }
}
