//! `/sent`: what went; with `?id=` how far one message got, and how to take it back.

mod tracking;

use leptos::prelude::*;
use shared::{
    api::{
        Page,
        account::{Account, Role},
        message::{MessageBox, MessageSummary, Progress},
        ticket::MessageState,
    },
    route::page::SENT,
};

use super::inbox::{self, empty, pager, search_form};
use crate::{
    api::message,
    component::{
        facts,
        heading::Heading,
        member::members_only,
        message_list::{self, message_list},
        skeleton,
    },
    load::Load,
    session::Session,
    text::{Phrase, Word, mailbox, writing::tracking as words},
};

/// The page.
pub fn page() -> AnyView {
    members_only(sent)
}

fn sent(account: Account) -> AnyView {
    let id = super::query("id");
    let is_staff = account.role == Role::Sender;
    (move || match id.get() {
        Some(id) => tracking::tracking(id),
        None => list(is_staff),
    })
    .into_any()
}

/// What staff sent leads to how far it got; what others sent went as ordinary mail, and leads to what it says.
fn list(is_staff: bool) -> AnyView {
    let (link, why): (fn(&MessageSummary) -> String, Word) =
        if is_staff { (tracked, words::SENT_EMPTY) } else { (inbox::link, words::SENT_EMPTY_TO_STAFF) };
    let session = Session::here();
    let before = super::query("before");
    let search = super::query("search");
    let load = Load::new(move || message::list(session, MessageBox::Sent, before.get(), search.get()));
    let list = load.view_with(
        skeleton::rows,
        move |failure| load.trouble_within(&failure),
        move |page: Page<MessageSummary>| {
            if page.items.is_empty() {
                return empty(SENT, search.get_untracked().as_deref(), page.next.as_deref(), why);
            }
            let list = message_list(&page.items, recipients, stands, link, |_| false);
            view! { {list}{pager(SENT, search.get_untracked().as_deref(), before.get_untracked().is_some(), page.next.as_deref())} }.into_any()
        },
    );
    view! { <Heading text=words::SENT/>{search_form(SENT, search)}{list} }.into_any()
}

fn tracked(message: &MessageSummary) -> String {
    format!("{SENT}?id={}", message.id)
}

fn recipients(message: &MessageSummary) -> Phrase {
    let names = facts::names(&message.recipients);
    (move || format!("{} {names}", mailbox::TO())).into()
}

/// How far it got: first what went wrong.
fn stands(message: &MessageSummary) -> AnyView {
    let is_over = message.state != MessageState::Available;
    let Some(Progress { sealed, opened, failed, refused, recalled }) =
        message.progress.filter(|progress| progress.sealed > 0 && !is_over)
    else {
        return message_list::ends(message);
    };
    let bad = |count: u32, say: fn(u64) -> Phrase| {
        (count > 0).then(|| view! { <span class="row-soon">{say(count.into())}". "</span> })
    };
    let recalled = (recalled > 0).then(|| view! { {words::taken_from(recalled.into())}". " });
    view! {
        <span class="row-ends">
            {bad(refused, words::not_for_them)}
            {bad(failed, words::not_delivered)}
            {recalled}
            {words::opened_by(sealed.into(), opened.to_string())}
        </span>
    }
    .into_any()
}
