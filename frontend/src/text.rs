//! Every word of the interface, in English. Another language is another folder like this one.

pub mod account;
pub mod compose;
pub mod cover;
pub mod failure;
pub mod help;
pub mod mailbox;
pub mod message;

use std::sync::OnceLock;

use leptos::prelude::document;

/// What the portal is called when the page was not served by it.
const NAMELESS: &str = "Octothorpe";

pub const SKIP: &str = "Skip to the content";
pub const PAGES: &str = "Pages";
pub const INBOX: &str = "Inbox";
pub const WRITE: &str = "Write";
pub const SENT: &str = "Sent";
pub const SETTINGS: &str = "Settings";
pub const HELP: &str = "Help";
pub const GENUINE: &str = "Is this genuine?";
pub const LOG_OUT: &str = "Log out";
pub const LOG_IN: &str = "Log in";
pub const LOADING: &str = "Loading…";
pub const TRY_AGAIN: &str = "Try again";
pub const NOT_FOUND: &str = "There is no such page";
pub const NOT_FOUND_NEXT: &str = "The address may have been cut off or mistyped. If you came here from a mail, open its link again, or copy the whole of it into your browser.";
pub const TO_START: &str = "Go to the start";
pub const LOG_OUT_FAILED: &str = "You are still logged in.";

/// The name of this portal, as its settings give it.
pub fn portal() -> &'static str {
    static NAME: OnceLock<String> = OnceLock::new();
    NAME.get_or_init(|| {
        document()
            .query_selector("meta[name=portal-name]")
            .ok()
            .flatten()
            .and_then(|meta| meta.get_attribute("content"))
            .filter(|name| !name.is_empty() && !name.starts_with("__"))
            .unwrap_or_else(|| NAMELESS.to_owned())
    })
}

/// The host this page came from.
pub fn host() -> String {
    leptos::prelude::window().location().host().unwrap_or_default()
}

/// "1 file", "3 files".
pub fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// Octets as people say them.
#[allow(clippy::cast_precision_loss, reason = "a size is shown with two digits")]
pub fn size(octets: u64) -> String {
    match octets {
        0..1_000 => count(usize::try_from(octets).unwrap_or_default(), "byte", "bytes"),
        1_000..1_000_000 => format!("{} kB", octets / 1_000),
        _ => format!("{}.{} MB", octets / 1_000_000, octets % 1_000_000 / 100_000),
    }
}

/// "Anna, Ben and Chris".
pub fn list(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [front @ .., last] => format!("{} and {last}", front.join(", ")),
    }
}
