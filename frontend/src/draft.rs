//! What was typed and not sent yet. It outlives a page, so that a session that ended costs nobody their words; it is
//! gone when the browser's tab is, when somebody logs out, or when somebody else logs in.

use leptos::prelude::*;

/// The texts by the name of their field; a handle that can be copied about.
#[derive(Clone, Copy)]
pub struct Drafts {
    owner: StoredValue<String>,
    texts: StoredValue<Vec<(String, ArcRwSignal<String>)>>,
}

impl Drafts {
    /// None.
    pub fn new() -> Self {
        Self { owner: StoredValue::new(String::new()), texts: StoredValue::new(Vec::new()) }
    }

    /// The text of a field, as it was left.
    pub fn text(self, field: &str) -> RwSignal<String> {
        let kept =
            self.texts.with_value(|texts| texts.iter().find(|(name, _)| name == field).map(|(_, text)| text.clone()));
        let text = kept.unwrap_or_else(|| {
            let text = ArcRwSignal::new(String::new());
            self.texts.update_value(|texts| texts.push((field.to_owned(), text.clone())));
            text
        });
        text.into()
    }

    /// Forgets them unless they are this account's.
    pub fn belong_to(self, account: &str) {
        if self.owner.with_value(|owner| owner != account) {
            self.clear();
            self.owner.set_value(account.to_owned());
        }
    }

    /// Forgets all.
    pub fn clear(self) {
        self.texts.update_value(Vec::clear);
    }
}
