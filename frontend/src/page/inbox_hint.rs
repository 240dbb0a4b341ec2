//! "Check your inbox": what comes next after registering, and what to do if it does not come.

use leptos::prelude::*;
use shared::{api::registration::Register, route::page::LOGIN};

use crate::{
    api::registration,
    component::{
        heading::Heading,
        icon,
        notice::{self, Trouble},
    },
    form::Submission,
    text::{self, account as words},
};

/// The view; `registration` can be sent again.
pub fn inbox_hint(email: String, registration: StoredValue<Option<Register>>) -> AnyView {
    let submission = Submission::new();
    let done = RwSignal::new(false);
    let again = move |_| {
        done.set(false);
        let body = registration.get_value();
        submission.run(&[], async move {
            if let Some(body) = body {
                registration::register(&body).await?;
                done.set(true);
            }
            Ok(())
        });
    };
    view! {
        <Heading text=words::CHECK_INBOX/>
        <div class="card">
            <p class="mail-name">{icon::envelope()}<span>{words::mail_is_coming(email)}" "<q>{words::confirm_mail(text::portal())}</q></span></p>
            <ol class="steps">{words::NEXT_STEPS.map(|step| view! { <li>{step}</li> }).collect_view()}</ol>
        </div>
        <section class="aside" aria-labelledby="no-mail">
            <h2 id="no-mail">{words::NO_MAIL}</h2>
            <ul>{words::NO_MAIL_STEPS.map(|step| view! { <li>{step}</li> }).collect_view()}</ul>
            <p class="buttons">
                <button class="button button-quiet" on:click=again aria-disabled=move || submission.busy.get().then_some("true")>{words::SEND_AGAIN}</button>
                <a class="button button-quiet" href=LOGIN>{text::frame::LOG_IN}</a>
            </p>
            <div role="status">{move || done.get().then(|| notice::good(words::SENT_AGAIN, ""))}</div>
            <Trouble failure=submission.failure/>
        </section>
    }
    .into_any()
}
