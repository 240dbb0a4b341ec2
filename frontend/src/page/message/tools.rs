//! What else can be done with a message: printed, and saved as a file.

use leptos::{html::Iframe, prelude::*, task::spawn_local};

use crate::{
    component::{frame, grants::Grants, message_body::Shown},
    text::message as words,
};

/// The buttons. What is printed is a page of its own: who wrote to whom and when, and all of the text.
pub fn tools(shown: Shown, grants: Grants) -> AnyView {
    let printing = RwSignal::new(None::<String>);
    let node = NodeRef::<Iframe>::new();
    let print = move |_| {
        printing.set(None);
        spawn_local(async move {
            if let Some(views) = grants.fresh().await {
                let how = if shown.remote.get_untracked() { "print=1&remote=1" } else { "print=1" };
                printing.set(Some(frame::address(&views.url, how)));
            }
        });
    };
    let loaded = move |_| {
        if let Some(paper) = node.get_untracked().and_then(|frame| frame.content_window()) {
            let _ = paper.focus();
            let _ = paper.print();
        }
    };
    let paper = move || {
        printing.get().map(|url| {
            view! {
                <iframe class="paper" node_ref=node src=url title=words::PRINT aria-hidden="true" tabindex="-1" on:load=loaded
                    referrerpolicy="no-referrer" sandbox="allow-same-origin allow-modals"></iframe>
            }
        })
    };
    let source = move || grants.views.with(|views| views.as_ref().map(|views| views.source.clone()));
    view! {
        <p class="links tools">
            <button type="button" class="link" on:click=print>{words::PRINT}</button>
            <a href=source download rel="external" on:click=move |_| grants.check()>{words::SAVE_FILE}</a>
        </p>
        {paper}
    }
    .into_any()
}
