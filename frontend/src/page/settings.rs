//! `/settings`: the name, the password, tokens for programs.

mod tokens;

use leptos::prelude::*;
use shared::{
    api::account::{Account, ChangeAccount, Role},
    route::page::FORGOT,
};

use crate::{
    api::account,
    component::{
        field::TextField,
        heading::Heading,
        member::members_only,
        notice::{self, Trouble},
    },
    form::{Field, Submission, all_good},
    session::Session,
    text::{self, account as account_words, writing::settings as words},
};

/// The page.
pub fn page() -> AnyView {
    members_only(settings)
}

fn settings(account: Account) -> AnyView {
    let tokens = (account.role == Role::Sender).then(tokens::tokens);
    view! {
        <div class="reading">
            <Heading text=text::frame::SETTINGS/>
            {you(account)}
            {tokens}
        </div>
    }
    .into_any()
}

fn you(account: Account) -> AnyView {
    let session = Session::here();
    let email = Field::with("email", RwSignal::new(account.email));
    let name = Field::with("display_name", RwSignal::new(account.display_name));
    let submission = Submission::new();
    let saved = RwSignal::new(false);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        saved.set(false);
        let display_name = name.typed().trim().to_owned();
        if all_good(&[name.check(!display_name.is_empty(), account_words::NAME_MISSING)]) {
            let body = ChangeAccount { display_name: Some(display_name), locale: None };
            submission.run(&[name], async move {
                session.changed(account::change(session, &body).await?);
                saved.set(true);
                Ok(())
            });
        }
    };
    view! {
        <form class="card" novalidate on:submit=submit aria-labelledby="you">
            <h2 id="you">{words::YOU}</h2>
            <TextField field=email label=account_words::EMAIL kind="email" hint=words::EMAIL_STAYS fixed=true/>
            <TextField field=name label=account_words::NAME hint=words::NAME_HINT autocomplete="name" capitals="words"/>
            <Trouble failure=submission.failure/>
            <div role="status">{move || saved.get().then(|| notice::good(words::SAVED, ""))}</div>
            <p class="buttons">
                <button class="button" aria-disabled=move || submission.busy.get().then_some("true")>{words::SAVE}</button>
                <a class="button button-quiet" href=FORGOT>{words::CHANGE_PASSWORD}</a>
            </p>
        </form>
    }
    .into_any()
}
