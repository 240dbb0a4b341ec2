//! `/forgot`: asks for a mail with which a new password can be chosen.

use leptos::prelude::*;
use shared::route::page::LOGIN;

use crate::{
    api::session,
    component::{field::TextField, heading::Heading, icon, notice::Trouble},
    form::{Field, Submission, all_good},
    text::{account as words, portal},
};

/// The page.
pub fn page() -> AnyView {
    let sent = RwSignal::new(None::<String>);
    let email = Field::new("email");
    let submission = Submission::new();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if all_good(&[email.check_email()]) {
            let address = email.typed().trim().to_owned();
            submission.run(&[email], async move {
                session::ask_reset(address.clone()).await?;
                sent.set(Some(address));
                Ok(())
            });
        }
    };
    let view = move || {
        match sent.get() {
        Some(address) => done(address),
        None => view! {
            <Heading text=words::FORGOT/>
            <p class="lead">{words::FORGOT_WHY}</p>
            <form class="card" novalidate on:submit=submit>
                <TextField field=email label=words::EMAIL kind="email" autocomplete="username"/>
                <Trouble failure=submission.failure/>
                <p><button class="button button-big" aria-disabled=move || submission.busy.get().then_some("true")>{words::FORGOT_BUTTON}</button></p>
            </form>
            <p><a href=LOGIN>{words::BACK_TO_LOGIN}</a></p>
        }
        .into_any(),
    }
    };
    view! { <div class="narrow">{view}</div> }.into_any()
}

fn done(address: String) -> AnyView {
    view! {
        <Heading text=words::CHECK_INBOX/>
        <div class="card">
            <p class="mail-name">{icon::envelope()}<span>{words::forgot_done(address)}" "<q>{words::reset_mail(portal())}</q></span></p>
            <p class="quiet">{words::NO_MAIL_STEPS[0]}</p>
        </div>
        <p><a href=LOGIN>{words::BACK_TO_LOGIN}</a></p>
    }
    .into_any()
}
