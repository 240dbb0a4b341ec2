//! `/sent`: what went; with `?id=` how far one message got, and how to take it back.

mod tracking;

use leptos::prelude::*;
use shared::{
    api::{
        account::{Account, Role},
        message::{MessageBox, MessageSummary, Progress},
        ticket::MessageState,
    },
    route::page::SENT,
};

use super::inbox::{self, listed};
use crate::{
    component::{
        facts,
        heading::Heading,
        member::members_only,
        message_list::{self, message_list},
    },
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
        Some(id) => tracking::tracking(id, account.email.clone()),
        None => list(is_staff),
    })
    .into_any()
}

/// What staff sent leads to how far it got; what others sent went as ordinary mail, and leads to what it says.
fn list(is_staff: bool) -> AnyView {
    let (link, why): (fn(&MessageSummary) -> String, Word) =
        if is_staff { (tracked, words::SENT_EMPTY) } else { (inbox::link, words::SENT_EMPTY_TO_STAFF) };
    let rows = move |messages: &[MessageSummary]| message_list(messages, recipients, stands, link, |_| false);
    view! { <Heading text=words::SENT/>{listed(MessageBox::Sent, SENT, why, RwSignal::new(false), rows)} }.into_any()
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
