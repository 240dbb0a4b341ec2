//! Covers of messages that cannot be read any more: what happened, and what can be done.

use leptos::prelude::*;
use shared::api::ticket::Ticket;

use super::about;
use crate::{
    api,
    component::{ask_again::ask_again, facts, heading::Heading, when},
    text::{Phrase, Word, cover, open as words},
};

/// Its time is over: one button asks the sender for it.
pub(super) fn expired(cover: &Ticket, ticket: String) -> AnyView {
    let sender = facts::name(&cover.sender);
    let before = cover.requested_at.as_deref().map(|at| words::asked_before(sender.clone(), when::moment(at)));
    let ask = move || -> std::pin::Pin<Box<dyn Future<Output = _>>> {
        let ticket = ticket.clone();
        Box::pin(async move { api::ticket::ask_again(&ticket).await })
    };
    view! {
        <Heading text=cover::EXPIRED/>
        <p class="lead">{cover::expired_next(when::last_day(&cover.expires_at), sender.clone(), cover.reference.clone())}</p>
        <div class="card">
            {about(cover)}
            {ask_again(sender.into(), before, ask)}
        </div>
        {write_to(&cover.sender.address)}
    }
    .into_any()
}

/// The sender took it back.
pub(super) fn recalled(cover: &Ticket) -> AnyView {
    let next: Phrase = cover::ask(facts::name(&cover.sender));
    let next = (move || format!("{} {}", cover::RECALLED_NEXT(), next.get())).into();
    view! { {over(cover, cover::RECALLED, next)}{write_to(&cover.sender.address)} }.into_any()
}

/// The recipient said that it is for somebody else.
pub(super) fn refused(cover: &Ticket) -> AnyView {
    over(cover, cover::REFUSED, cover::refused_next(facts::name(&cover.sender)))
}

fn over(cover: &Ticket, what: Word, next: Phrase) -> AnyView {
    view! {
        <Heading text=what/>
        <p class="lead">{next}</p>
        <div class="card">{about(cover)}</div>
    }
    .into_any()
}

fn write_to(address: &str) -> AnyView {
    let label = words::write_to(address.to_owned());
    view! { <p><a class="button button-quiet" rel="external" href=format!("mailto:{address}")>{label}</a></p> }
        .into_any()
}
