//! What surrounds every page: header with the way to the other pages, the page itself, footer.

use leptos::prelude::*;
use shared::route::page::{COMPOSE, GENUINE, HELP, INBOX, SENT, SETTINGS};

use super::{brand, heading, languages, lapsed, notice, offline};
use crate::{
    form::Submission,
    go::Go,
    page::login::LOGGED_OUT,
    place::Place,
    session::Session,
    text::{self, Word, cover, frame as words},
};

/// The frame around `page`.
pub fn shell(page: AnyView) -> AnyView {
    let skip = |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        heading::focus();
    };
    let leaving = Submission::new();
    view! {
        <a class="skip" href="#main" on:click=skip>{words::SKIP}</a>
        <header class="top">
            <div class="wide">
                <a class="brand" href="/">{brand::mark()}<span>{text::portal()}</span></a>
                {navigation(leaving)}
            </div>
        </header>
        <main id="main" class="wide">
            <div role="status" aria-live="polite">
                {move || leaving.failure.get().map(|failure| {
                    notice::trouble(words::LOG_OUT_FAILED, text::problem::next(&failure))
                })}
            </div>
            {offline::offline()}
            {page}
        </main>
        <footer class="bottom">
            <div class="wide">
                <a href=HELP>{words::HELP}</a>
                <a href=GENUINE>{cover::IS_GENUINE}</a>
                {brand::links()}
                {languages::switch()}
                {brand::help()}
            </div>
        </footer>
        {lapsed::lapsed()}
    }
    .into_any()
}

/// The pages of those who are logged in.
fn navigation(leaving: Submission) -> AnyView {
    let session = Session::here();
    let go = Go::here();
    let is_member = Memo::new(move |_| session.account().is_some());
    let log_out = move |_| {
        leaving.run(&[], async move {
            session.log_out().await?;
            go.to(LOGGED_OUT);
            Ok(())
        });
    };
    (move || {
        is_member.get().then(|| {
            view! {
                <nav aria-label=words::PAGES>
                    {link(INBOX, words::INBOX)}
                    {link(COMPOSE, words::WRITE)}
                    {link(SENT, words::SENT)}
                    {link(SETTINGS, words::SETTINGS)}
                    <button type="button" on:click=log_out>{words::LOG_OUT}</button>
                </nav>
            }
        })
    })
    .into_any()
}

fn link(path: &'static str, label: Word) -> AnyView {
    let place = Place::here();
    let current = move || (place.path() == path).then_some("page");
    view! { <a href=path aria-current=current>{label}</a> }.into_any()
}
