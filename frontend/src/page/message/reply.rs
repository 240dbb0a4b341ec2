//! The answer to a message.

use leptos::prelude::*;
use shared::{
    api::message::{Message, Reply},
    route::page::SENT,
};

use crate::{
    api::message,
    component::{
        facts,
        field::TextArea,
        files::{self, ChooseFiles},
        notice::{self, Trouble},
    },
    form::{Field, Submission, all_good},
    go::same_address,
    session::Session,
    text::{self, message as words},
};

/// The form, and after sending what became of it.
pub fn reply(message: &Message, me: &str) -> AnyView {
    let sender = facts::name(&message.summary.sender);
    let others: Vec<String> = message
        .summary
        .recipients
        .iter()
        .filter(|one| !same_address(&one.address, me) && !same_address(&one.address, &message.summary.sender.address))
        .map(facts::name)
        .collect();
    let id = message.summary.id.clone();
    let sent = RwSignal::new(None::<Vec<String>>);
    let body = move || match sent.get() {
        Some(names) => done(names, sent),
        None => form(id.clone(), sender.clone(), others.clone(), sent),
    };
    view! { <section class="card" aria-labelledby="answer"><h2 id="answer">{words::REPLY_TITLE}</h2>{body}</section> }
        .into_any()
}

fn form(id: String, sender: String, others: Vec<String>, sent: RwSignal<Option<Vec<String>>>) -> AnyView {
    let session = Session::here();
    let written = Field::with("text", session.drafts().text(&format!("reply {id}")));
    let files = files::none();
    let all = RwSignal::new(false);
    let submission = Submission::new();
    let hint = words::reply_to(sender.clone());
    let everyone = (!others.is_empty()).then(|| {
        view! {
            <label class="tick">
                <input type="checkbox" bind:checked=all/>
                <span>{words::REPLY_ALL}" "<span class="quiet">"("{others.join(", ")}")"</span></span>
            </label>
        }
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if !all_good(&[written.check(!written.typed().trim().is_empty(), words::REPLY_MISSING)]) {
            return;
        }
        let body = Reply { text: written.typed(), all: all.get_untracked(), ..Reply::default() };
        let mut names = vec![sender.clone()];
        if body.all {
            names.extend(others.iter().cloned());
        }
        let (id, files) = (id.clone(), files.get_untracked());
        submission.run(&[written], async move {
            message::reply(session, &id, &body, &files).await?;
            written.value.set(String::new());
            sent.set(Some(names));
            Ok(())
        });
    };
    view! {
        <p class="quiet">{hint}</p>
        <form novalidate on:submit=submit>
            <TextArea field=written label=words::REPLY rows="6"/>
            {everyone}
            <ChooseFiles files id="reply-files" label=words::ATTACH/>
            <Trouble failure=submission.failure/>
            <p><button class="button" aria-disabled=move || submission.busy.get().then_some("true")>{words::SEND_REPLY}</button></p>
        </form>
    }
    .into_any()
}

fn done(names: Vec<String>, sent: RwSignal<Option<Vec<String>>>) -> AnyView {
    view! {
        <div role="status">{notice::good(words::REPLY_SENT, words::reply_sent_to(text::list(names)))}</div>
        <p class="buttons">
            <button class="button button-quiet" on:click=move |_| sent.set(None)>{words::REPLY_AGAIN}</button>
            <a class="button button-quiet" href=SENT>{words::REPLY_SEE}</a>
        </p>
    }
    .into_any()
}
