//! Tokens for programs: made, shown once, revoked.

use leptos::prelude::*;
use shared::api::api_token::{ApiToken, CreatedApiToken, NewApiToken, Scope};

use crate::{
    api::api_token,
    component::{
        field::{self, TextField},
        icon,
        notice::Trouble,
        skeleton, when,
    },
    form::{Field, Submission, all_good},
    load::Load,
    session::Session,
    text::{Word, account, writing::settings as words},
};

/// The section.
pub fn tokens() -> AnyView {
    let session = Session::here();
    let load = Load::new(move || api_token::list(session));
    let list = load.view_with(
        skeleton::rows,
        move |failure| load.trouble_within(&failure),
        move |tokens: Vec<ApiToken>| list(load, &tokens),
    );
    view! {
        <section class="card" aria-labelledby="tokens">
            <h2 id="tokens">{words::TOKENS}</h2>
            <p class="quiet">{words::TOKENS_WHY}</p>
            {list}
            {create(load)}
        </section>
    }
    .into_any()
}

fn list(load: Load<Vec<ApiToken>>, tokens: &[ApiToken]) -> AnyView {
    if tokens.is_empty() {
        return view! { <p>{words::NO_TOKENS}</p> }.into_any();
    }
    let rows = tokens.iter().map(|token| row(load, token)).collect_view();
    view! { <ul class="tokens">{rows}</ul> }.into_any()
}

fn row(load: Load<Vec<ApiToken>>, token: &ApiToken) -> AnyView {
    let session = Session::here();
    let id = token.id.clone();
    let asked = RwSignal::new(false);
    let submission = Submission::new();
    let revoke = move |_| {
        if !asked.get_untracked() {
            return asked.set(true);
        }
        let id = id.clone();
        submission.run(&[], async move {
            api_token::revoke(session, &id).await?;
            load.reload();
            Ok(())
        });
    };
    let used = match &token.last_used_at {
        Some(time) => words::last_used(when::moment(time)),
        None => words::NEVER_USED.into(),
    };
    let scopes = token.scopes.clone();
    let may = move || scopes.iter().map(|scope| scope_words(*scope)()).collect::<Vec<_>>().join(", ");
    view! {
        <li>
            <p><strong>{token.name.clone()}</strong><br/><span class="quiet">{may}". "{used}</span></p>
            <p class="buttons">
                <button class="button button-quiet" on:click=revoke>
                    {move || if asked.get() { words::REVOKE_SURE() } else { words::REVOKE() }}
                    <span class="unseen">": "{token.name.clone()}</span>
                </button>
                {move || asked.get().then(|| view! {
                    <button class="button button-quiet" on:click=move |_| asked.set(false)>{words::KEEP}</button>
                })}
            </p>
            <Trouble failure=submission.failure/>
        </li>
    }
    .into_any()
}

const fn scope_words(scope: Scope) -> Word {
    match scope {
        Scope::MessagesSend => words::MAY_SEND,
        Scope::MessagesRead => words::MAY_READ,
    }
}

fn create(load: Load<Vec<ApiToken>>) -> AnyView {
    let session = Session::here();
    let created = RwSignal::new(None::<String>);
    let name = Field::new("name");
    let scopes = Field::new("scopes");
    let (send, read) = (RwSignal::new(true), RwSignal::new(false));
    let submission = Submission::new();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        created.set(None);
        let mut wanted = Vec::new();
        wanted.extend(send.get_untracked().then_some(Scope::MessagesSend));
        wanted.extend(read.get_untracked().then_some(Scope::MessagesRead));
        let body = NewApiToken { name: name.typed().trim().to_owned(), scopes: wanted, expires_at: None };
        let good = [
            name.check(!body.name.is_empty(), words::TOKEN_NAME_MISSING),
            scopes.check(!body.scopes.is_empty(), account::TOKEN_SCOPE_MISSING),
        ];
        if all_good(&good) {
            submission.run(&[name, scopes], async move {
                let CreatedApiToken { token, .. } = api_token::create(session, &body).await?;
                created.set(Some(token));
                name.value.set(String::new());
                load.reload();
                Ok(())
            });
        }
    };
    view! {
        <form novalidate on:submit=submit>
            <TextField field=name label=words::TOKEN_NAME/>
            <fieldset class="field" aria-describedby="scopes-error">
                <legend>{words::TOKEN_SCOPES}</legend>
                <label class="tick"><input type="checkbox" bind:checked=send/><span>{words::MAY_SEND}</span></label>
                <label class="tick"><input type="checkbox" bind:checked=read/><span>{words::MAY_READ}</span></label>
                {field::error(scopes)}
            </fieldset>
            <Trouble failure=submission.failure/>
            <p><button class="button button-quiet" aria-disabled=move || submission.busy.get().then_some("true")>{words::TOKEN_CREATE}</button></p>
            <div role="status">{move || created.get().map(secret)}</div>
        </form>
    }
    .into_any()
}

fn secret(token: String) -> AnyView {
    view! {
        <div class="notice notice-good">{icon::done()}<div><p><strong>{words::TOKEN_CREATED}</strong></p><code class="secret">{token}</code></div></div>
    }
    .into_any()
}
