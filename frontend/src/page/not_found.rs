//! No such page.

use leptos::prelude::*;

use crate::{component::heading::Heading, text::frame as words};

/// The page.
pub fn page() -> AnyView {
    view! {
        <div class="narrow">
            <Heading text=words::NOT_FOUND/>
            <p class="lead">{words::NOT_FOUND_NEXT}</p>
            <p><a class="button" href="/">{words::TO_START}</a></p>
        </div>
    }
    .into_any()
}
