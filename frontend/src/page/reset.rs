//! `/reset/<token>`: a new password, with which one is logged in and goes on to what waits.

use leptos::prelude::*;
use shared::{
    api::{
        problem::ProblemName,
        session::{LogIn, PasswordReset},
    },
    route::page::FORGOT,
};

use super::mailed::{self, Link};
use crate::{
    api::session,
    component::{field::TextField, heading::Heading, notice::Trouble, password::NewPassword},
    form::{Field, Submission, all_good},
    go::Go,
    session::Session,
    text::{Word, account as words},
};

/// The page.
pub fn page() -> AnyView {
    let dead = (words::RESET_USED_NEXT as Word, words::FORGOT_LINK as Word);
    mailed::page(session::look_at_reset, choose, dead, (FORGOT, words::FORGOT_BUTTON))
}

fn choose(reset: PasswordReset, token: String, load: Link<PasswordReset>) -> AnyView {
    let here = Session::here();
    let go = Go::here();
    let PasswordReset { email: address, return_to } = reset;
    let email = Field::with("email", RwSignal::new(address));
    let password = Field::new("password");
    let nobody = RwSignal::new(String::new());
    let submission = Submission::new();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if !all_good(&[password.check_new_password(&email.typed(), "")]) {
            return;
        }
        let (token, return_to) = (token.clone(), return_to.clone());
        let log_in = LogIn { email: email.typed(), password: password.typed() };
        submission.run(&[password], async move {
            let is_used = match session::complete_reset(token, password.typed()).await {
                Ok(()) => false,
                Err(failure) if failure.is(ProblemName::TokenUsed) => true,
                Err(failure) => return Err(failure),
            };
            match session::log_in(&log_in).await {
                Ok(granted) => here.begin(granted),
                // Used by somebody else; else by a try whose answer was lost, and the password is this one already.
                Err(failure) if is_used && failure.is(ProblemName::WrongCredentials) => {
                    load.reload();
                    return Ok(());
                }
                Err(failure) => return Err(failure),
            }
            go.on_to(here, &return_to).await;
            Ok(())
        });
    };
    view! {
        <Heading text=words::FORGOT/>
        <p class="lead">{words::RESET_WHY}</p>
        <form class="card" novalidate on:submit=submit>
            <TextField field=email label=words::EMAIL kind="email" autocomplete="username" fixed=true/>
            <NewPassword field=password label=words::NEW_PASSWORD email=email.value name=nobody/>
            <Trouble failure=submission.failure wait=submission.wait/>
            <p><button class="button button-big" aria-disabled=move || submission.disabled()>{words::RESET_BUTTON}</button></p>
        </form>
    }
    .into_any()
}
