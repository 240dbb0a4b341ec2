//! `/inbox`: what came.

use leptos::prelude::*;
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
        heading::Heading,
        icon,
        member::members_only,
        message_list::{self, message_list},
        skeleton,
    },
    load::Load,
    session::Session,
    text::{Word, mailbox as words},
};

/// The page.
pub fn page() -> AnyView {
    members_only(inbox)
}

fn inbox(account: Account) -> AnyView {
    let session = Session::here();
    let before = super::query("before");
    let load = Load::new(move || message::list(session, MessageBox::Inbox, before.get()));
    let empty = if account.role == Role::Sender { words::EMPTY_SENDER } else { words::EMPTY_RECIPIENT };
    let list = load.view_with(
        skeleton::rows,
        move |failure| load.trouble_within(&failure),
        move |page: Page<MessageSummary>| {
            if page.items.is_empty() {
                return nothing(empty);
            }
            let list = message_list(&page.items, message_list::sender, link, is_new);
            view! { {list}{pager(INBOX, before.get_untracked().is_some(), page.next.as_deref())} }.into_any()
        },
    );
    view! { <Heading text=words::INBOX/>{list} }.into_any()
}

/// An empty box, and what fills it.
pub fn nothing(why: Word) -> AnyView {
    view! { <div class="empty">{icon::envelope()}<h2>{words::EMPTY}</h2><p>{why}</p></div> }.into_any()
}

/// The way to older messages, and back to the newest.
pub fn pager(path: &str, is_later: bool, next: Option<&str>) -> AnyView {
    let newest = is_later.then(|| view! { <a class="button button-quiet" href=path.to_owned()>{words::NEWEST}</a> });
    let older = next.map(|next| {
        view! { <a class="button button-quiet" href=format!("{path}?before={}", encoded(next))>{words::OLDER}</a> }
    });
    view! { <p class="buttons">{newest}{older}</p> }.into_any()
}

fn link(message: &MessageSummary) -> String {
    format!("{MESSAGES}/{}", message.id)
}

fn is_new(message: &MessageSummary) -> bool {
    message.first_opened_at.is_none() && message.state == MessageState::Available
}
