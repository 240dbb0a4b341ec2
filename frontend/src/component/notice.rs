//! Words about what happened: good, or not, and then what to do next.

use leptos::prelude::*;

use super::{heading::Heading, icon};
use crate::{api::Failure, text};

/// What went wrong with a form; polite, and there before it is needed.
#[component]
pub fn Trouble(
    /// What went wrong, if anything did.
    failure: RwSignal<Option<Failure>>,
) -> AnyView {
    let words =
        move || failure.get().map(|failure| trouble(&text::failure::what(&failure), &text::failure::next(&failure)));
    view! { <div role="status" aria-live="polite">{words}</div> }.into_any()
}

/// A page that could not be loaded.
pub fn trouble_page(failure: &Failure) -> AnyView {
    view! {
        <Heading text=text::failure::what(failure).trim_end_matches('.')/>
        <p class="lead">{text::failure::next(failure)}</p>
    }
    .into_any()
}

/// What went wrong, and what to do.
pub fn trouble(what: &str, next: &str) -> AnyView {
    notice("notice notice-trouble", icon::caution(), what, next)
}

/// What went well, and what comes next.
pub fn good(what: &str, next: &str) -> AnyView {
    notice("notice notice-good", icon::done(), what, next)
}

fn notice(class: &'static str, icon: AnyView, what: &str, next: &str) -> AnyView {
    view! {
        <div class=class>
            {icon}
            <p><strong>{what.to_owned()}</strong>" "{next.to_owned()}</p>
        </div>
    }
    .into_any()
}
