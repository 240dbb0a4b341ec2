//! Fields with label, hint and error, tied together for screen readers.

use leptos::prelude::*;

use crate::{form::Field, text::Word};

/// One line of text.
#[component]
pub fn TextField(
    /// What is typed.
    field: Field,
    /// Its label.
    label: Word,
    /// What helps.
    #[prop(optional)]
    hint: Option<Word>,
    /// The kind of input.
    #[prop(default = "text")]
    kind: &'static str,
    /// What the browser may fill in.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// How the keyboard of a phone begins words.
    #[prop(default = "none")]
    capitals: &'static str,
    /// Shown, not to be changed.
    #[prop(optional)]
    fixed: bool,
) -> AnyView {
    let control = if fixed {
        view! {
            <input id=field.name name=field.name type=kind autocomplete=autocomplete readonly
                value=field.typed() aria-describedby=about(field, hint)/>
        }
        .into_any()
    } else {
        view! {
            <input id=field.name name=field.name type=kind autocomplete=autocomplete
                autocapitalize=capitals spellcheck=if capitals == "none" { "false" } else { "true" }
                bind:value=field.value
                aria-invalid=move || field.error.with(Option::is_some).then_some("true")
                aria-describedby=about(field, hint)/>
        }
        .into_any()
    };
    labelled(field, label, hint, control)
}

/// Several lines of text.
#[component]
pub fn TextArea(
    /// What is typed.
    field: Field,
    /// Its label.
    label: Word,
    /// How many lines show.
    #[prop(default = "8")]
    rows: &'static str,
    /// What helps.
    #[prop(optional)]
    hint: Option<Word>,
) -> AnyView {
    let control = view! {
        <textarea id=field.name name=field.name rows=rows
            bind:value=field.value
            aria-invalid=move || field.error.with(Option::is_some).then_some("true")
            aria-describedby=about(field, hint)></textarea>
    };
    labelled(field, label, hint, control.into_any())
}

/// A box to tick. Drafts keep texts: one that holds anything is ticked.
pub fn tick(ticked: RwSignal<String>, label: AnyView) -> AnyView {
    let change = move |event| ticked.set(if event_target_checked(&event) { "1" } else { "" }.to_owned());
    view! {
        <label class="tick">
            <input type="checkbox" prop:checked=move || !ticked.get().is_empty() on:change=change/>
            <span>{label}</span>
        </label>
    }
    .into_any()
}

/// A control between its label, its hint and its error.
pub fn labelled(field: Field, label: Word, hint: Option<Word>, control: AnyView) -> AnyView {
    let hint_id = format!("{}-hint", field.name);
    let hint = hint.map(|hint| view! { <p class="hint" id=hint_id>{hint}</p> });
    view! {
        <div class="field">
            <label for=field.name>{label}</label>
            {hint}
            {control}
            {error(field)}
        </div>
    }
    .into_any()
}

/// What is wrong with a field.
pub fn error(field: Field) -> AnyView {
    let id = format!("{}-error", field.name);
    view! { <p class="error" id=id aria-live="polite">{move || field.error.get().map(|error| error.get())}</p> }
        .into_any()
}

/// The ids of what describes a field.
pub fn about(field: Field, hint: Option<Word>) -> String {
    let name = field.name;
    if hint.is_none() { format!("{name}-error") } else { format!("{name}-hint {name}-error") }
}
