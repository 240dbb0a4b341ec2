//! `/register`: name and password, and with a ticket the way back to its message.

use leptos::prelude::*;
use shared::{
    api::{
        registration::Register,
        ticket::{AccountState, MessageState, Ticket},
    },
    route::page::LOGIN,
};

use crate::{
    api::{encoded, registration},
    component::{field::TextField, heading::Heading, notice::Trouble, password::NewPassword, skeleton},
    form::{Field, Submission, all_good},
    go::Go,
    language,
    load::Load,
    page::inbox_hint::inbox_hint,
    place,
    session::Session,
    text::{Phrase, Word, account as words},
};

/// The page.
pub fn page() -> AnyView {
    let session = Session::here();
    let go = Go::here();
    let ticket = super::query("ticket");
    let load = Load::new(move || {
        let ticket = ticket.get();
        async move {
            match ticket {
                Some(ticket) => session.ticket(ticket).await.map(Some),
                None => Ok(None),
            }
        }
    });
    let page = load.view(move |cover: Option<Ticket>| {
        let ticket = ticket.get_untracked();
        match (&cover, &ticket) {
            (Some(cover), Some(ticket)) if cover.account == AccountState::Active => {
                go.instead(&format!("{LOGIN}?ticket={}", encoded(ticket)));
                skeleton::page()
            }
            _ => {
                let is_sure = cover.as_ref().is_some_and(|cover| cover.state == MessageState::Available);
                form(cover.map(|cover| cover.recipient), ticket, is_sure, words::REGISTER, words::REGISTER_WHY.into())
            }
        }
    });
    view! { <div class="narrow">{page}</div> }.into_any()
}

/// The form for this address alone, under another heading: the message may not wait any more, and then no mail comes.
pub(super) fn form_for(email: String, title: Word, why: Phrase) -> AnyView {
    form(Some(email), None, false, title, why)
}

/// The form, until it is sent; then what to do next. `is_sure` where a mail comes in any case.
fn form(recipient: Option<String>, ticket: Option<String>, is_sure: bool, title: Word, why: Phrase) -> AnyView {
    let sent = RwSignal::new(place::remembered());
    let again = StoredValue::new(None::<Register>);
    let fixed = recipient.is_some();
    let login =
        ticket.as_ref().map_or_else(|| LOGIN.to_owned(), |ticket| format!("{LOGIN}?ticket={}", encoded(ticket)));
    let email = Field::with("email", RwSignal::new(recipient.unwrap_or_default()));
    let name = Field::new("display_name");
    let password = Field::new("password");
    let submission = Submission::new();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let body = Register {
            email: email.typed().trim().to_owned(),
            display_name: name.typed().trim().to_owned(),
            password: password.typed(),
            ticket: ticket.clone(),
            locale: Some(language::current().code().to_owned()),
        };
        let good = [
            email.check_email(),
            name.check(!body.display_name.is_empty(), words::NAME_MISSING),
            password.check_new_password(&body.email, &body.display_name),
        ];
        if all_good(&good) {
            submission.run(&[email, name, password], async move {
                registration::register(&body).await?;
                let address = body.email.clone();
                place::remember(Some(&address));
                again.set_value(Some(body));
                sent.set(Some(address));
                Ok(())
            });
        }
    };
    let fields = move || {
        view! {
            <Heading text=title/>
            <p class="lead">{why.clone()}</p>
            <form class="card" novalidate on:submit=submit.clone()>
                {address(email, fixed)}
                <TextField field=name label=words::NAME hint=words::NAME_HINT autocomplete="name" capitals="words"/>
                <NewPassword field=password email=email.value name=name.value/>
                <Trouble failure=submission.failure wait=submission.wait/>
                <p><button class="button button-big" aria-disabled=move || submission.disabled()>{words::CONTINUE}</button></p>
            </form>
            <p><a href=login.clone()>{words::HAVE_ACCOUNT}</a></p>
        }
        .into_any()
    };
    (move || match sent.get() {
        Some(address) => inbox_hint(address, fixed, is_sure, again, sent),
        None => fields(),
    })
    .into_any()
}

fn address(email: Field, fixed: bool) -> AnyView {
    if fixed {
        view! { <TextField field=email label=words::EMAIL kind="email" hint=words::EMAIL_FIXED autocomplete="username" fixed=true/> }
            .into_any()
    } else {
        view! { <TextField field=email label=words::EMAIL kind="email" autocomplete="username"/> }.into_any()
    }
}
