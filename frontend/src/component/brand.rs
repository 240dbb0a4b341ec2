//! The agency whose portal this is: its logo, its own pages, whom to ask.

use leptos::prelude::*;

use super::icon;
use crate::text::{agency as words, setting};

/// The logo, or the mark of all portals that have none.
pub fn mark() -> AnyView {
    match setting("logo") {
        Some(path) => view! { <img class="logo" src=path alt=""/> }.into_any(),
        None => icon::mark(),
    }
}

/// The links to the agency's own pages.
pub fn links() -> AnyView {
    let link = |name, label| setting(name).map(|url| view! { <a href=url rel="external noopener">{label}</a> });
    view! { {link("privacy", words::PRIVACY)}{link("contact", words::CONTACT)} }.into_any()
}

/// Whom to ask.
pub fn help() -> AnyView {
    let (phone, text) = (setting("help-phone"), setting("help-text"));
    if phone.is_none() && text.is_none() {
        return ().into_any();
    }
    let call = phone.map(|phone| view! { {words::help_phone(phone)}" " });
    view! { <p>{call}{text}</p> }.into_any()
}
