//! `/inbox`: what came.

use leptos::{html::Input, prelude::*, task::spawn_local};
use shared::{
    api::{
        Page,
        account::{Account, Role},
        message::{MessageBox, MessageSummary},
        ticket::MessageState,
    },
    route::page::{INBOX, MESSAGES},
};

use crate::{
    api::{encoded, message},
    component::{
        heading::{self, Heading},
        icon,
        member::members_only,
        message_list::{self, message_list},
        skeleton,
    },
    go::Go,
    load::Load,
    session::Session,
    text::{Phrase, Word, mailbox as words},
};

/// The page.
pub fn page() -> AnyView {
    members_only(inbox)
}

fn inbox(account: Account) -> AnyView {
    // What staff find here reached their ordinary mailbox too: whether they have read it, nobody knows.
    let is_staff = account.role == Role::Sender;
    let why = if is_staff { words::EMPTY_SENDER } else { words::EMPTY_RECIPIENT };
    let is_new = if is_staff { |_: &MessageSummary| false } else { is_new };
    let rows = move |messages: &[MessageSummary]| {
        message_list(messages, message_list::sender, message_list::ends, link, is_new)
    };
    let is_there = RwSignal::new(false);
    view! {
        <Heading text=words::INBOX/>
        {(!is_staff).then(|| unread(is_there))}
        {listed(MessageBox::Inbox, INBOX, why, is_there, rows)}
    }
    .into_any()
}

/// What lies in a box, with a search in it: `rows` shows a page of it, `why` says why there is nothing, `is_there` is true
/// while there is a list. Whoever goes from page to page loses the link that was pressed, and goes on at the heading; how many there are is said.
pub fn listed(
    kind: MessageBox,
    path: &'static str,
    why: Word,
    is_there: RwSignal<bool>,
    rows: impl Fn(&[MessageSummary]) -> AnyView + Send + 'static,
) -> AnyView {
    let session = Session::here();
    let before = super::query("before");
    let search = super::query("search");
    let said = RwSignal::new(None::<Phrase>);
    let is_later = StoredValue::new(false);
    let load = Load::new(move || message::list(session, kind, before.get(), search.get()));
    let waiting = move || {
        said.set(None);
        is_there.set(false);
        skeleton::rows()
    };
    let list = load.view_with(
        waiting,
        move |failure| load.trouble_within(&failure),
        move |page: Page<MessageSummary>| {
            let search = search.get_untracked();
            is_there.set(true);
            if is_later.try_update_value(|is_later| std::mem::replace(is_later, true)) == Some(true) {
                heading::focus_if_lost();
            }
            said.set(Some(match &search {
                Some(search) if page.items.is_empty() => words::nothing_found(search.clone()),
                _ => words::listed(page.items.len() as u64),
            }));
            if page.items.is_empty() {
                return empty(path, search.as_deref(), page.next.as_deref(), why);
            }
            let is_later = before.get_untracked().is_some();
            view! { {rows(&page.items)}{pager(path, search.as_deref(), is_later, page.next.as_deref())} }.into_any()
        },
    );
    let said = move || said.get().map(|said| said.get());
    view! { {search_form(path, search)}<p class="unseen" role="status">{said}</p>{list} }.into_any()
}

/// How many are new, while there is a list of them.
fn unread(is_there: RwSignal<bool>) -> AnyView {
    let session = Session::here();
    let count = RwSignal::new(None::<u32>);
    spawn_local(async move {
        // A number that is not known is not shown.
        count.try_set(message::unread(session).await.ok());
    });
    let words = move || {
        count
            .get()
            .filter(|_| is_there.get())
            .map(|count| if count == 0 { words::ALL_READ.into() } else { words::unread_count(count.into()) })
    };
    view! { <p class="lead unread-count" aria-live="polite">{move || words().map(|words| words.get())}</p> }.into_any()
}

/// Looking for words in names, addresses and subjects.
fn search_form(path: &'static str, search: Memo<Option<String>>) -> AnyView {
    let go = Go::here();
    let node = NodeRef::<Input>::new();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let typed = node.get_untracked().map(|input| input.value()).unwrap_or_default();
        match typed.trim() {
            "" => go.to(path),
            words => go.to(&format!("{path}?search={}", encoded(words))),
        }
    };
    let all = move || {
        search.with(Option::is_some).then(|| view! { <a class="button button-quiet" href=path>{words::SEARCH_ALL}</a> })
    };
    view! {
        <form class="search" role="search" on:submit=submit>
            <label for="search">{words::SEARCH_LABEL}</label>
            <div class="with-button">
                <input id="search" type="search" enterkeyhint="search" autocomplete="off" maxlength="200" node_ref=node
                    prop:value=move || search.get().unwrap_or_default()/>
                <button class="button button-quiet">{words::SEARCH}</button>
                {all}
            </div>
        </form>
    }
    .into_any()
}

/// A list with nothing in it, and why: nothing was found, or there is nothing yet.
fn empty(path: &str, search: Option<&str>, next: Option<&str>, why: Word) -> AnyView {
    let Some(search) = search else { return nothing(why) };
    let found = words::nothing_found(search.to_owned());
    let hint = if next.is_some() { words::NOTHING_FOUND_YET } else { words::NOTHING_FOUND_NEXT };
    view! {
        <div class="empty">{icon::envelope()}<h2>{found}</h2><p>{hint}</p></div>
        {pager(path, Some(search), false, next)}
    }
    .into_any()
}

/// An empty box, and what fills it.
fn nothing(why: Word) -> AnyView {
    view! { <div class="empty">{icon::envelope()}<h2>{words::EMPTY}</h2><p>{why}</p></div> }.into_any()
}

/// The way to older messages, and back to the newest.
fn pager(path: &str, search: Option<&str>, is_later: bool, next: Option<&str>) -> AnyView {
    let search = search.map(|search| format!("search={}&", encoded(search))).unwrap_or_default();
    let newest =
        is_later.then(|| view! { <a class="button button-quiet" href=format!("{path}?{search}")>{words::NEWEST}</a> });
    let older = next.map(|next| {
        view! { <a class="button button-quiet" href=format!("{path}?{search}before={}", encoded(next))>{words::OLDER}</a> }
    });
    view! { <p class="buttons">{newest}{older}</p> }.into_any()
}

/// To the message.
pub fn link(message: &MessageSummary) -> String {
    format!("{MESSAGES}/{}", message.id)
}

fn is_new(message: &MessageSummary) -> bool {
    message.first_opened_at.is_none() && message.state == MessageState::Available
}
