//! Names and what they stand for, side by side.

use leptos::prelude::*;
use shared::api::Mailbox;

use crate::text::Word;

/// A list of them.
pub fn facts(rows: Vec<(Word, AnyView)>) -> AnyView {
    let rows = rows
        .into_iter()
        .map(|(name, value)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> }.into_any())
        .collect_view();
    view! { <dl class="facts">{rows}</dl> }.into_any()
}

/// A name, or the address where there is none.
pub fn name(mailbox: &Mailbox) -> String {
    if mailbox.name.is_empty() { mailbox.address.clone() } else { mailbox.name.clone() }
}

/// Name and address in one line of text.
pub fn named(mailbox: &Mailbox) -> String {
    if mailbox.name.is_empty() { mailbox.address.clone() } else { format!("{} <{}>", mailbox.name, mailbox.address) }
}

/// Name and address.
pub fn whole(mailbox: &Mailbox) -> AnyView {
    if mailbox.name.is_empty() {
        return view! { <span class="address">{mailbox.address.clone()}</span> }.into_any();
    }
    view! { <strong>{mailbox.name.clone()}</strong>" "<span class="address">{mailbox.address.clone()}</span> }
        .into_any()
}

/// Several names.
pub fn names(mailboxes: &[Mailbox]) -> String {
    mailboxes.iter().map(name).collect::<Vec<_>>().join(", ")
}
