//! A message that this account cannot open: what happened, and what can be done.

use leptos::prelude::*;
use shared::{
    api::problem::ProblemName,
    route::page::{INBOX, LOGIN, MESSAGES},
};

use crate::{
    api::{Failure, encoded, message},
    component::{ask_again::ask_again, heading::Heading, notice::Trouble},
    form::Submission,
    go::Go,
    session::Session,
    text::{Phrase, Word, cover, failure as words, mailbox, open},
};

/// Instead of the message; none where trying again may help.
pub(super) fn ended(failure: &Failure, id: String, email: String) -> Option<AnyView> {
    match failure.name()? {
        ProblemName::NotFound => Some(other_account(id, email)),
        ProblemName::MessageExpired => Some(expired(id)),
        ProblemName::MessageRecalled => Some(over(cover::RECALLED, cover::RECALLED_NEXT.into())),
        _ => None,
    }
}

/// The reader has just said that it is for somebody else.
pub(super) fn refused(sender: String) -> AnyView {
    over(cover::REFUSED, cover::refused_next(sender))
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
        <p><a class="button button-quiet" href=INBOX>{mailbox::BACK}</a></p>
    }
    .into_any()
}
