//! The conversation that a message belongs to: what came before and after it, each to be unfolded where it stands.

use leptos::{prelude::*, task::spawn_local};
use shared::{
    api::{conversation::Turn, message::Message},
    route::page::MESSAGES,
};

use crate::{
    api::message,
    component::{facts, when},
    load::Load,
    session::Session,
    text::message as words,
};

/// The conversation; nothing while the message is the only one. `again` loads it anew when it changes.
pub fn conversation(id: &str, again: RwSignal<u32>) -> AnyView {
    let session = Session::here();
    let turns = RwSignal::new(Vec::<Turn>::new());
    let this = id.to_owned();
    let wanted = this.clone();
    Effect::new(move |_| {
        again.track();
        let id = wanted.clone();
        spawn_local(async move {
            // Without it the message can be read all the same.
            if let Ok(found) = message::conversation(session, &id).await {
                turns.try_set(found);
            }
        });
    });
    let view = move || {
        turns.with(|turns| {
            (turns.len() > 1).then(|| {
                let rows = turns.iter().map(|turn| row(turn, turn.id == this)).collect_view();
                view! {
                    <section class="conversation" aria-labelledby="conversation">
                        <h2 id="conversation">{words::conversation(turns.len() as u64)}</h2>
                        <ol>{rows}</ol>
                    </section>
                }
            })
        })
    };
    view.into_any()
}

fn row(turn: &Turn, is_this: bool) -> AnyView {
    let who = if turn.own { words::YOU().to_owned() } else { facts::name(&turn.sender) };
    let tag = if is_this { Some(words::THIS_MESSAGE) } else { turn.excerpt.is_none().then_some(words::NOT_READ_YET) };
    let tag = tag.map(|words| view! { <span class="tag">{words}</span> });
    let head = view! {
        <span class="turn-who">{who}{tag}</span>
        <span class="turn-when">{when::tagged(&turn.sent_at, when::moment(&turn.sent_at))}</span>
        <span class="turn-words">{turn.excerpt.clone().unwrap_or_default()}</span>
    };
    if is_this {
        return view! {
            <li class="turn" aria-current="true"><div class="turn-head">{head}</div></li>
        }
        .into_any();
    }
    let id = turn.id.clone();
    let opened = RwSignal::new(false);
    let content = move || opened.get().then(|| unfolded(id.clone()));
    view! {
        <li class="turn">
            <details on:toggle=move |_| opened.set(true)>
                <summary class="turn-head">{head}</summary>
                {content}
            </details>
        </li>
    }
    .into_any()
}

fn unfolded(id: String) -> AnyView {
    let session = Session::here();
    let path = format!("{MESSAGES}/{id}");
    let load = Load::new(move || {
        let id = id.clone();
        async move { message::get(session, &id).await }
    });
    let shown = load.view_with(
        crate::component::skeleton::page,
        move |failure| load.trouble_within(&failure),
        |message: Message| super::content(&message, false).0,
    );
    view! { <div class="turn-body">{shown}<p class="links"><a href=path>{words::OWN_PAGE}</a></p></div> }.into_any()
}
