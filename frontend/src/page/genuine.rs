//! `/genuine`: how to tell whether a mail is genuine, and the look-up of reference codes for staff.

use leptos::prelude::*;
use shared::{
    api::{account::Role, problem::ProblemName, reference::Reference},
    route::page::MESSAGES,
};

use crate::{
    api::message,
    component::{
        facts,
        field::TextField,
        heading::Heading,
        notice::{self, Trouble},
        when,
    },
    form::{Field, Submission, all_good},
    session::Session,
    text::{self, Word, cover, frame, genuine as words},
};

/// The log-in that leads back here.
pub const LOGIN_HERE: &str = "/login?next=/genuine";

/// The page.
pub fn page() -> AnyView {
    let session = Session::here();
    let role = Memo::new(move |_| session.account().map(|account| account.role));
    let staff = move || match role.get() {
        Some(Role::Sender) => look_up(),
        role => {
            let log_in = role.is_none().then(|| view! { " "<a href=LOGIN_HERE>{frame::LOG_IN}</a> });
            view! { <p class="quiet">{words::STAFF_LOG_IN}{log_in}</p> }.into_any()
        }
    };
    view! {
        <div class="narrow prose">
            <Heading text=cover::IS_GENUINE/>
            <p class="lead">{words::LEAD}</p>
            <p>{words::who(text::portal())}" "<strong class="address">{text::host()}</strong></p>
            <h2>{words::CHECK}</h2>
            {lines(words::LINES)}
            <h2>{words::NEVER}</h2>
            {lines(words::NEVER_LINES)}
            <h2>{words::UNSURE}</h2>
            {lines(words::UNSURE_LINES)}
            <h2>{words::STAFF}</h2>
            {staff}
        </div>
    }
    .into_any()
}

fn lines(lines: [Word; 3]) -> AnyView {
    view! { <ul class="steps">{lines.map(|line| view! { <li>{line}</li> }).collect_view()}</ul> }.into_any()
}

/// What a look-up brought.
#[derive(Clone)]
enum Found {
    Genuine(Reference),
    Unknown,
}

fn look_up() -> AnyView {
    let session = Session::here();
    let code = Field::new("code");
    let found = RwSignal::new(None::<Found>);
    let submission = Submission::new();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let typed = code.typed().trim().to_owned();
        if !all_good(&[code.check(!typed.is_empty(), words::CODE_MISSING)]) {
            return;
        }
        found.set(None);
        submission.run(&[code], async move {
            match message::reference(session, &typed).await {
                Ok(reference) => found.set(Some(Found::Genuine(reference))),
                Err(failure) if failure.is(ProblemName::NotFound) => found.set(Some(Found::Unknown)),
                Err(failure) => return Err(failure),
            }
            Ok(())
        });
    };
    let answer = move || {
        found.get().map(|found| match found {
            Found::Genuine(reference) => genuine(reference),
            Found::Unknown => notice::trouble(words::NONE, words::NONE_NEXT),
        })
    };
    view! {
        <p>{words::STAFF_WHY}</p>
        <form class="card" novalidate on:submit=submit>
            <TextField field=code label=words::CODE hint=words::CODE_HINT capitals="characters"/>
            <p><button class="button" aria-disabled=move || submission.disabled()>{words::LOOK_UP}</button></p>
            <div role="status" aria-live="polite">{answer}</div>
            <Trouble failure=submission.failure wait=submission.wait/>
        </form>
    }
    .into_any()
}

fn genuine(reference: Reference) -> AnyView {
    let day = when::day(&reference.sent_at);
    let who = match &reference.sender {
        Some(sender) => words::found_by(facts::named(sender), day),
        None => words::found_outside(day),
    };
    let see = reference.message_id.map(|id| view! { <p><a href=format!("{MESSAGES}/{id}")>{words::SEE}</a></p> });
    view! { {notice::good(words::FOUND, who)}{see} }.into_any()
}
