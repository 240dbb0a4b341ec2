//! The text of a message: formatted in a frame that can do nothing, or plain with links that work.

use leptos::prelude::*;
use shared::api::message::{Message, Views};

use crate::text::{Phrase, message as words};

/// The body, with its switches.
pub fn message_body(message: &Message, views: RwSignal<Option<Views>>) -> AnyView {
    let plain = RwSignal::new(message.html.is_none());
    let remote = RwSignal::new(false);
    let may_be_formatted = message.html.is_some();
    let hides_images = message.html.as_deref().is_some_and(hides_images);
    let text = StoredValue::new(message.text.clone());
    let title = StoredValue::new(message.summary.subject.clone());
    let body = move || {
        if plain.get() {
            text.with_value(|text| plain_text(text))
        } else {
            frame(words::frame_title(title.get_value()), remote, views)
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
    let toggle = may_be_formatted.then(|| {
        view! {
            <p class="switch">
                <button type="button" class="button button-quiet" on:click=move |_| plain.update(|plain| *plain = !*plain)>
                    {move || if plain.get() { words::FORMATTED() } else { words::PLAIN() }}
                </button>
            </p>
        }
    });
    view! { <section class="body" aria-label=words::BODY>{ask_images}{body}{toggle}</section> }.into_any()
}

/// The address of the frame is read once: a renewed grant must not load it again.
fn frame(title: Phrase, remote: RwSignal<bool>, views: RwSignal<Option<Views>>) -> AnyView {
    let first = Memo::new(move |before: Option<&Option<String>>| {
        before.cloned().flatten().or_else(|| views.with(|views| views.as_ref().map(|views| views.url.clone())))
    });
    let source = move || {
        let url = first.get()?;
        Some(if remote.get() { format!("{url}?remote=1") } else { url })
    };
    view! {
        <iframe class="frame" title=move || title.get() src=source referrerpolicy="no-referrer"
            sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe>
    }
    .into_any()
}

/// Whether some image would only show if it were loaded from elsewhere; the server takes its address away.
fn hides_images(html: &str) -> bool {
    html.split("<img").skip(1).any(|rest| {
        let tag = rest.split('>').next().unwrap_or_default();
        !tag.contains(" src=") || tag.contains(" src=\"http")
    })
}

fn plain_text(text: &str) -> AnyView {
    if text.trim().is_empty() {
        return view! { <p class="quiet">{words::EMPTY_BODY}</p> }.into_any();
    }
    let pieces = pieces(text)
        .into_iter()
        .map(|piece| match piece {
            Piece::Text(text) => text.to_owned().into_any(),
            Piece::Link(url) => {
                view! { <a href=url.to_owned() target="_blank" rel="noopener noreferrer">{url.to_owned()}</a> }
                    .into_any()
            }
        })
        .collect_view();
    view! { <div class="text">{pieces}</div> }.into_any()
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
