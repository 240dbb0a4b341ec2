//! No such page.

use leptos::prelude::*;

use crate::{component::heading::Heading, text};

/// The page.
pub fn page() -> AnyView {
    view! {
        <div class="narrow">
            <Heading text=text::NOT_FOUND/>
            <p class="lead">{text::NOT_FOUND_NEXT}</p>
            <p><a class="button" href="/">{text::TO_START}</a></p>
        </div>
    }
    .into_any()
}
