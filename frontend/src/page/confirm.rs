//! `/confirm/<token>`: the password just chosen confirms the address. Nothing happens before the button is pressed.

use std::rc::Rc;

use leptos::prelude::*;
use shared::{
    api::{
        problem::ProblemName,
        registration::{ConfirmAnew, ConfirmKnown, Confirmed, Registration, RegistrationState},
        session::Session as Granted,
    },
    route::page::{INBOX, LOGIN, REGISTER},
};

use super::mailed::{self, Link};
use crate::{
    api::{Failure, encoded, registration},
    component::{
        field::TextField,
        heading::Heading,
        notice::Trouble,
        password::{NewPassword, Password},
    },
    form::{Field, Submission, all_good},
    go::{Go, same_address},
    session::Session,
    text::{self, Word, account as words},
};

/// The page.
pub fn page() -> AnyView {
    let again = words::REGISTER_AGAIN;
    mailed::page(registration::look, show, (words::LINK_USED_NEXT, again), (REGISTER, again))
}

fn show(link: Registration, token: String, load: Link<Registration>) -> AnyView {
    let anew = super::query("new");
    let token = StoredValue::new(token);
    let Registration { email, state, return_to } = link;
    match state {
        RegistrationState::Confirmed => already(email, return_to),
        RegistrationState::Over => over(email),
        RegistrationState::Pending => (move || {
            let label = if return_to == INBOX { words::CONFIRM } else { words::CONFIRM_BUTTON as Word };
            let way = Way { email: email.clone(), token: token.get_value(), label, load };
            if anew.get().is_some() { new(way) } else { known(way) }
        })
        .into_any(),
    }
}

/// What both forms need.
#[derive(Clone)]
struct Way {
    email: String,
    token: String,
    /// What the button says.
    label: Word,
    load: Link<Registration>,
}

/// With the password chosen when registering.
fn known(way: Way) -> AnyView {
    let session = Session::here();
    let go = Go::here();
    let password = Field::new("password");
    let submission = Submission::new();
    let Way { email, token, label, load } = way;
    let submit = move || {
        if all_good(&[password.check(!password.typed().is_empty(), words::PASSWORD_MISSING)]) {
            let body = ConfirmKnown { token: token.clone(), password: password.typed() };
            submission
                .run(&[password], async move { finish(session, go, load, registration::confirm(&body).await).await });
        }
    };
    let fields = view! { {address(email)}<Password field=password/> }.into_any();
    form(words::CONFIRM_WHY, fields, submission, Rc::new(submit), label, ("?new=1", words::UNKNOWN_PASSWORD))
}

/// With a new one, and the name again.
fn new(way: Way) -> AnyView {
    let session = Session::here();
    let go = Go::here();
    let name = Field::new("display_name");
    let password = Field::new("new_password");
    let submission = Submission::new();
    let Way { email, token, label, load } = way;
    let own = RwSignal::new(email.clone());
    let submit = move || {
        let display_name = name.typed().trim().to_owned();
        let good = [
            name.check(!display_name.is_empty(), words::NAME_MISSING),
            password.check_new_password(&own.get_untracked(), &display_name),
        ];
        if all_good(&good) {
            let body = ConfirmAnew { token: token.clone(), new_password: password.typed(), display_name };
            submission.run(&[name, password], async move {
                finish(session, go, load, registration::confirm_anew(&body).await).await
            });
        }
    };
    let fields = view! {
        {address(email)}
        <TextField field=name label=words::NAME hint=words::NAME_HINT autocomplete="name" capitals="words"/>
        <NewPassword field=password label=words::NEW_PASSWORD email=own name=name.value/>
    };
    form(words::ANEW_WHY, fields.into_any(), submission, Rc::new(submit), label, ("?", words::KNOWN_PASSWORD))
}

fn form(
    why: Word,
    fields: AnyView,
    submission: Submission,
    submit: Rc<dyn Fn()>,
    label: Word,
    (other_way, other_words): (&'static str, Word),
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
            <Trouble failure=submission.failure wait=submission.wait/>
            <p><button class="button button-big" aria-disabled=move || submission.disabled()>{label}</button></p>
        </form>
        <p><a href=other_way>{other_words}</a></p>
    }
    .into_any()
}

/// Logs in and goes on to the message, or says that the link is of no use any more.
async fn finish(
    session: Session,
    go: Go,
    load: Link<Registration>,
    answer: Result<Confirmed, Failure>,
) -> Result<(), Failure> {
    match answer {
        Ok(Confirmed { return_to, access_token, expires_in, account, .. }) => {
            session.begin(Granted { access_token, expires_in, account });
            go.on_to(session, &return_to).await;
            Ok(())
        }
        Err(failure) if failure.is(ProblemName::TokenUsed) || failure.is(ProblemName::NotFound) => {
            load.reload();
            Ok(())
        }
        Err(failure) => Err(failure),
    }
}

/// For eyes and for password managers.
fn address(email: String) -> AnyView {
    let field = Field::with("email", RwSignal::new(email));
    view! { <TextField field label=words::EMAIL kind="email" autocomplete="username" fixed=true/> }.into_any()
}

/// Whoever follows the link again only has to log in, if that.
fn already(email: String, return_to: String) -> AnyView {
    let session = Session::here();
    let own = email.clone();
    let is_here = Memo::new(move |_| session.account().is_some_and(|account| same_address(&account.email, &own)));
    let next = move || {
        let (words, path, label): (_, _, Word) = match (is_here.get(), return_to == INBOX) {
            (false, _) => {
                let path = format!("{LOGIN}?next={}", encoded(&return_to));
                (words::already_next(email.clone()), path, text::frame::LOG_IN)
            }
            (true, true) => (words::already_here(email.clone()), return_to.clone(), text::frame::INBOX),
            (true, false) => (words::already_here(email.clone()), return_to.clone(), text::open::OPEN_MESSAGE),
        };
        view! {
            <p class="lead">{words}</p>
            <p class="buttons"><a class="button button-big" href=path>{label}</a></p>
        }
    };
    view! { <Heading text=words::ALREADY/>{next} }.into_any()
}

/// Too late: the same form once more, with the address filled in.
fn over(email: String) -> AnyView {
    super::register::form_for(email.clone(), words::OVER, words::over_next(email))
}
