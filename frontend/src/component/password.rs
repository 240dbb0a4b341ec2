//! A password field, whose characters can be shown, and a meter of how hard a new password is to guess.

use leptos::prelude::*;
use shared::password::{Strength, strength};

use super::field::{about, labelled};
use crate::{
    form::Field,
    text::{Word, account as words},
};

/// A password that exists.
#[component]
pub fn Password(
    /// What is typed.
    field: Field,
    /// Its label.
    #[prop(default = words::PASSWORD)]
    label: Word,
    /// What helps.
    #[prop(optional)]
    hint: Option<Word>,
    /// What the browser may fill in.
    #[prop(default = "current-password")]
    autocomplete: &'static str,
) -> AnyView {
    let shown = RwSignal::new(false);
    let control = view! {
        <div class="with-button">
            <input id=field.name name=field.name autocomplete=autocomplete
                type=move || if shown.get() { "text" } else { "password" }
                autocapitalize="none" spellcheck="false"
                bind:value=field.value
                aria-invalid=move || field.error.with(Option::is_some).then_some("true")
                aria-describedby=about(field, hint)/>
            <button type="button" class="button button-quiet"
                aria-label=words::SHOW_LABEL
                aria-pressed=move || if shown.get() { "true" } else { "false" }
                on:click=move |_| shown.update(|shown| *shown = !*shown)>
                {move || if shown.get() { words::HIDE() } else { words::SHOW() }}
            </button>
        </div>
    };
    labelled(field, label, hint, control.into_any())
}

/// A new password, with its meter.
#[component]
pub fn NewPassword(
    /// What is typed.
    field: Field,
    /// Its label.
    #[prop(default = words::PASSWORD)]
    label: Word,
    /// Whose address must not be the password.
    email: RwSignal<String>,
    /// Whose name must not be the password.
    name: RwSignal<String>,
) -> AnyView {
    let judged = Memo::new(move |_| {
        field.value.with(|typed| {
            (!typed.is_empty()).then(|| email.with(|email| name.with(|name| strength(typed, email, name))))
        })
    });
    let level = move || match judged.get() {
        None => "0",
        Some(Strength::Weak) => "1",
        Some(Strength::Fair) => "2",
        Some(Strength::Good) => "3",
        Some(Strength::Strong) => "4",
    };
    view! {
        <Password field label hint=words::PASSWORD_HINT autocomplete="new-password"/>
        <div class="strength" data-level=level>
            <div class="strength-bar" aria-hidden="true"><i></i><i></i><i></i><i></i></div>
            <p class="hint" aria-live="polite">
                <span>{words::STRENGTH}": "</span>
                {move || judged.get().map_or("–", said)}
            </p>
        </div>
    }
    .into_any()
}

fn said(strength: Strength) -> &'static str {
    match strength {
        Strength::Weak => words::STRENGTH_WEAK(),
        Strength::Fair => words::STRENGTH_FAIR(),
        Strength::Good => words::STRENGTH_GOOD(),
        Strength::Strong => words::STRENGTH_STRONG(),
    }
}
