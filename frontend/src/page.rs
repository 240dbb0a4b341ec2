//! One file a page.

pub mod compose;
pub mod confirm;
pub mod extend;
pub mod forgot;
pub mod genuine;
pub mod help;
pub mod inbox;
pub mod inbox_hint;
pub mod login;
mod mailed;
pub mod message;
pub mod not_found;
pub mod open;
pub mod register;
pub mod reset;
pub mod sent;
pub mod settings;

use leptos::prelude::*;
use shared::route::page::INBOX;

use crate::{app::Parts, component::member::members_only, go::Go, place::Place};

/// The start: the inbox, behind the log-in.
pub fn home() -> AnyView {
    members_only(|_| {
        Go::here().instead(INBOX);
        ().into_any()
    })
}

/// A part of the page's path; tracked. Stays as it was when another page comes.
fn param(name: &'static str) -> Memo<String> {
    let parts = expect_context::<Parts>();
    Memo::new(move |before: Option<&String>| parts.get(name).or_else(|| before.cloned()).unwrap_or_default())
}

/// A parameter of the page's query; tracked.
fn query(name: &'static str) -> Memo<Option<String>> {
    let place = Place::here();
    Memo::new(move |_| place.query(name))
}
