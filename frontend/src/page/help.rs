//! `/help`: the marker in five lines, reading, and how to tell what is genuine.

use leptos::prelude::*;

use crate::{
    component::heading::Heading,
    text::{Word, frame::GENUINE, help as words, host},
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
            <h2 id="genuine">{GENUINE}</h2>
            {lines(words::GENUINE_LINES)}
            <p>{words::THIS_HOST}" "<strong class="address">{host()}</strong></p>
        </div>
    }
    .into_any()
}

fn lines(lines: [Word; 5]) -> AnyView {
    view! { <ol class="steps">{lines.map(|line| view! { <li>{line}</li> }).collect_view()}</ol> }.into_any()
}
