//! Every word of the pages, in the language of the page: made from `words/languages` when the portal is built. Here each
//! has a number; what it says stands in a file a language, which is loaded before the first page shows.
//!
//! A word is a constant, which a view shows like any other function: `{words::SEND}`. One with something put in is a
//! function: `{words::done_to(names)}`. Both follow the language when it is switched, so a view never asks for the text
//! itself (`words::SEND()`) but within a closure.

pub mod problem;

use std::sync::{Arc, OnceLock};

use leptos::prelude::{IntoAttributeValue, IntoRender, document};

use crate::language;

include!(concat!(env!("OUT_DIR"), "/words.rs"));

/// A word, in the language of the page.
pub type Word = fn() -> &'static str;

/// A text with something put in, or any other that is only known when it is shown.
#[derive(Clone)]
pub struct Phrase(Arc<dyn Fn() -> String + Send + Sync>);

impl Phrase {
    /// In the language of the page; tracked.
    pub fn get(&self) -> String {
        (self.0)()
    }
}

impl From<String> for Phrase {
    fn from(text: String) -> Self {
        Self(Arc::new(move || text.clone()))
    }
}

impl From<&'static str> for Phrase {
    fn from(text: &'static str) -> Self {
        Self(Arc::new(move || text.to_owned()))
    }
}

impl<S: Into<String>, F: Fn() -> S + Send + Sync + 'static> From<F> for Phrase {
    fn from(text: F) -> Self {
        Self(Arc::new(move || text().into()))
    }
}

impl IntoRender for Phrase {
    type Output = Arc<dyn Fn() -> String + Send + Sync>;

    fn into_render(self) -> Self::Output {
        self.0
    }
}

impl IntoAttributeValue for Phrase {
    type Output = Arc<dyn Fn() -> String + Send + Sync>;

    fn into_attribute_value(self) -> Self::Output {
        self.0
    }
}

/// What the portal is called when the page was not served by it.
const NAMELESS: &str = "Octothorpe";

/// The text of this number.
fn here(number: usize) -> &'static str {
    language::texts().get(number).copied().unwrap_or_default()
}

/// A text with values put in.
fn phrase(number: usize, values: Vec<Phrase>) -> Phrase {
    (move || filled(here(number), &values)).into()
}

/// A text in the form that goes with a number, which is its first value.
fn counted(number: usize, count: u64, mut values: Vec<Phrase>) -> Phrase {
    values.insert(0, count.to_string().into());
    let form = move || here(number).split('\u{1f}').nth(language::current().form(count));
    (move || filled(form().unwrap_or_default(), &values)).into()
}

/// Puts the values where the text has control characters: U+0001 for the first.
fn filled(text: &str, values: &[Phrase]) -> String {
    let mut all = String::new();
    for piece in text.split_inclusive(char::is_control) {
        match piece.chars().last().filter(|c| c.is_control()) {
            Some(mark) => {
                all.push_str(&piece[..piece.len() - 1]);
                if let Some(value) = values.get((mark as usize).wrapping_sub(1)) {
                    all.push_str(&value.get());
                }
            }
            None => all.push_str(piece),
        }
    }
    all
}

/// The name of this portal, as its settings give it.
pub fn portal() -> &'static str {
    static NAME: OnceLock<String> = OnceLock::new();
    NAME.get_or_init(|| setting("name").unwrap_or_else(|| NAMELESS.to_owned()))
}

/// What the settings say of this portal (`logo`, `help-text`, …), if they do.
pub fn setting(name: &str) -> Option<String> {
    document()
        .query_selector(&format!("meta[name=portal-{name}]"))
        .ok()
        .flatten()
        .and_then(|meta| meta.get_attribute("content"))
        .filter(|value| !value.is_empty() && !value.starts_with("__"))
}

/// The host this page came from.
pub fn host() -> String {
    leptos::prelude::window().location().host().unwrap_or_default()
}

/// Octets as people say them.
pub fn size(octets: u64) -> Phrase {
    match octets {
        0..1_000 => frame::bytes(octets),
        1_000..1_000_000 => format!("{} kB", octets / 1_000).into(),
        _ => format!("{}.{} MB", octets / 1_000_000, octets % 1_000_000 / 100_000).into(),
    }
}

/// "Anna, Ben, and Chris".
pub fn list(words: Vec<String>) -> Phrase {
    (move || language::list(&words)).into()
}
