//! A link that a mail program has cut, or that leads nowhere: how to come by the whole one, and the other ways.

use leptos::prelude::*;
use shared::{
    link,
    route::page::{INBOX, REGISTER},
};

use super::{field::TextArea, heading::Heading};
use crate::{
    form::{Field, all_good},
    go::Go,
    text::{Word, cover, link as words, open},
};

/// The link in the address bar is cut.
pub fn cut() -> AnyView {
    explained(cover::CUT, cover::CUT_NEXT)
}

/// The link is whole, and nobody knows it.
pub fn unknown() -> AnyView {
    explained(cover::UNKNOWN, cover::UNKNOWN_NEXT)
}

fn explained(what: Word, next: Word) -> AnyView {
    let go = Go::here();
    let pasted = Field::new("link");
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let path = link::path(&pasted.typed());
        if all_good(&[pasted.check(path.is_some(), words::PASTE_WRONG)])
            && let Some(path) = path
        {
            go.to(&path);
        }
    };
    view! {
        <Heading text=what/>
        <p class="lead">{next}</p>
        <form class="card" novalidate on:submit=submit>
            <TextArea field=pasted label=words::PASTE hint=words::PASTE_HINT rows="3"/>
            <p><button class="button">{words::PASTE_BUTTON}</button></p>
        </form>
        <section class="aside" aria-labelledby="other-ways">
            <h2 id="other-ways">{words::OTHER_WAYS}</h2>
            <ul>{words::OTHER_LINES.map(|line| view! { <li>{line}</li> }).collect_view()}</ul>
            <p class="buttons">
                <a class="button button-quiet" href=INBOX>{open::TO_INBOX}</a>
                <a class="button button-quiet" href=REGISTER>{words::REGISTER}</a>
            </p>
        </section>
    }
    .into_any()
}
