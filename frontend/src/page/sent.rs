//! `/sent`: what went; with `?id=` how far one message got, and how to take it back.

mod tracking;

use leptos::prelude::*;
use shared::{
    api::{
        Page,
        account::Account,
        message::{MessageBox, MessageSummary},
    },
    route::page::SENT,
};

use super::inbox::{empty, pager, search_form};
use crate::{
    api::message,
    component::{
        heading::Heading,
        member::members_only,
        message_list::{self, message_list},
        skeleton,
    },
    load::Load,
    session::Session,
    text::writing::tracking as words,
};

/// The page.
pub fn page() -> AnyView {
    members_only(sent)
}

fn sent(_account: Account) -> AnyView {
    let id = super::query("id");
    (move || match id.get() {
        Some(id) => tracking::tracking(id),
        None => list(),
    })
    .into_any()
}

fn list() -> AnyView {
    let session = Session::here();
    let before = super::query("before");
    let search = super::query("search");
    let load = Load::new(move || message::list(session, MessageBox::Sent, before.get(), search.get()));
    let list = load.view_with(
        skeleton::rows,
        move |failure| load.trouble_within(&failure),
        move |page: Page<MessageSummary>| {
            if page.items.is_empty() {
                return empty(SENT, search.get_untracked().as_deref(), page.next.as_deref(), words::SENT_EMPTY);
            }
            let list = message_list(&page.items, message_list::recipients, link, |_| false);
            view! { {list}{pager(SENT, search.get_untracked().as_deref(), before.get_untracked().is_some(), page.next.as_deref())} }.into_any()
        },
    );
    view! { <Heading text=words::SENT/>{search_form(SENT, search)}{list} }.into_any()
}

fn link(message: &MessageSummary) -> String {
    format!("{SENT}?id={}", message.id)
}
