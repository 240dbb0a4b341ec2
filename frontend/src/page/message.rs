//! `/messages/<id>`: a message, its attachments, and the answer to it.

mod conversation;
mod ended;
mod reply;
mod tools;

use leptos::prelude::*;
use shared::{
    api::{
        account::{Account, Role},
        message::Message,
        problem::ProblemReason,
    },
    route::page::{INBOX, SENT},
};

use crate::{
    api::{Failure, message},
    component::{
        attachment_list::attachment_list,
        facts::{self, facts},
        grants::Grants,
        heading::Heading,
        member::members_only,
        message_body::{Shown, message_body},
        refusal::refusal,
        skeleton, when,
    },
    go::same_address,
    load::Load,
    session::Session,
    text::{Word, frame, message as words},
};

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
    let email = account.email.clone();
    let failed = move |failure: Failure| {
        let ended = ended::ended(&failure, id.get_untracked(), email.clone());
        view! { {back(failure.reason() == Some(ProblemReason::OwnMessage))}{ended.unwrap_or_else(|| load.trouble(failure))} }.into_any()
    };
    let shown = load.view_with(skeleton::page, failed, move |message| {
        let is_own = same_address(&message.summary.sender.address, &account.email);
        view! { {back(is_own)}{show(&message, &account.email)}{not_for_me(&message, &account, load)} }.into_any()
    });
    view! { <div class="reading">{shown}</div> }.into_any()
}

/// The way back to the box in which the message lies.
fn back(is_own: bool) -> AnyView {
    let (path, label): (_, Word) = if is_own { (SENT, frame::SENT) } else { (INBOX, words::BACK) };
    view! { <p class="back"><a href=path>{label}</a></p> }.into_any()
}

/// Once more what the cover offers; colleagues tell each other.
fn not_for_me(message: &Message, account: &Account, load: Load<Message>) -> AnyView {
    let summary = &message.summary;
    if account.role == Role::Sender || same_address(&summary.sender.address, &account.email) {
        return ().into_any();
    }
    let (session, id) = (Session::here(), summary.id.clone());
    refusal(facts::name(&summary.sender), move || {
        let id = id.clone();
        Box::pin(async move {
            message::refuse(session, &id).await?;
            load.reload();
            Ok(())
        })
    })
}

fn show(message: &Message, me: &str) -> AnyView {
    let summary = &message.summary;
    let (content, shown, grants) = content(message, true);
    let changed = RwSignal::new(0);
    let told = (message.read_notice && !same_address(&summary.sender.address, me))
        .then(|| view! { <p class="quiet">{words::SENDER_WAS_TOLD}</p> });
    view! {
        <article class="message">
            <Heading text=summary.subject.clone()/>
            {about(message)}
            {told}
            {content}
            {tools::tools(shown, grants)}
        </article>
        {conversation::conversation(&summary.id, changed)}
        {reply::reply(message, me, move || { let _ = changed.try_update(|changed| *changed += 1); })}
    }
    .into_any()
}

/// The text and the attachments. Of the page's own message they are places to go to.
fn content(message: &Message, is_main: bool) -> (AnyView, Shown, Grants) {
    let grants = Grants::new(&message.summary.id);
    let shown = Shown::new(message);
    grants.keep();
    let view = view! {
        {grants.trouble()}
        {message_body(message, shown, grants, is_main)}
        {attachment_list(&message.attachments, shown.plain, grants)}
    };
    (view.into_any(), shown, grants)
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
        (words::READ_UNTIL, when::tagged(&summary.expires_at, when::last_day(&summary.expires_at))),
        (words::REFERENCE, view! { <code>{summary.reference.clone()}</code> }.into_any()),
    ])
}
