//! `/reset/<token>`: a new password.

use leptos::prelude::*;
use shared::{
    api::problem::ProblemName,
    route::page::{FORGOT, LOGIN},
};

use crate::{
    api::session,
    component::{heading::Heading, notice::Trouble, password::NewPassword},
    form::{Field, Submission, all_good},
    text::{self, Word, account as words},
};

#[derive(Clone, Copy, PartialEq)]
enum Step {
    Choose,
    Done,
    Used,
}

/// The page.
pub fn page() -> AnyView {
    let token = super::param("token");
    let step = RwSignal::new(Step::Choose);
    let password = Field::new("password");
    let nobody = RwSignal::new(String::new());
    let submission = Submission::new();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if all_good(&[password.check_new_password("", "")]) {
            let token = token.get_untracked();
            submission.run(&[password], async move {
                match session::complete_reset(token, password.typed()).await {
                    Ok(()) => step.set(Step::Done),
                    Err(failure) if failure.is(ProblemName::TokenUsed) => step.set(Step::Used),
                    Err(failure) => return Err(failure),
                }
                Ok(())
            });
        }
    };
    let view = move || {
        match step.get() {
        Step::Choose => view! {
            <Heading text=words::FORGOT/>
            <p class="lead">{words::RESET_WHY}</p>
            <form class="card" novalidate on:submit=submit>
                <NewPassword field=password label=words::NEW_PASSWORD email=nobody name=nobody/>
                <Trouble failure=submission.failure/>
                <p><button class="button button-big" aria-disabled=move || submission.busy.get().then_some("true")>{words::RESET_BUTTON}</button></p>
            </form>
        }
        .into_any(),
        Step::Done => ended(words::RESET_DONE, words::RESET_DONE_NEXT, LOGIN, text::frame::LOG_IN),
        Step::Used => ended(words::LINK_USED, words::RESET_USED_NEXT, FORGOT, words::FORGOT_BUTTON),
    }
    };
    view! { <div class="narrow">{view}</div> }.into_any()
}

fn ended(what: Word, next: Word, path: &'static str, button: Word) -> AnyView {
    view! {
        <Heading text=what/>
        <p class="lead">{next}</p>
        <p><a class="button button-big" href=path>{button}</a></p>
    }
    .into_any()
}
