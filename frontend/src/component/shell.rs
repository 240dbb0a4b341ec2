//! What surrounds every page: header with the way to the other pages, the page itself, footer.

use leptos::prelude::*;
use leptos_router::hooks::use_location;
use shared::route::page::{COMPOSE, HELP, INBOX, LOGIN, SENT, SETTINGS};

use super::{heading, icon, notice};
use crate::{form::Submission, go::Go, session::Session, text};

/// The frame around `page`.
pub fn shell(page: AnyView) -> AnyView {
    let skip = |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        heading::focus();
    };
    let leaving = Submission::new();
    view! {
        <a class="skip" href="#main" on:click=skip>{text::SKIP}</a>
        <header class="top">
            <div class="wide">
                <a class="brand" href="/">{icon::mark()}<span>{text::portal()}</span></a>
                {navigation(leaving)}
            </div>
        </header>
        <main id="main" class="wide">
            <div role="status" aria-live="polite">
                {move || leaving.failure.get().map(|failure| {
                    notice::trouble(text::LOG_OUT_FAILED, &text::failure::next(&failure))
                })}
            </div>
            {page}
        </main>
        <footer class="bottom wide">
            <a href=HELP>{text::HELP}</a>
            <a href=format!("{HELP}#genuine")>{text::GENUINE}</a>
        </footer>
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
            go.to(LOGIN);
            Ok(())
        });
    };
    (move || {
        is_member.get().then(|| {
            view! {
                <nav aria-label=text::PAGES>
                    {link(INBOX, text::INBOX)}
                    {link(COMPOSE, text::WRITE)}
                    {link(SENT, text::SENT)}
                    {link(SETTINGS, text::SETTINGS)}
                    <button type="button" on:click=log_out>{text::LOG_OUT}</button>
                </nav>
            }
        })
    })
    .into_any()
}

fn link(path: &'static str, words: &'static str) -> AnyView {
    let here = use_location().pathname;
    let current = move || here.with(|here| here == path).then_some("page");
    view! { <a href=path aria-current=current>{words}</a> }.into_any()
}
