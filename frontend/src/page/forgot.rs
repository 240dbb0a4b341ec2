//! `/forgot`: asks for a mail with which a new password can be chosen. The way back to what waits goes with it.

use leptos::prelude::*;
use shared::{
    api::session::AskPasswordReset,
    route::page::{LOGIN, SETTINGS},
};

use super::inbox_hint::{self, Asking};

use crate::{
    api::{encoded, session},
    component::{field::TextField, heading::Heading, notice::Trouble, skeleton},
    form::{Field, Submission, all_good},
    load::Load,
    place,
    session::{Session, Who},
    text::{Word, account as words, portal},
};

/// What waits.
#[derive(Clone)]
struct Waiting {
    ticket: Option<String>,
    message: Option<String>,
    /// The address of whoever is logged in, and changes the password.
    own: Option<String>,
}

impl Waiting {
    /// Where one goes back to: to log in, or to the settings that one came from.
    fn back(&self) -> (String, Word) {
        let path = match self {
            Self { ticket: Some(ticket), .. } => format!("{LOGIN}?ticket={}", encoded(ticket)),
            Self { message: Some(message), .. } => format!("{LOGIN}?next={}", encoded(&format!("/messages/{message}"))),
            Self { own: Some(_), .. } => return (SETTINGS.to_owned(), words::BACK_TO_SETTINGS),
            _ => LOGIN.to_owned(),
        };
        (path, words::BACK_TO_LOGIN)
    }

    fn body(self, email: String) -> AskPasswordReset {
        AskPasswordReset { email, ticket: self.ticket, message: self.message }
    }
}

/// The page.
pub fn page() -> AnyView {
    let session = Session::here();
    let (ticket, message) = (super::query("ticket"), super::query("message"));
    let load = Load::new(move || {
        let ticket = ticket.get();
        async move {
            if let Some(ticket) = ticket {
                return Ok((session.ticket(ticket).await.ok().map(|cover| cover.recipient), None));
            }
            let own = if let Who::Member(account) = session.settled().await { Some(account.email) } else { None };
            Ok((None, own))
        }
    });
    let page = load.view_with(
        skeleton::page,
        move |failure| load.trouble(failure),
        move |(known, own)| {
            let waiting = Waiting { ticket: ticket.get_untracked(), message: message.get_untracked(), own };
            ask(known.filter(|_| session.typed_email().with_untracked(String::is_empty)), waiting)
        },
    );
    view! { <div class="narrow">{page}</div> }.into_any()
}

fn ask(known: Option<String>, waiting: Waiting) -> AnyView {
    let sent = RwSignal::new(place::remembered());
    let fixed = waiting.own.is_some();
    let email = Field::with("email", Session::here().typed_email());
    if let Some(known) = waiting.own.clone().or(known) {
        email.value.set(known);
    }
    let submission = Submission::new();
    let (back, label) = waiting.back();
    let why = match &waiting {
        Waiting { ticket: None, message: None, own: None } => words::FORGOT_WHY,
        Waiting { own: Some(_), .. } => words::FORGOT_OWN,
        _ => words::FORGOT_KNOWN,
    };
    let asked = waiting.clone();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if all_good(&[email.check_email()]) {
            let body = asked.clone().body(email.typed().trim().to_owned());
            submission.run(&[email], async move {
                session::ask_reset(&body).await?;
                place::remember(Some(&body.email));
                sent.set(Some(body.email));
                Ok(())
            });
        }
    };
    (move || match sent.get() {
        Some(address) => done(address, waiting.clone(), sent),
        None => view! {
            <Heading text=words::FORGOT/>
            <p class="lead">{why}</p>
            <form class="card" novalidate on:submit=submit.clone()>
                <TextField field=email label=words::EMAIL kind="email" autocomplete="username" fixed=fixed/>
                <Trouble failure=submission.failure wait=submission.wait/>
                <p><button class="button button-big" aria-disabled=move || submission.disabled()>{words::FORGOT_BUTTON}</button></p>
            </form>
            <p><a href=back.clone()>{label}</a></p>
        }
        .into_any(),
    })
    .into_any()
}

fn done(address: String, waiting: Waiting, sent: RwSignal<Option<String>>) -> AnyView {
    let (back, label) = waiting.back();
    let is_stranger = waiting.own.is_none();
    let change = is_stranger.then(|| inbox_hint::change(words::CHANGE_ADDRESS, sent));
    // Who never came to the end of registering has no password to change.
    let no_account = is_stranger.then(|| view! { <p>{words::FORGOT_NO_ACCOUNT}</p> });
    let email = address.clone();
    let ask = move || -> Asking {
        let body = waiting.clone().body(email.clone());
        Box::pin(async move { session::ask_reset(&body).await })
    };
    view! {
        <Heading text=words::CHECK_INBOX/>
        <div class="card">{inbox_hint::mail(words::forgot_done(address), words::reset_mail(portal()))}</div>
        <section class="aside" aria-labelledby="no-mail">
            <h2 id="no-mail">{words::NO_MAIL}</h2>
            <p>{words::NO_MAIL_STEPS[0]}</p>
            {no_account}
            {inbox_hint::again(ask, change.into_any())}
        </section>
        <p><a href=back>{label}</a></p>
    }
    .into_any()
}
