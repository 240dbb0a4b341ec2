//! The answer to a message.

use leptos::prelude::*;
use shared::{
    api::{
        Mailbox, draft,
        message::{Message, Reply},
    },
    route::page::MESSAGES,
};

use crate::{
    api::message,
    component::{
        facts,
        field::{TextArea, tick},
        files::{self, ChooseFiles, Files},
        notice,
    },
    form::{Field, all_good},
    go::same_address,
    sending::Sending,
    session::Session,
    text::{self, message as words},
};

/// Whom an answer reaches.
#[derive(Clone)]
struct Whom {
    /// Always.
    first: Vec<String>,
    /// With *reply to all*.
    others: Vec<String>,
}

impl Whom {
    /// Whoever answers an own message writes to its recipients again.
    fn of(message: &Message, me: &str) -> Self {
        let sender = &message.summary.sender;
        let is_own = same_address(&sender.address, me);
        let but = |address: &str| {
            let recipients = message.summary.recipients.iter();
            recipients.filter(|one| !same_address(&one.address, address)).map(facts::name).collect()
        };
        if is_own {
            return Self { first: but(me), others: Vec::new() };
        }
        let is_other = |one: &&Mailbox| !same_address(&one.address, me) && !same_address(&one.address, &sender.address);
        let others = message.summary.recipients.iter().filter(is_other).map(facts::name).collect();
        Self { first: vec![facts::name(sender)], others }
    }
}

/// What was sent: its id, and to whom.
type Done = (String, Vec<String>);

/// The form, and after sending what became of it; `again` is called then.
pub fn reply(message: &Message, me: &str, again: impl Fn() + Copy + Send + 'static) -> AnyView {
    let whom = Whom::of(message, me);
    if whom.first.is_empty() {
        return ().into_any();
    }
    let id = message.summary.id.clone();
    let sent = RwSignal::new(None::<Done>);
    let body = move || match sent.get() {
        Some(what) => done(what, sent),
        None => form(id.clone(), whom.clone(), sent, again),
    };
    view! { <section class="card answer" aria-labelledby="answer"><h2 id="answer">{words::REPLY_TITLE}</h2>{body}</section> }
        .into_any()
}

/// What is being written.
#[derive(Clone, Copy)]
struct Answer {
    session: Session,
    id: StoredValue<String>,
    whom: StoredValue<Whom>,
    written: Field,
    /// To everyone, if it holds anything.
    all: RwSignal<String>,
    files: Files,
    sending: Sending,
    sent: RwSignal<Option<Done>>,
}

impl Answer {
    /// As it was left.
    fn new(id: String, whom: Whom, sent: RwSignal<Option<Done>>) -> Self {
        let session = Session::here();
        let text = session.drafts().text(&format!("reply {id}"));
        let all = session.drafts().text(&format!("reply all {id}"));
        let files = files::none();
        Self {
            session,
            whom: StoredValue::new(whom),
            written: Field::with("text", text),
            all,
            files,
            sending: Sending::new(draft::reply(&id), vec![("text", text), ("all", all)], files),
            sent,
            id: StoredValue::new(id),
        }
    }

    fn send(self, again: impl Fn() + Copy + Send + 'static) {
        let is_written = self.written.check(!self.written.typed().trim().is_empty(), words::REPLY_MISSING);
        if !all_good(&[is_written, untrack(|| files::fault(self.files)).is_none()]) {
            return;
        }
        let Whom { first: mut names, others } = self.whom.get_value();
        let all = !self.all.get_untracked().is_empty() && !others.is_empty();
        if all {
            names.extend(others);
        }
        let (session, id, attempt) = (self.session, self.id.get_value(), self.sending.attempt());
        let body = Reply { text: self.written.typed(), all, draft: Some(draft::reply(&id)), ..Reply::default() };
        let files = self.files.get_untracked();
        let work = async move { message::reply(session, &id, &body, &files, attempt).await };
        self.sending.run(&[self.written], work, move |answer| {
            self.sent.try_set(Some((answer.id, names)));
            again();
        });
    }

    /// The box for *reply to all*, where there is anybody else.
    fn everyone(self) -> AnyView {
        let others = self.whom.with_value(|whom| whom.others.join(", "));
        if others.is_empty() {
            return ().into_any();
        }
        let label = view! { {words::REPLY_ALL}" "<span class="quiet">"("{others}")"</span> };
        tick(self.all, label.into_any())
    }
}

fn form(id: String, whom: Whom, sent: RwSignal<Option<Done>>, again: impl Fn() + Copy + Send + 'static) -> AnyView {
    let hint = words::reply_to(text::list(whom.first.clone()));
    let answer = Answer::new(id, whom, sent);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        answer.send(again);
    };
    view! {
        <p class="quiet">{hint}</p>
        <form novalidate on:submit=submit>
            <TextArea field=answer.written label=words::REPLY rows="6"/>
            {answer.sending.kept.view()}
            {answer.everyone()}
            <ChooseFiles files=answer.files id="reply-files" label=words::ATTACH/>
            {answer.sending.view()}
            <p><button class="button" aria-disabled=move || answer.sending.disabled()>{words::SEND_REPLY}</button></p>
        </form>
    }
    .into_any()
}

/// What became of it.
fn done((id, names): Done, sent: RwSignal<Option<Done>>) -> AnyView {
    view! {
        {notice::done(words::REPLY_SENT, words::reply_sent_to(text::list(names)))}
        <p class="buttons">
            <a class="button button-quiet" href=format!("{MESSAGES}/{id}")>{words::REPLY_SEE}</a>
            <button class="button button-quiet" on:click=move |_| sent.set(None)>{words::REPLY_AGAIN}</button>
        </p>
    }
    .into_any()
}
