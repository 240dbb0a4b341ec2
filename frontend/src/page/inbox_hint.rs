//! "Check your inbox": what comes next after registering, and what to do if it does not come.

use std::pin::Pin;

use leptos::prelude::*;
use shared::{api::registration::Register, route::page::LOGIN};

use crate::{
    api::{Failure, registration},
    component::{
        heading::Heading,
        icon,
        notice::{self, Trouble},
    },
    form::Submission,
    place,
    text::{self, Phrase, Word, account as words},
};

/// Asks for the mail.
pub type Asking = Pin<Box<dyn Future<Output = Result<(), Failure>>>>;

/// The view for the address in `sent`, which becomes none when the form is wanted once more. The registration can be
/// sent again while the page knows it; `is_known` where a message came to the address, `is_sure` where a mail comes in
/// any case.
pub fn inbox_hint(
    email: String,
    is_known: bool,
    is_sure: bool,
    registration: StoredValue<Option<Register>>,
    sent: RwSignal<Option<String>>,
) -> AnyView {
    let can_repeat = registration.with_value(Option::is_some);
    let form = (!is_known || !can_repeat)
        .then(|| change(if is_known { words::REGISTER_AGAIN } else { words::CHANGE_ADDRESS }, sent));
    let others = view! { {form}<a class="button button-quiet" href=LOGIN>{text::frame::LOG_IN}</a> }.into_any();
    let buttons = if can_repeat {
        again(
            move || {
                let body = registration.get_value();
                Box::pin(async move {
                    match body {
                        Some(body) => registration::register(&body).await,
                        None => Ok(()),
                    }
                })
            },
            others,
        )
    } else {
        view! { <p class="buttons">{others}</p> }.into_any()
    };
    let what = if is_sure { words::mail_is_coming(email) } else { words::mail_may_come(email) };
    view! {
        <Heading text=words::CHECK_INBOX/>
        <div class="card">
            {mail(what, words::confirm_mail(text::portal()))}
            <ol class="steps">{words::NEXT_STEPS.map(|step| view! { <li>{step}</li> }).collect_view()}</ol>
        </div>
        <section class="aside" aria-labelledby="no-mail">
            <h2 id="no-mail">{words::NO_MAIL}</h2>
            <ul>{words::NO_MAIL_STEPS.map(|step| view! { <li>{step}</li> }).collect_view()}</ul>
            {buttons}
        </section>
    }
    .into_any()
}

/// Which mail to look for.
pub fn mail(what: Phrase, name: Phrase) -> AnyView {
    view! { <p class="mail-name">{icon::envelope()}<span>{what}" "<q>{name}</q>"."</span></p> }.into_any()
}

/// The way back to the form.
pub fn change(label: Word, sent: RwSignal<Option<String>>) -> AnyView {
    let back = move |_| {
        place::remember(None);
        sent.set(None);
    };
    view! { <button type="button" class="button button-quiet" on:click=back>{label}</button> }.into_any()
}

/// So often a mail is asked for, the form counted, before it is said that there were several: the server sends no more
/// for a while, and does not tell.
const SEVERAL: u32 = 6;

/// The button that asks for the mail once more, beside others. What came of it takes its place, where it is seen.
pub fn again(ask: impl Fn() -> Asking + 'static, others: AnyView) -> AnyView {
    let submission = Submission::new();
    let done = RwSignal::new(false);
    let asked = StoredValue::new(1);
    let press = move |_| {
        let asking = ask();
        submission.run(&[], async move {
            done.set(false);
            asking.await?;
            asked.update_value(|times| *times += 1);
            done.set(true);
            Ok(())
        });
    };
    let outcome = move || match asked.get_value() {
        0..=SEVERAL => notice::good(words::SENT_AGAIN, words::SENT_AGAIN_NEXT),
        _ => notice::trouble(words::MAILS_SENT, words::MAILS_SENT_NEXT),
    };
    view! {
        <div role="status">{move || done.get().then(outcome)}</div>
        <Trouble failure=submission.failure wait=submission.wait/>
        <p class="buttons">
            <button class="button button-quiet" on:click=press aria-disabled=move || submission.disabled()>{words::SEND_AGAIN}</button>
            {others}
        </p>
    }
    .into_any()
}
