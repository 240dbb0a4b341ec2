//! Choosing files to attach.

use leptos::{html::Input, prelude::*, web_sys::File};

use super::icon;
use crate::text::{self, Word, message as words};

/// Files chosen; they stay with the page.
pub type Files = RwSignal<Vec<File>, LocalStorage>;

/// None yet.
pub fn none() -> Files {
    RwSignal::new_local(Vec::new())
}

/// Chooses files, shows them, and lets them go again.
#[component]
pub fn ChooseFiles(
    /// What was chosen.
    files: Files,
    /// The id of the input.
    id: &'static str,
    /// The label.
    label: Word,
) -> AnyView {
    let node = NodeRef::<Input>::new();
    let chosen = move |_| {
        let Some(input) = node.get_untracked() else { return };
        if let Some(list) = input.files() {
            files.update(|files| files.extend((0..list.length()).filter_map(|index| list.get(index))));
        }
        // So that a file that was removed can be chosen again.
        input.set_value("");
    };
    let rows = move || {
        files
            .with(|files| files.iter().map(|file| (file.name(), file.size())).collect::<Vec<_>>())
            .into_iter()
            .enumerate()
            .map(|(index, (name, size))| row(files, index, name, size))
            .collect_view()
    };
    view! {
        <div class="field">
            <label class="button button-quiet choose" for=id>{icon::clip()}{label}</label>
            <input class="unseen" type="file" multiple id=id node_ref=node on:change=chosen/>
            <ul class="chosen" aria-live="polite">{rows}</ul>
        </div>
    }
    .into_any()
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a file's size is a whole number")]
fn row(files: Files, index: usize, name: String, size: f64) -> AnyView {
    let labelled = name.clone();
    let label = move || format!("{} {labelled}", words::REMOVE());
    let remove = move |_| {
        files.update(|files| {
            if index < files.len() {
                files.remove(index);
            }
        });
    };
    view! {
        <li>
            <span class="file-name">{name}</span>
            <span class="quiet">{text::size(size as u64)}</span>
            <button type="button" class="button button-quiet" aria-label=label on:click=remove>{words::REMOVE}</button>
        </li>
    }
    .into_any()
}
