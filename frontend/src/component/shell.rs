//! What surrounds every page: header with the way to the other pages, the page itself, footer.

use leptos::prelude::*;
use shared::route::page::{COMPOSE, GENUINE, HELP, INBOX, LOGIN, SENT, SETTINGS};

use super::{brand, heading, languages, lapsed, notice, offline, switch::leave};
use crate::{
    form::Submission,
    go::Go,
    page::{genuine::LOGIN_HERE, login::LOGGED_OUT},
    place::Place,
    session::{Session, Who},
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

/// The pages of those who are logged in; for strangers the way in.
fn navigation(leaving: Submission) -> AnyView {
    let session = Session::here();
    let go = Go::here();
    let place = Place::here();
    let is_member = Memo::new(move |_| match session.who() {
        Who::Member(_) => Some(true),
        Who::Nobody | Who::Left => Some(false),
        Who::Unknown | Who::Unreachable(_) | Who::Lapsed(_) => None,
    });
    let links = move || {
        Some(if is_member.get()? {
            view! {
                {link(INBOX, words::INBOX)}
                {link(COMPOSE, words::WRITE)}
                {link(SENT, words::SENT)}
                {link(SETTINGS, words::SETTINGS)}
                <button type="button" on:click=move |_| leave(session, go, leaving, LOGGED_OUT.to_owned())>{words::LOG_OUT}</button>
            }
            .into_any()
        } else {
            link(way_in(&place.path())?, words::LOG_IN)
        })
    };
    (move || links().map(|links| view! { <nav aria-label=words::PAGES>{links}</nav> })).into_any()
}

/// Where strangers log in from this page; other pages lead on by themselves.
fn way_in(path: &str) -> Option<&'static str> {
    match path {
        GENUINE => Some(LOGIN_HERE),
        HELP => Some(LOGIN),
        _ => None,
    }
}

fn link(path: &'static str, label: Word) -> AnyView {
    let place = Place::here();
    let current = move || (place.path() == path).then_some("page");
    view! { <a href=path aria-current=current>{label}</a> }.into_any()
}
