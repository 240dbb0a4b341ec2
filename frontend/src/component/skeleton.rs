//! Grey shapes where something is still loading.

use leptos::prelude::*;

use crate::text;

/// A page with a heading and some lines.
pub fn page() -> AnyView {
    view! {
        <div class="skeleton">
            <p class="unseen" role="status">{text::frame::LOADING}</p>
            <div class="bone bone-title"></div>
            <div class="bone"></div>
            <div class="bone"></div>
            <div class="bone bone-short"></div>
        </div>
    }
    .into_any()
}

/// Rows of a list.
pub fn rows() -> AnyView {
    view! {
        <div class="skeleton">
            <p class="unseen" role="status">{text::frame::LOADING}</p>
            <div class="bone bone-row"></div>
            <div class="bone bone-row"></div>
            <div class="bone bone-row"></div>
            <div class="bone bone-row"></div>
        </div>
    }
    .into_any()
}
