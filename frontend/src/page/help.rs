//! `/help`: the marker in five lines, and reading.

use leptos::prelude::*;
use shared::route::page::GENUINE;

use crate::{
    component::heading::Heading,
    text::{Word, cover, help as words},
};

/// The page.
pub fn page() -> AnyView {
    view! {
        <div class="narrow prose">
            <Heading text=words::TITLE/>
            <h2>{words::READING}</h2>
            {lines(words::READING_LINES)}
            <h2>{words::MARKER}</h2>
            {lines(words::MARKER_LINES)}
            <p class="quiet">{words::FORGOTTEN}</p>
            <h2>{cover::IS_GENUINE}</h2>
            <p><a href=GENUINE>{cover::GENUINE_MORE}</a></p>
        </div>
    }
    .into_any()
}

fn lines(lines: [Word; 5]) -> AnyView {
    view! { <ol class="steps">{lines.map(|line| view! { <li>{line}</li> }).collect_view()}</ol> }.into_any()
}
