//! The text of a message: formatted in a frame that can do nothing, or plain with links that work.

use leptos::prelude::*;
use shared::{api::message::Message, quote::passages};

use super::{frame::frame, grants::Grants, unfold};
use crate::text::message as words;

/// How the text is shown; a handle that can be copied about.
#[derive(Clone, Copy)]
pub struct Shown {
    /// As plain text.
    pub plain: RwSignal<bool>,
    /// With images from elsewhere.
    pub remote: RwSignal<bool>,
}

impl Shown {
    /// As it was written.
    pub fn new(message: &Message) -> Self {
        Self { plain: RwSignal::new(message.html.is_none()), remote: RwSignal::new(false) }
    }
}

/// The body, with its switches; that of the page's own message is a place to go to.
pub fn message_body(message: &Message, shown: Shown, grants: Grants, is_main: bool) -> AnyView {
    let Shown { plain, remote } = shown;
    let hides_images = message.remote_images;
    let text = StoredValue::new(message.text.clone());
    let title = StoredValue::new(message.summary.subject.clone());
    let body = move || {
        if plain.get() {
            text.with_value(|text| plain_text(text))
        } else {
            frame(words::frame_title(title.get_value()), remote, grants)
        }
    };
    let ask_images = move || {
        (hides_images && !plain.get() && !remote.get()).then(|| {
            view! {
                <p class="images">
                    <span>{words::REMOTE_WHY}</span>
                    <button type="button" class="button button-quiet" on:click=move |_| remote.set(true)>{words::REMOTE}</button>
                </p>
            }
        })
    };
    let toggle = message.html.is_some().then(|| {
        view! {
            <p class="switch">
                <button type="button" class="link" on:click=move |_| plain.update(|plain| *plain = !*plain)>
                    {move || if plain.get() { words::FORMATTED() } else { words::PLAIN() }}
                </button>
            </p>
        }
    });
    unfold::on_paper(".body", || Some(document()), || {});
    let label = is_main.then_some(words::BODY);
    view! { <section class="body" aria-label=label>{ask_images}{body}{toggle}</section> }.into_any()
}

/// The text with what it quotes folded away.
fn plain_text(text: &str) -> AnyView {
    if text.trim().is_empty() {
        return view! { <p class="quiet">{words::EMPTY_BODY}</p> }.into_any();
    }
    let passages = passages(text)
        .into_iter()
        .filter(|passage| !passage.text.trim().is_empty())
        .map(|passage| {
            let text = view! { <div class="text">{linked(passage.text.trim_matches('\n'))}</div> }.into_any();
            if passage.quoted {
                view! { <details class="quoted"><summary>{words::QUOTED}</summary>{text}</details> }.into_any()
            } else {
                text
            }
        })
        .collect_view();
    passages.into_any()
}

fn linked(text: &str) -> AnyView {
    pieces(text)
        .into_iter()
        .map(|piece| match piece {
            Piece::Text(text) => text.to_owned().into_any(),
            Piece::Link(url) => {
                view! { <a href=url.to_owned() target="_blank" rel="noopener noreferrer">{url.to_owned()}</a> }
                    .into_any()
            }
        })
        .collect_view()
        .into_any()
}

enum Piece<'a> {
    Text(&'a str),
    Link(&'a str),
}

/// The text, with its links set apart.
fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(at) = ["https://", "http://"].into_iter().filter_map(|scheme| rest.find(scheme)).min() {
        let end = rest[at..].find(|c: char| c.is_whitespace() || "<>\"".contains(c)).map_or(rest.len(), |end| at + end);
        // A full stop or bracket at the end belongs to the sentence.
        let link = rest[at..end].trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '\'']);
        pieces.push(Piece::Text(&rest[..at]));
        pieces.push(Piece::Link(link));
        rest = &rest[at + link.len()..];
    }
    pieces.push(Piece::Text(rest));
    pieces
}
