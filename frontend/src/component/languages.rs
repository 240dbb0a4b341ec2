//! Switching the language; on every page.

use leptos::{prelude::*, task::spawn_local};

use super::notice::Trouble;
use crate::{
    language,
    session::Session,
    text::{Language, frame as words},
};

/// The languages, each in its own words. Nothing that was typed is lost: the words change where they stand.
pub fn switch() -> AnyView {
    let session = Session::here();
    let failure = RwSignal::new(None);
    let choices = Language::ALL.map(|language| {
        let choose = move |_| spawn_local(async move { failure.set(session.speak(language).await.err()) });
        view! {
            <button type="button" lang=language.code() on:click=choose
                aria-pressed=move || if language::current() == language { "true" } else { "false" }>
                {language.name()}
            </button>
        }
        .into_any()
    });
    view! {
        <div class="languages" role="group" aria-label=words::LANGUAGE>{choices.into_iter().collect_view()}</div>
        <Trouble failure/>
    }
    .into_any()
}
