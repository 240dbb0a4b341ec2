//! `/messages/<id>`: a message, its attachments, and the answer to it.

mod ended;
mod reply;

use std::time::Duration;

use leptos::{prelude::*, task::spawn_local};
use shared::{
    api::{
        account::Account,
        message::{Message, Views},
    },
    route::page::{INBOX, MESSAGES},
};

use crate::{
    api::{Failure, message},
    component::{
        attachment_list::attachment_list,
        facts::{self, facts},
        heading::Heading,
        member::members_only,
        message_body::message_body,
        notice, skeleton, when,
    },
    load::Load,
    session::Session,
    text::message as words,
};

/// Seconds before their end at which grants are renewed.
const EARLY: u32 = 20;

/// The page.
pub fn page() -> AnyView {
    members_only(opened)
}

fn opened(account: Account) -> AnyView {
    let session = Session::here();
    let id = super::param("id");
    let load = Load::new(move || {
        let id = id.get();
        async move { message::get(session, &id).await }
    });
    let back = view! { <p class="back"><a href=INBOX>"← "{words::BACK}</a></p> };
    let email = account.email.clone();
    let failed = move |failure: Failure| {
        ended::ended(&failure, id.get_untracked(), email.clone()).unwrap_or_else(|| load.trouble(failure))
    };
    let shown = load.view_with(skeleton::page, failed, move |message| show(&message, &account.email));
    view! { <div class="reading">{back}{shown}</div> }.into_any()
}

fn show(message: &Message, me: &str) -> AnyView {
    let summary = &message.summary;
    let views = RwSignal::new(None);
    let failed = RwSignal::new(false);
    if message.html.is_some() || !message.attachments.is_empty() {
        grant(Session::here(), summary.id.clone(), views, failed);
    }
    let earlier = message.in_reply_to.as_ref().map(|id| {
        view! { <p><a href=format!("{MESSAGES}/{id}")>{words::ANSWERS}</a></p> }
    });
    let trouble = move || failed.get().then(|| notice::trouble(words::GRANTS_FAILED, words::GRANTS_NEXT));
    view! {
        <article class="message">
            <Heading text=summary.subject.clone()/>
            {about(message)}
            {earlier}
            <div role="status">{trouble}</div>
            {message_body(message, views)}
            {attachment_list(&message.attachments, views)}
        </article>
        {reply::reply(message, me)}
    }
    .into_any()
}

fn about(message: &Message) -> AnyView {
    let summary = &message.summary;
    let people = |mailboxes: &[shared::api::Mailbox]| {
        view! { <ul class="people">{mailboxes.iter().map(|one| view! { <li>{facts::whole(one)}</li> }).collect_view()}</ul> }
            .into_any()
    };
    facts(vec![
        (words::FROM, facts::whole(&summary.sender)),
        (words::TO, people(&summary.recipients)),
        (words::SENT, when::tagged(&summary.sent_at, when::moment(&summary.sent_at))),
        (words::READ_UNTIL, when::tagged(&summary.expires_at, when::day(&summary.expires_at))),
        (words::REFERENCE, view! { <code>{summary.reference.clone()}</code> }.into_any()),
    ])
}

/// Asks for addresses that need no header, and again before they end, as long as the page is there.
fn grant(session: Session, id: String, views: RwSignal<Option<Views>>, failed: RwSignal<bool>) {
    spawn_local(async move {
        loop {
            let answer = message::views(session, &id).await;
            if views.is_disposed() {
                return;
            }
            let Ok(granted) = answer else {
                failed.set(true);
                return;
            };
            failed.set(false);
            let seconds = granted.expires_in.saturating_sub(EARLY).max(EARLY);
            views.set(Some(granted));
            gloo_timers::future::sleep(Duration::from_secs(seconds.into())).await;
            if views.is_disposed() {
                return;
            }
        }
    });
}
