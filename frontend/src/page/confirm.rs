//! `/confirm/<token>`: the password just chosen confirms the address. Nothing happens before the button is pressed.

use std::rc::Rc;

use leptos::prelude::*;
use shared::{
    api::{
        problem::ProblemName,
        registration::{ConfirmAnew, ConfirmKnown, Confirmed},
        session::Session as Granted,
    },
    route::page::{LOGIN, REGISTER},
};

use crate::{
    api::{Failure, registration},
    component::{
        field::TextField,
        heading::Heading,
        notice::Trouble,
        password::{NewPassword, Password},
    },
    form::{Field, Submission, all_good},
    go::Go,
    session::Session,
    text::{self, Word, account as words},
};

/// The page.
pub fn page() -> AnyView {
    let token = super::param("token");
    let anew = RwSignal::new(false);
    let used = RwSignal::new(false);
    let view = move || match (used.get(), anew.get()) {
        (true, _) => link_used(),
        (false, false) => known(token, anew, used),
        (false, true) => new(token, anew, used),
    };
    view! { <div class="narrow">{view}</div> }.into_any()
}

/// With the password chosen when registering.
fn known(token: Memo<String>, anew: RwSignal<bool>, used: RwSignal<bool>) -> AnyView {
    let session = Session::here();
    let go = Go::here();
    let password = Field::new("password");
    let submission = Submission::new();
    let submit = move || {
        if all_good(&[password.check(!password.typed().is_empty(), words::PASSWORD_MISSING)]) {
            let body = ConfirmKnown { token: token.get_untracked(), password: password.typed() };
            submission
                .run(&[password], async move { finish(session, go, used, registration::confirm(&body).await).await });
        }
    };
    let fields = view! { <Password field=password/> }.into_any();
    form(words::CONFIRM_WHY, fields, submission, Rc::new(submit), anew, words::UNKNOWN_PASSWORD)
}

/// With a new one, and the name again.
fn new(token: Memo<String>, anew: RwSignal<bool>, used: RwSignal<bool>) -> AnyView {
    let session = Session::here();
    let go = Go::here();
    let name = Field::new("display_name");
    let password = Field::new("new_password");
    let nobody = RwSignal::new(String::new());
    let submission = Submission::new();
    let submit = move || {
        let display_name = name.typed().trim().to_owned();
        let good =
            [name.check(!display_name.is_empty(), words::NAME_MISSING), password.check_new_password("", &display_name)];
        if all_good(&good) {
            let body = ConfirmAnew { token: token.get_untracked(), new_password: password.typed(), display_name };
            submission.run(&[name, password], async move {
                finish(session, go, used, registration::confirm_anew(&body).await).await
            });
        }
    };
    let fields = view! {
        <TextField field=name label=words::NAME hint=words::NAME_HINT autocomplete="name"/>
        <NewPassword field=password label=words::NEW_PASSWORD email=nobody name=name.value/>
    };
    form(words::ANEW_WHY, fields.into_any(), submission, Rc::new(submit), anew, words::KNOWN_PASSWORD)
}

fn form(
    why: Word,
    fields: AnyView,
    submission: Submission,
    submit: Rc<dyn Fn()>,
    anew: RwSignal<bool>,
    other_way: Word,
) -> AnyView {
    let submit = StoredValue::new_local(submit);
    let on_submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        submit.with_value(|submit| submit());
    };
    view! {
        <Heading text=words::CONFIRM/>
        <p class="lead">{why}</p>
        <form class="card" novalidate on:submit=on_submit>
            {fields}
            <Trouble failure=submission.failure/>
            <p><button class="button button-big" aria-disabled=move || submission.busy.get().then_some("true")>{words::CONFIRM_BUTTON}</button></p>
        </form>
        <p><button type="button" class="link" on:click=move |_| anew.update(|anew| *anew = !*anew)>{other_way}</button></p>
    }
    .into_any()
}

/// Logs in and goes on to the message, or says that the link is of no use any more.
async fn finish(
    session: Session,
    go: Go,
    used: RwSignal<bool>,
    answer: Result<Confirmed, Failure>,
) -> Result<(), Failure> {
    match answer {
        Ok(Confirmed { return_to, access_token, expires_in, account, .. }) => {
            session.begin(Granted { access_token, expires_in, account });
            go.on_to(session, &return_to).await;
            Ok(())
        }
        Err(failure) if failure.is(ProblemName::TokenUsed) || failure.is(ProblemName::NotFound) => {
            used.set(true);
            Ok(())
        }
        Err(failure) => Err(failure),
    }
}

fn link_used() -> AnyView {
    view! {
        <Heading text=words::LINK_USED/>
        <p class="lead">{words::LINK_USED_NEXT}</p>
        <p class="buttons">
            <a class="button" href=LOGIN>{text::frame::LOG_IN}</a>
            <a class="button button-quiet" href=REGISTER>{words::REGISTER_AGAIN}</a>
        </p>
    }
    .into_any()
}
