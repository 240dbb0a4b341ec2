//! `/extend/<token>`: the link in the warning that a message ends unread. Only the button changes anything.

use leptos::prelude::*;
use shared::{
    api::{extension::Extension, problem::ProblemName},
    route::page::SENT,
};

use crate::{
    api::{Failure, extension},
    component::{facts, heading::Heading, notice::Trouble, skeleton, when},
    form::Submission,
    load::Load,
    text::{extend as words, mailbox},
};

/// The page.
pub fn page() -> AnyView {
    let token = super::param("token");
    let load = Load::new(move || {
        let token = token.get();
        async move { extension::get(&token).await }
    });
    let done = RwSignal::new(None::<Extension>);
    let failed = move |failure: Failure| {
        if failure.is(ProblemName::TokenUsed) { used() } else { load.trouble(failure) }
    };
    let view = load.view_with(skeleton::page, failed, move |found: Extension| {
        (move || match done.get() {
            Some(extended) => finished(&extended),
            None => offer(found.clone(), token, done),
        })
        .into_any()
    });
    view! { <div class="narrow">{view}</div> }.into_any()
}

fn offer(found: Extension, token: Memo<String>, done: RwSignal<Option<Extension>>) -> AnyView {
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
        let token = token.get_untracked();
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
                aria-disabled=move || submission.busy.get().then_some("true")>{words::until(when::day(&found.until))}</button></p>
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
        (words::ENDS, when::tagged(&found.expires_at, when::day(&found.expires_at))),
    ])
}

fn finished(extended: &Extension) -> AnyView {
    view! {
        <Heading text=words::DONE/>
        <p class="lead">{mailbox::ends(when::day(&extended.expires_at))}</p>
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

fn used() -> AnyView {
    view! {
        <Heading text=words::USED/>
        <p class="lead">{words::USED_NEXT}</p>
        <p><a class="button button-quiet" href=SENT>{words::TO_SENT}</a></p>
    }
    .into_any()
}

fn see(id: &str) -> AnyView {
    view! { <p><a href=format!("{SENT}?id={id}")>{words::SEE}</a></p> }.into_any()
}
