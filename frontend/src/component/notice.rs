//! Words about what happened: good, or not, and then what to do next.

use leptos::prelude::*;
use shared::api::problem::ProblemReason;

use super::{heading::Heading, icon};
use crate::{
    api::Failure,
    countdown::Countdown,
    form::focus,
    text::{Phrase, Word, account, failure as failure_words, problem},
};

/// What went wrong with a form; polite, and there before it is needed.
#[component]
pub fn Trouble(
    /// What went wrong, if anything did.
    failure: RwSignal<Option<Failure>>,
    /// How long to wait before the next try, if the form counts it.
    #[prop(optional)]
    wait: Option<Countdown>,
) -> AnyView {
    let words = move || {
        failure.get().map(|failure| {
            if problem::is_offline(&failure) {
                return offline();
            }
            // The seconds as they pass say what to do.
            let counts = wait.is_some() && seconds(&failure).is_some();
            trouble(problem::what(&failure), if counts { "".into() } else { problem::next(&failure) })
        })
    };
    let left = wait.map(|wait| waiting(wait, failure));
    view! { <div role="status" aria-live="polite">{words}</div>{left} }.into_any()
}

/// Why nothing happened; the top of the page says that there is no connection.
pub fn offline() -> AnyView {
    trouble(failure_words::OFFLINE_HERE, "")
}

/// How many seconds the server asks to wait after a failure, if it does.
pub fn seconds(failure: &Failure) -> Option<u32> {
    if let Failure::Refused(refusal) = failure { refusal.retry_after } else { None }
}

/// The seconds as they pass. Who does not see them hears how many there are at the beginning, and when they are over.
fn waiting(wait: Countdown, failure: RwSignal<Option<Failure>>) -> AnyView {
    let asked = move || failure.with(|failure| failure.as_ref().and_then(seconds));
    let is_over = Memo::new(move |_| wait.left() == 0);
    let why = move || match failure.with(|failure| failure.as_ref().and_then(Failure::reason)) {
        Some(ProblemReason::WrongPasswords) => Some(account::WAIT_WHY),
        _ => None,
    };
    let words = |left: u32| if left < 120 { account::wait_seconds(left.into()) } else { problem::wait(left) };
    let shown = move || match (asked(), wait.left()) {
        (None, _) | (_, 0) => None,
        (Some(_), left) => Some(view! {
            <p class="wait" aria-hidden="true">{words(left)}" "{why}</p>
        }),
    };
    let heard = move || match (asked(), is_over.get()) {
        (None, _) => ().into_any(),
        (Some(seconds), false) => view! { <p class="unseen">{words(seconds)}" "{why}</p> }.into_any(),
        (Some(_), true) => view! { <p class="wait">{account::WAIT_OVER}</p> }.into_any(),
    };
    view! { {shown}<div role="status" aria-live="polite">{heard}</div> }.into_any()
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

/// The same, in the place of the button that was pressed: whoever works by keyboard goes on here.
pub fn done(what: Word, next: impl Into<Phrase>) -> AnyView {
    focus("#done");
    view! { <div id="done" tabindex="-1">{good(what, next)}</div> }.into_any()
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
