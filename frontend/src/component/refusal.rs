//! "This message is not for me": a question first, then the sender is told and the message is gone.

use std::pin::Pin;

use leptos::prelude::*;

use super::notice::Trouble;
use crate::{
    api::Failure,
    form::{Submission, focus},
    text::open as words,
};

/// Tells the sender, and what comes then.
type Refusing = Pin<Box<dyn Future<Output = Result<(), Failure>>>>;

/// The link, and the question behind it.
pub fn refusal(sender: String, refuse: impl Fn() -> Refusing + Send + Sync + 'static) -> AnyView {
    let is_asked = RwSignal::new(false);
    let refuse = StoredValue::new(refuse);
    (move || {
        if is_asked.get() {
            question(sender.clone(), is_asked, move || refuse.with_value(|refuse| refuse()))
        } else {
            let ask = move |_| {
                is_asked.set(true);
                // The button that was pressed is gone: whoever works by keyboard goes on at the harmless one.
                focus("#keep");
            };
            view! { <p><button type="button" class="link" id="refuse" on:click=ask>{words::NOT_FOR_ME}</button></p> }
                .into_any()
        }
    })
    .into_any()
}

fn question(sender: String, is_asked: RwSignal<bool>, refuse: impl Fn() -> Refusing + 'static) -> AnyView {
    let submission = Submission::new();
    let sure = move |_| submission.run(&[], refuse());
    let keep = move |_| {
        is_asked.set(false);
        focus("#refuse");
    };
    view! {
        <section class="card" aria-labelledby="not-for-me">
            <h2 id="not-for-me">{words::NOT_FOR_ME_TITLE}</h2>
            <p>{words::not_for_me_why(sender)}</p>
            <p class="buttons">
                <button type="button" class="button button-danger" on:click=sure
                    aria-disabled=move || submission.disabled()>{words::NOT_FOR_ME_SURE}</button>
                <button type="button" class="button button-quiet" id="keep" aria-describedby="not-for-me"
                    on:click=keep>{words::NOT_FOR_ME_NO}</button>
            </p>
            <Trouble failure=submission.failure/>
        </section>
    }
    .into_any()
}
