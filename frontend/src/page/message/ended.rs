//! A message that this account cannot open: what happened, and what can be done.

use leptos::prelude::*;
use shared::{
    api::problem::{ProblemName, ProblemReason},
    route::page::{COMPOSE, INBOX, LOGIN, MESSAGES, SENT},
};

use crate::{
    api::{Failure, encoded, message},
    component::{ask_again::ask_again, heading::Heading, notice::Trouble},
    form::Submission,
    go::Go,
    session::Session,
    text::{Phrase, Word, cover, failure as words, open},
};

/// Instead of the message; none where trying again may help.
pub(super) fn ended(failure: &Failure, id: String, email: String) -> Option<AnyView> {
    Some(match (failure.name()?, failure.reason()) {
        (ProblemName::NotFound, _) => other_account(id, email),
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

/// It may be another account's: the one who reads this may have both.
fn other_account(id: String, email: String) -> AnyView {
    let session = Session::here();
    let go = Go::here();
    let leaving = Submission::new();
    let switch = move |_| {
        let path = format!("{LOGIN}?next={}", encoded(&format!("{MESSAGES}/{id}")));
        leaving.run(&[], async move {
            session.log_out().await?;
            go.to(&path);
            Ok(())
        });
    };
    view! {
        <Heading text=words::OTHER_ACCOUNT/>
        <p class="lead">{words::other_account_next(email)}</p>
        <p class="buttons">
            <button class="button" on:click=switch>{words::OTHER_ACCOUNT_SWITCH}</button>
            <a class="button button-quiet" href=INBOX>{open::TO_MY_INBOX}</a>
        </p>
        <Trouble failure=leaving.failure/>
    }
    .into_any()
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
