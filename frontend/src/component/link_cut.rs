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
    session::Session,
    text::{Word, cover, link as words, open},
};

/// The link of a notification in the address bar is cut.
pub fn cut() -> AnyView {
    explained(cover::CUT, cover::CUT_NEXT, to_message())
}

/// The link is whole, and nobody knows it.
pub fn unknown() -> AnyView {
    explained(cover::UNKNOWN, cover::UNKNOWN_NEXT, to_message())
}

/// Another mailed link is cut: at this path one asks for a new mail.
pub fn cut_mail((path, label): (&'static str, Word)) -> AnyView {
    let strangers = move || {
        view! { <p>{words::NEW_MAIL}</p><p><a class="button button-quiet" href=path>{label}</a></p> }.into_any()
    };
    let others = view! { <section class="aside">{inbox_or(strangers)}</section> };
    explained(cover::CUT, cover::CUT_NEXT, others.into_any())
}

/// For whoever is logged in the way to the inbox, and something else for others.
pub fn inbox_or(others: impl Fn() -> AnyView + Send + 'static) -> AnyView {
    let session = Session::here();
    let is_member = Memo::new(move |_| session.account().is_some());
    (move || {
        if is_member.get() {
            view! { <a class="button button-quiet" href=INBOX>{open::TO_MY_INBOX}</a> }.into_any()
        } else {
            others()
        }
    })
    .into_any()
}

fn explained(what: Word, next: Word, others: AnyView) -> AnyView {
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
        {others}
    }
    .into_any()
}

fn to_message() -> AnyView {
    let strangers = || {
        view! {
            <a class="button button-quiet" href=INBOX>{open::TO_INBOX}</a>
            <a class="button button-quiet" href=REGISTER>{words::REGISTER}</a>
        }
        .into_any()
    };
    view! {
        <section class="aside" aria-labelledby="other-ways">
            <h2 id="other-ways">{words::OTHER_WAYS}</h2>
            <ul>{words::OTHER_LINES.map(|line| view! { <li>{line}</li> }).collect_view()}</ul>
            <p class="buttons">{inbox_or(strangers)}</p>
        </section>
    }
    .into_any()
}
