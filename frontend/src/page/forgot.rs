//! `/forgot`: asks for a mail with which a new password can be chosen. The way back to what waits goes with it.

use leptos::prelude::*;
use shared::{api::session::AskPasswordReset, route::page::LOGIN};

use crate::{
    api::{encoded, session},
    component::{field::TextField, heading::Heading, icon, notice::Trouble, skeleton},
    form::{Field, Submission, all_good},
    load::Load,
    session::Session,
    text::{account as words, portal},
};

/// What waits.
#[derive(Clone)]
struct Waiting {
    ticket: Option<String>,
    message: Option<String>,
}

impl Waiting {
    /// Where one logs in to it.
    fn login(&self) -> String {
        match (&self.ticket, &self.message) {
            (Some(ticket), _) => format!("{LOGIN}?ticket={}", encoded(ticket)),
            (None, Some(message)) => format!("{LOGIN}?next={}", encoded(&format!("/messages/{message}"))),
            (None, None) => LOGIN.to_owned(),
        }
    }
}

/// The page.
pub fn page() -> AnyView {
    let session = Session::here();
    let (ticket, message) = (super::query("ticket"), super::query("message"));
    let load = Load::new(move || {
        let ticket = ticket.get();
        async move {
            match ticket {
                Some(ticket) => Ok(session.ticket(ticket).await.ok().map(|cover| cover.recipient)),
                None => Ok(None),
            }
        }
    });
    let page = load.view_with(
        skeleton::page,
        move |failure| load.trouble(failure),
        move |known| {
            let waiting = Waiting { ticket: ticket.get_untracked(), message: message.get_untracked() };
            ask(known.filter(|_| session.typed_email().with_untracked(String::is_empty)), waiting)
        },
    );
    view! { <div class="narrow">{page}</div> }.into_any()
}

fn ask(known: Option<String>, waiting: Waiting) -> AnyView {
    let sent = RwSignal::new(None::<String>);
    let email = Field::with("email", Session::here().typed_email());
    if let Some(known) = known {
        email.value.set(known);
    }
    let submission = Submission::new();
    let login = waiting.login();
    let why =
        if waiting.ticket.is_some() || waiting.message.is_some() { words::FORGOT_KNOWN } else { words::FORGOT_WHY };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if all_good(&[email.check_email()]) {
            let Waiting { ticket, message } = waiting.clone();
            let body = AskPasswordReset { email: email.typed().trim().to_owned(), ticket, message };
            submission.run(&[email], async move {
                session::ask_reset(&body).await?;
                sent.set(Some(body.email));
                Ok(())
            });
        }
    };
    (move || match sent.get() {
        Some(address) => done(address, login.clone()),
        None => view! {
            <Heading text=words::FORGOT/>
            <p class="lead">{why}</p>
            <form class="card" novalidate on:submit=submit.clone()>
                <TextField field=email label=words::EMAIL kind="email" autocomplete="username"/>
                <Trouble failure=submission.failure wait=submission.wait/>
                <p><button class="button button-big" aria-disabled=move || submission.disabled()>{words::FORGOT_BUTTON}</button></p>
            </form>
            <p><a href=login.clone()>{words::BACK_TO_LOGIN}</a></p>
        }
        .into_any(),
    })
    .into_any()
}

fn done(address: String, login: String) -> AnyView {
    view! {
        <Heading text=words::CHECK_INBOX/>
        <div class="card">
            <p class="mail-name">{icon::envelope()}<span>{words::forgot_done(address)}" "<q>{words::reset_mail(portal())}</q></span></p>
            <p class="quiet">{words::NO_MAIL_STEPS[0]}</p>
        </div>
        <p><a href=login>{words::BACK_TO_LOGIN}</a></p>
    }
    .into_any()
}
