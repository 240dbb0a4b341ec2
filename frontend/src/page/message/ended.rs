//! A message that this account cannot open: what happened, and what can be done.

use leptos::prelude::*;
use shared::{
    api::problem::{ProblemName, ProblemReason},
    route::page::{COMPOSE, MESSAGES, SENT},
};

use crate::{
    api::{Failure, message},
    component::{ask_again::ask_again, heading::Heading, switch::other_account},
    session::Session,
    text::{Phrase, Word, cover, failure as words},
};

/// Instead of the message; none where trying again may help.
pub(super) fn ended(failure: &Failure, id: String, email: String) -> Option<AnyView> {
    Some(match (failure.name()?, failure.reason()) {
        (ProblemName::NotFound, _) => not_theirs(&id, email),
        (ProblemName::MessageExpired, Some(ProblemReason::OwnMessage)) => own(cover::EXPIRED, &id),
        (ProblemName::MessageRecalled, Some(ProblemReason::OwnMessage)) => own(words::OWN_RECALLED, &id),
        (ProblemName::MessageExpired, _) => expired(id),
        (ProblemName::MessageRecalled, Some(ProblemReason::Refused)) => {
            over(cover::REFUSED, cover::refused_next(words::THE_SENDER))
        }
        (ProblemName::MessageRecalled, _) => over(cover::RECALLED, cover::RECALLED_NEXT.into()),
        _ => return None,
    })
}

/// Its sender is the one who can do something about it.
fn own(what: Word, id: &str) -> AnyView {
    view! {
        <Heading text=what/>
        <p class="lead">{words::OWN_NEXT}</p>
        <p class="buttons">
            <a class="button" href=format!("{COMPOSE}?again={id}")>{words::OWN_AGAIN}</a>
            <a class="button button-quiet" href=format!("{SENT}?id={id}")>{words::OWN_SEE}</a>
        </p>
    }
    .into_any()
}

/// It may be another account's.
fn not_theirs(id: &str, email: String) -> AnyView {
    let next = other_account(words::other_account_next(email), &format!("{MESSAGES}/{id}"));
    view! { <Heading text=words::OTHER_ACCOUNT/>{next} }.into_any()
}

fn expired(id: String) -> AnyView {
    let session = Session::here();
    let ask = move || -> std::pin::Pin<Box<dyn Future<Output = _>>> {
        let id = id.clone();
        Box::pin(async move { message::ask_again(session, &id).await })
    };
    view! {
        <Heading text=cover::EXPIRED/>
        <p class="lead">{words::MESSAGE_EXPIRED_NEXT}</p>
        {ask_again(words::THE_SENDER.into(), None, ask)}
    }
    .into_any()
}

fn over(what: Word, next: Phrase) -> AnyView {
    view! {
        <Heading text=what/>
        <p class="lead">{next}</p>
    }
    .into_any()
}
