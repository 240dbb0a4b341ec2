//! Going on with another address: the one who reads this may have both.

use leptos::prelude::*;
use shared::route::page::{INBOX, LOGIN};

use super::notice::Trouble;
use crate::{
    api::encoded,
    form::Submission,
    go::Go,
    session::Session,
    text::{Phrase, failure as words, open},
};

/// Logs out, and goes on to this path.
pub fn leave(session: Session, go: Go, leaving: Submission, path: String) {
    leaving.run(&[], async move {
        session.log_out().await?;
        go.to(&path);
        Ok(())
    });
}

/// The button that logs out and leads to `path`, and the way to one's own inbox.
pub fn switch(label: Phrase, path: String) -> AnyView {
    let (session, go, leaving) = (Session::here(), Go::here(), Submission::new());
    view! {
        <p class="buttons">
            <button class="button" on:click=move |_| leave(session, go, leaving, path.clone())>{label}</button>
            <a class="button button-quiet" href=INBOX>{open::TO_MY_INBOX}</a>
        </p>
        <Trouble failure=leaving.failure/>
    }
    .into_any()
}

/// Below a heading, instead of what stands at `path`: it may be another account's.
pub fn other_account(why: Phrase, path: &str) -> AnyView {
    let switch = switch(words::OTHER_ACCOUNT_SWITCH.into(), format!("{LOGIN}?next={}", encoded(path)));
    view! { <p class="lead">{why}</p>{switch} }.into_any()
}
