//! Choosing files to attach: by the browser's dialogue, by dropping them on the page, or by pasting them.

use std::sync::OnceLock;

use leptos::{
    ev,
    html::Input,
    prelude::*,
    web_sys::{DataTransfer, DragEvent, File, FileList},
};

use super::icon;
use crate::text::{self, Phrase, Word, message as words};

/// Files chosen; they stay with the page.
pub type Files = RwSignal<Vec<File>, LocalStorage>;

/// None yet.
pub fn none() -> Files {
    RwSignal::new_local(Vec::new())
}

/// Octets that a message may have with its files, as the server wrote it into the page.
fn most() -> u64 {
    static MOST: OnceLock<u64> = OnceLock::new();
    const USUAL: u64 = 50 * 1024 * 1024;
    *MOST.get_or_init(|| {
        let meta = document().query_selector("meta[name=most-octets]").ok().flatten();
        meta.and_then(|meta| meta.get_attribute("content")?.parse().ok()).unwrap_or(USUAL)
    })
}

/// What is wrong with the files, if they cannot be sent; tracked.
pub fn fault(files: Files) -> Option<Phrase> {
    let (all, count) = files.with(|files| (files.iter().map(octets).sum::<u64>(), files.len()));
    (all > most()).then(|| match count {
        1 => words::file_too_large(limit()),
        _ => words::files_too_large(text::size(all), limit()),
    })
}

fn limit() -> Phrase {
    // A round number is more easily kept in mind.
    let most = most() / 1_000_000;
    format!("{} MB", if most < 20 { most } else { most / 10 * 10 }).into()
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
        add(files, input.files());
        // So that a file that was removed can be chosen again.
        input.set_value("");
    };
    let above = take_dropped(files);
    let rows = move || {
        files
            .with(|files| files.iter().map(|file| (file.name(), octets(file))).collect::<Vec<_>>())
            .into_iter()
            .enumerate()
            .map(|(index, (name, size))| row(files, index, name, size))
            .collect_view()
    };
    let hint = format!("{id}-hint");
    let error = format!("{id}-error");
    view! {
        <div class="field files" class:files-above=move || above.get()>
            <label class="button button-quiet choose" for=id>{icon::clip()}{label}</label>
            <input class="unseen" type="file" multiple id=id node_ref=node on:change=chosen
                aria-describedby=format!("{hint} {error}") aria-invalid=move || fault(files).is_some().then_some("true")/>
            <p class="hint" id=hint><span class="with-mouse">{words::FILES_DROP}" "</span>{words::files_limit(limit())}</p>
            <ul class="chosen" aria-live="polite">{rows}</ul>
            <p class="error" id=error aria-live="polite">{move || fault(files).map(|fault| fault.get())}</p>
        </div>
    }
    .into_any()
}

/// Takes files that are dropped anywhere on the page, or pasted into it; whether some are held above it just now. A
/// file that missed its place would otherwise be opened instead of the page, with all that was typed.
fn take_dropped(files: Files) -> RwSignal<bool> {
    let above = RwSignal::new(false);
    let held = move |event: &DragEvent| event.data_transfer().filter(|data| data.types().includes(&"Files".into(), 0));
    let over = window_event_listener(ev::dragover, move |event| {
        if held(&event).is_some() {
            event.prevent_default();
            above.set(true);
        }
    });
    let leave = window_event_listener(ev::dragleave, move |event| {
        // Out of the window, and not from one part of it to another.
        if event.related_target().is_none() {
            above.set(false);
        }
    });
    let drop = window_event_listener(ev::drop, move |event| {
        if let Some(data) = held(&event) {
            event.prevent_default();
            above.set(false);
            add(files, data.files());
        }
    });
    let paste = window_event_listener(ev::paste, move |event| {
        let pasted = event.clipboard_data().as_ref().and_then(DataTransfer::files);
        // Text that was copied with a picture of itself is meant as text.
        let has_text =
            event.clipboard_data().is_some_and(|data| data.get_data("text/plain").is_ok_and(|text| !text.is_empty()));
        if !has_text && pasted.as_ref().is_some_and(|list| list.length() > 0) {
            event.prevent_default();
            add(files, pasted);
        }
    });
    on_cleanup(move || {
        over.remove();
        leave.remove();
        drop.remove();
        paste.remove();
    });
    above
}

fn add(files: Files, list: Option<FileList>) {
    if let Some(list) = list.filter(|list| list.length() > 0) {
        files.update(|files| files.extend((0..list.length()).filter_map(|index| list.get(index))));
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a file's size is a whole number")]
fn octets(file: &File) -> u64 {
    file.size() as u64
}

fn row(files: Files, index: usize, name: String, size: u64) -> AnyView {
    let labelled = name.clone();
    let label = move || format!("{} {labelled}", words::REMOVE());
    let remove = move |_| {
        files.update(|files| {
            if index < files.len() {
                files.remove(index);
            }
        });
    };
    let fault = match size {
        0 => Some(words::FILE_EMPTY.into()),
        // Of a file that is alone it is said below.
        _ if size > most() && files.with_untracked(Vec::len) > 1 => Some(words::file_too_large(limit())),
        _ => None,
    };
    view! {
        <li>
            <span class="file-name">{name}</span>
            <span class="quiet">{text::size(size)}</span>
            <button type="button" class="link" aria-label=label on:click=remove>{words::REMOVE}</button>
            {fault.map(|fault| view! { <span class="error">{fault}</span> })}
        </li>
    }
    .into_any()
}
