//! One file a page.

pub mod compose;
pub mod confirm;
pub mod forgot;
pub mod genuine;
pub mod help;
pub mod inbox;
pub mod inbox_hint;
pub mod login;
pub mod message;
pub mod not_found;
pub mod open;
pub mod register;
pub mod reset;
pub mod sent;
pub mod settings;

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use shared::route::page::INBOX;

use crate::{component::member::members_only, go::Go};

/// The start: the inbox, behind the log-in.
pub fn home() -> AnyView {
    members_only(|_| {
        Go::here().instead(INBOX);
        ().into_any()
    })
}

/// A part of the page's path; tracked.
fn param(name: &'static str) -> Memo<String> {
    let params = use_params_map();
    Memo::new(move |_| params.with(|params| params.get(name)).unwrap_or_default())
}

/// A parameter of the page's query; tracked.
fn query(name: &'static str) -> Memo<Option<String>> {
    let query = use_query_map();
    Memo::new(move |_| query.with(|query| query.get(name)).filter(|value| !value.is_empty()))
}
