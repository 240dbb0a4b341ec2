//! The one button on a message that has expired: its sender is asked to send it again.

use std::{future::Future, pin::Pin};

use leptos::prelude::*;
use shared::api::problem::ProblemReason;

use super::notice::{self, Trouble};
use crate::{
    api::Failure,
    form::Submission,
    text::{Phrase, Word, open as words},
};

/// Asks.
type Asking = Pin<Box<dyn Future<Output = Result<(), Failure>>>>;

/// The button, and afterwards what it did. `before` says that the sender was asked a while ago.
pub fn ask_again(sender: Phrase, before: Option<Phrase>, ask: impl Fn() -> Asking + Send + Sync + 'static) -> AnyView {
    let submission = Submission::new();
    let done = RwSignal::new(None::<Word>);
    let ask = StoredValue::new(ask);
    let press = move |_| {
        let asking = ask.with_value(|ask| ask());
        submission.run(&[], async move {
            done.set(Some(match asking.await {
                Ok(()) => words::ASKED,
                // Perhaps in another window: it is as good as done.
                Err(failure) if failure.reason() == Some(ProblemReason::AskedAlready) => words::ASKED_ALREADY,
                Err(failure) => return Err(failure),
            }));
            Ok(())
        });
    };
    let after = move || done.get().map(|what| notice::done(what, words::asked_next(sender.clone())));
    let button = move || {
        done.with(Option::is_none).then(|| {
            view! {
                {before.clone().map(|before| view! { <p>{before}</p> })}
                <p><button class="button button-big" on:click=press aria-disabled=move || submission.disabled()>{words::ASK_AGAIN}</button></p>
            }
        })
    };
    view! { {button}{after}<Trouble failure=submission.failure wait=submission.wait/> }.into_any()
}
