//! Words about what happened: good, or not, and then what to do next.

use leptos::prelude::*;

use super::{heading::Heading, icon};
use crate::{
    api::Failure,
    text::{Phrase, Word, problem},
};

/// What went wrong with a form; polite, and there before it is needed.
#[component]
pub fn Trouble(
    /// What went wrong, if anything did.
    failure: RwSignal<Option<Failure>>,
) -> AnyView {
    let words = move || failure.get().map(|failure| trouble(problem::what(&failure), problem::next(&failure)));
    view! { <div role="status" aria-live="polite">{words}</div> }.into_any()
}

/// A page that could not be loaded.
pub fn trouble_page(failure: &Failure) -> AnyView {
    let what = problem::what(failure);
    view! {
        <Heading text=move || what().trim_end_matches('.')/>
        <p class="lead">{problem::next(failure)}</p>
    }
    .into_any()
}

/// What went wrong, and what to do.
pub fn trouble(what: Word, next: impl Into<Phrase>) -> AnyView {
    notice("notice notice-trouble", icon::caution(), what, next.into())
}

/// What went well, and what comes next.
pub fn good(what: Word, next: impl Into<Phrase>) -> AnyView {
    notice("notice notice-good", icon::done(), what, next.into())
}

fn notice(class: &'static str, icon: AnyView, what: Word, next: Phrase) -> AnyView {
    view! {
        <div class=class>
            {icon}
            <p><strong>{what}</strong>" "{next}</p>
        </div>
    }
    .into_any()
}
