//! `/extend/<token>`: the link in the warning that a message ends unread. Only the button changes anything.

use leptos::prelude::*;
use shared::{
    api::{extension::Extension, problem::ProblemName},
    link,
    route::page::SENT,
};

use crate::{
    api::{Failure, extension},
    component::{facts, heading::Heading, notice::Trouble, skeleton, when},
    form::Submission,
    load::Load,
    text::{
        Word, cover,
        writing::{extend as words, tracking},
    },
};

/// The page.
pub fn page() -> AnyView {
    let written = super::param("token");
    let token = Memo::new(move |_| link::token(&written.get()).map(str::to_owned));
    let load = Load::new(move || {
        let token = token.get();
        async move {
            match token {
                Some(token) => extension::get(&token).await.map(|found| Some((token, found))),
                None => Ok(None),
            }
        }
    });
    let done = RwSignal::new(None::<Extension>);
    let failed = move |failure: Failure| {
        if failure.is(ProblemName::TokenUsed) { over(words::USED, words::USED_NEXT) } else { load.trouble(failure) }
    };
    let view = load.view_with(skeleton::page, failed, move |found: Option<(String, Extension)>| {
        (move || match (done.get(), found.clone()) {
            (Some(extended), _) => finished(&extended),
            (None, Some((token, found))) => offer(found, token, done),
            (None, None) => over(cover::CUT, cover::CUT_NEXT),
        })
        .into_any()
    });
    view! { <div class="narrow">{view}</div> }.into_any()
}

fn offer(found: Extension, token: String, done: RwSignal<Option<Extension>>) -> AnyView {
    if found.recipients.is_empty() {
        return nobody(&found);
    }
    if found.until <= found.expires_at {
        return view! {
            <Heading text=words::TITLE/>
            <p class="lead">{words::NO_LONGER}</p>
            {see(&found.message_id)}
        }
        .into_any();
    }
    let submission = Submission::new();
    let extend = move |_| {
        let token = token.clone();
        submission.run(&[], async move {
            done.set(Some(extension::extend(&token).await?));
            Ok(())
        });
    };
    view! {
        <Heading text=words::TITLE/>
        <div class="card">
            {about(&found)}
            <p><button class="button button-big" on:click=extend
                aria-disabled=move || submission.busy.get().then_some("true")>{words::until(when::last_day(&found.until))}</button></p>
            <Trouble failure=submission.failure/>
            <p class="quiet">{words::WHY}</p>
        </div>
        {see(&found.message_id)}
    }
    .into_any()
}

fn about(found: &Extension) -> AnyView {
    let people = found.recipients.iter().map(|one| view! { <li class="address">{one.clone()}</li> }).collect_view();
    facts::facts(vec![
        (words::SUBJECT, view! { <strong>{found.subject.clone()}</strong> }.into_any()),
        (words::UNREAD, view! { <ul class="people">{people}</ul> }.into_any()),
        (words::ENDS, when::tagged(&found.expires_at, when::last_day(&found.expires_at))),
    ])
}

fn finished(extended: &Extension) -> AnyView {
    view! {
        <Heading text=words::DONE/>
        <p class="lead">{tracking::ends(when::last_day(&extended.expires_at))}</p>
        {see(&extended.message_id)}
    }
    .into_any()
}

fn nobody(found: &Extension) -> AnyView {
    view! {
        <Heading text=words::NOTHING/>
        <p class="lead">{words::NOTHING_NEXT}</p>
        {see(&found.message_id)}
    }
    .into_any()
}

/// The link leads nowhere; the list of what was sent does.
fn over(what: Word, next: Word) -> AnyView {
    view! {
        <Heading text=what/>
        <p class="lead">{next}</p>
        <p><a class="button button-quiet" href=SENT>{words::TO_SENT}</a></p>
    }
    .into_any()
}

fn see(id: &str) -> AnyView {
    view! { <p><a href=format!("{SENT}?id={id}")>{words::SEE}</a></p> }.into_any()
}
