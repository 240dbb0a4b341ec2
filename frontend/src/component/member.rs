//! Pages for those who are logged in.

use leptos::prelude::*;
use shared::{api::account::Account, route::page::LOGIN};

use super::{notice, skeleton};
use crate::{
    api::{Failure, encoded},
    go::Go,
    load::Retry,
    session::{Session, Who},
    text,
};

#[derive(Clone, PartialEq)]
enum Door {
    Wait,
    Away,
    In(String),
    Closed(Failure),
}

/// Shows the page to whoever is logged in, and leads everyone else by the log-in page back to it.
pub fn members_only(page: fn(Account) -> AnyView) -> AnyView {
    let session = Session::here();
    // A changed name must not build the page anew, another account must.
    let door = Memo::new(move |before: Option<&Door>| match session.who() {
        Who::Unknown => Door::Wait,
        Who::Member(account) => Door::In(account.id),
        // What is open stays open behind the question for the password, with all that was typed and chosen.
        Who::Lapsed(account) if before == Some(&Door::In(account.id.clone())) => Door::In(account.id),
        // What they pressed leads on.
        Who::Left if matches!(before, Some(Door::In(_))) => Door::Wait,
        Who::Nobody | Who::Left | Who::Lapsed(_) => Door::Away,
        Who::Unreachable(failure) => Door::Closed(failure),
    });
    let go = Go::here();
    let retry = Retry::new(move || drop(session.renew()));
    Effect::new(move |_| match door.get() {
        Door::Closed(failure) => retry.after(Some(&failure)),
        _ => retry.after(None),
    });
    Effect::new(move |_| {
        if door.get() == Door::Away {
            let location = window().location();
            let here = location.pathname().unwrap_or_default() + &location.search().unwrap_or_default();
            // Whoever begins at the start was nowhere.
            if here == "/" {
                go.instead(LOGIN);
            } else if !here.starts_with(LOGIN) {
                go.instead(&format!("{LOGIN}?next={}", encoded(&here)));
            }
        }
    });
    (move || match door.get() {
        Door::Wait | Door::Away => skeleton::page(),
        Door::In(_) => untrack(|| session.account()).map_or_else(skeleton::page, page),
        Door::Closed(failure) => {
            let words = notice::trouble_page(&failure);
            view! {
                {words}
                {retry.view()}
                <p><button class="button" on:click=move |_| drop(session.renew())>{text::frame::TRY_AGAIN}</button></p>
            }
            .into_any()
        }
    })
    .into_any()
}
