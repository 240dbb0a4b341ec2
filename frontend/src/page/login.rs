//! `/login`: and then on to the message of the ticket, to the page that asked for it, or to the inbox.

use leptos::prelude::*;
use shared::{
    api::session::LogIn,
    route::page::{FORGOT, INBOX, OPEN, REGISTER},
};

use crate::{
    api::{encoded, session},
    component::{
        field::TextField,
        heading::Heading,
        notice::{self, Trouble},
        password::Password,
        skeleton,
    },
    form::{Field, Submission, all_good},
    go::{self, Go},
    load::Load,
    session::{Session, Who},
    text::{self, account as words},
};

/// Where one is told that one is logged out.
pub const LOGGED_OUT: &str = "/login?out=1";

/// The page.
pub fn page() -> AnyView {
    let session = Session::here();
    let go = Go::here();
    let ticket = super::query("ticket");
    let (next, out) = (super::query("next"), super::query("out"));
    let target = Memo::new(move |_| match (ticket.get(), next.get()) {
        (Some(ticket), _) => format!("{OPEN}/{}", encoded(&ticket)),
        (None, Some(next)) => next,
        (None, None) => INBOX.to_owned(),
    });
    // Whoever is logged in already goes straight on. Afterwards the form does it, so this asks only once.
    let known = Load::new(move || {
        let (target, ticket) = (target.get_untracked(), ticket.get());
        async move {
            if matches!(session.settled().await, Who::Member(_)) {
                go.on_to(session, &target).await;
            }
            match ticket {
                Some(ticket) => Ok(session.ticket(ticket).await.ok().map(|cover| cover.recipient)),
                None => Ok(None),
            }
        }
    });
    let page = known.view_with(
        skeleton::page,
        move |failure| known.trouble(failure),
        move |email| {
            let why = match (next.get_untracked(), out.get_untracked()) {
                (_, Some(_)) => notice::good(words::LOGGED_OUT, words::LOGGED_OUT_NEXT),
                (Some(_), None) => view! { <p class="lead">{words::ENDED}</p> }.into_any(),
                (None, None) => ().into_any(),
            };
            form(email, target, ticket.get_untracked(), why)
        },
    );
    view! { <div class="narrow">{page}</div> }.into_any()
}

fn form(known: Option<String>, target: Memo<String>, ticket: Option<String>, why: AnyView) -> AnyView {
    let session = Session::here();
    let go = Go::here();
    let email = Field::with("email", session.typed_email());
    if let Some(known) = known {
        email.value.set(known);
    }
    let password = Field::new("password");
    let submission = Submission::new();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let body = LogIn { email: email.typed().trim().to_owned(), password: password.typed() };
        let good = [email.check_email(), password.check(!body.password.is_empty(), words::PASSWORD_MISSING)];
        if all_good(&good) {
            let target = target.get_untracked();
            submission.run(&[email, password], async move {
                session.begin(session::log_in(&body).await?);
                go.on_to(session, &target).await;
                Ok(())
            });
        }
    };
    let title = if ticket.is_some() { words::LOGIN_FOR.into() } else { words::to_portal(text::portal()) };
    let way = move |page: &str| match &ticket {
        Some(ticket) => format!("{page}?ticket={}", encoded(ticket)),
        None => page.to_owned(),
    };
    let register = way(REGISTER);
    let forgot = go::forgot(&target.get_untracked()).unwrap_or_else(|| way(FORGOT));
    view! {
        <Heading text=title/>
        {why}
        <form class="card" novalidate on:submit=submit>
            <TextField field=email label=words::EMAIL kind="email" autocomplete="username"/>
            <Password field=password/>
            <Trouble failure=submission.failure wait=submission.wait/>
            <p><button class="button button-big" aria-disabled=move || submission.disabled()>{text::frame::LOG_IN}</button></p>
        </form>
        <p class="links">
            <a href=forgot>{words::FORGOT_LINK}</a>
            <a href=register>{words::NO_ACCOUNT}</a>
        </p>
    }
    .into_any()
}
