//! `/compose`: a new message, with what must not stand in a subject pointed out while it is typed.

use leptos::prelude::*;
use shared::{
    api::{
        account::{Account, Role},
        message::SendMessage,
    },
    route::page::{COMPOSE, SENT},
    rules::{Part, Strength, scan_body, scan_subject},
};

use crate::{
    api::message,
    component::{
        addresses,
        field::{TextArea, TextField},
        files::{self, ChooseFiles, Files},
        finding_list::finding_list,
        heading::Heading,
        icon,
        member::members_only,
        notice::Trouble,
    },
    form::{Field, Submission, all_good},
    session::Session,
    text::{self, Phrase, compose as words},
};

/// The page.
pub fn page() -> AnyView {
    members_only(compose)
}

/// What is typed.
#[derive(Clone, Copy)]
struct Letter {
    to: Field,
    cc: Field,
    bcc: Field,
    subject: Field,
    text: Field,
    days: RwSignal<String>,
    accept: RwSignal<bool>,
    files: Files,
}

impl Letter {
    /// As it was left.
    fn new() -> Self {
        let drafts = Session::here().drafts();
        let field = |name| Field::with(name, drafts.text(name));
        Self {
            to: field("to"),
            cc: field("cc"),
            bcc: field("bcc"),
            subject: field("subject"),
            text: field("text"),
            days: drafts.text("days"),
            accept: RwSignal::new(false),
            files: files::none(),
        }
    }

    fn fields(self) -> [Field; 5] {
        [self.to, self.cc, self.bcc, self.subject, self.text]
    }

    /// Whether the subject holds what only goes if the sender insists; tracked.
    fn is_refused(self) -> bool {
        self.subject.value.with(|subject| scan_subject(subject).iter().any(|found| found.strength == Strength::Strong))
    }

    fn is_good(self) -> bool {
        let to_given = !addresses::split(&self.to.typed()).is_empty();
        let accepted = self.accept.get_untracked() || !untrack(|| self.is_refused());
        all_good(&[
            addresses::check(self.to) && self.to.check(to_given, words::TO_MISSING),
            addresses::check(self.cc),
            addresses::check(self.bcc),
            self.subject.check(!self.subject.typed().trim().is_empty(), words::SUBJECT_MISSING)
                && self.subject.check(accepted, words::ACCEPT_MISSING),
            self.text.check(!self.text.typed().trim().is_empty(), words::TEXT_MISSING),
        ])
    }

    fn body(self) -> SendMessage {
        SendMessage {
            to: addresses::split(&self.to.typed()),
            cc: addresses::split(&self.cc.typed()),
            bcc: addresses::split(&self.bcc.typed()),
            subject: self.subject.typed().trim().to_owned(),
            text: self.text.typed(),
            html: None,
            expires_in_days: self.days.get_untracked().parse().ok(),
            accept_subject_findings: self.accept.get_untracked(),
            read_notice: false,
            draft: None,
        }
    }

    fn clear(self) {
        for field in self.fields() {
            field.value.set(String::new());
        }
        self.days.set(String::new());
        self.accept.set(false);
        self.files.set(Vec::new());
    }
}

/// What was sent.
#[derive(Clone)]
struct Done {
    id: String,
    recipients: Vec<String>,
}

fn compose(account: Account) -> AnyView {
    let session = Session::here();
    let letter = Letter::new();
    let done = RwSignal::new(None::<Done>);
    let submission = Submission::new();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if !letter.is_good() {
            return;
        }
        let (body, files) = (letter.body(), letter.files.get_untracked());
        submission.run(&letter.fields(), async move {
            let sent = message::send(session, &body, &files).await?;
            letter.clear();
            let recipients = sent.deliveries.into_iter().map(|delivery| delivery.recipient).collect();
            done.set(Some(Done { id: sent.id, recipients }));
            Ok(())
        });
    };
    let view = move || {
        match done.get() {
        Some(sent) => finished(&sent, done),
        None => view! {
            <Heading text=words::TITLE/>
            <form class="card" novalidate on:submit=submit>
                {fields(letter, account.role)}
                <Trouble failure=submission.failure/>
                <p><button class="button button-big" aria-disabled=move || submission.busy.get().then_some("true")>{words::SEND}</button></p>
            </form>
        }
        .into_any(),
    }
    };
    view! { <div class="reading">{view}</div> }.into_any()
}

fn fields(letter: Letter, role: Role) -> AnyView {
    let copies_open = !letter.cc.typed().is_empty() || !letter.bcc.typed().is_empty();
    let body_findings =
        move || letter.text.value.with(|text| finding_list(words::BODY_FINDINGS, text, &scan_body(text, Part::Text)));
    let will = if role == Role::Sender { words::SENDER_WILL } else { words::RECIPIENT_WILL };
    view! {
        <TextField field=letter.to label=words::TO hint=words::ADDRESSES_HINT/>
        <details class="copies" open=copies_open>
            <summary>{words::COPIES}</summary>
            <TextField field=letter.cc label=words::CC/>
            <TextField field=letter.bcc label=words::BCC hint=words::BCC_HINT/>
        </details>
        <TextField field=letter.subject label=words::SUBJECT hint=words::SUBJECT_HINT capitals="sentences"/>
        {subject_findings(letter)}
        <TextArea field=letter.text label=words::TEXT rows="10"/>
        <div aria-live="polite">{body_findings}</div>
        <ChooseFiles files=letter.files id="letter-files" label=words::ATTACH/>
        {expiry(letter.days)}
        <p class="will">{icon::envelope()}<span>{will}</span></p>
    }
    .into_any()
}

/// What was found in the subject, and the box to send it nevertheless.
fn subject_findings(letter: Letter) -> AnyView {
    let lists = move || {
        letter.subject.value.with(|subject| {
            let (strong, weak): (Vec<_>, Vec<_>) =
                scan_subject(subject).into_iter().partition(|found| found.strength == Strength::Strong);
            view! {
                {finding_list(words::SUBJECT_STRONG, subject, &strong)}
                {finding_list(words::SUBJECT_WEAK, subject, &weak)}
            }
            .into_any()
        })
    };
    let refused = Memo::new(move |_| letter.is_refused());
    let accept = move || {
        refused.get().then(|| {
            view! {
                <label class="tick"><input type="checkbox" bind:checked=letter.accept/><span>{words::ACCEPT}</span></label>
            }
        })
    };
    view! { <div aria-live="polite">{lists}</div>{accept} }.into_any()
}

fn expiry(days: RwSignal<String>) -> AnyView {
    let choice = |value: &'static str, label: Phrase| {
        view! { <option value=value selected=move || days.get() == value>{label}</option> }.into_any()
    };
    view! {
        <div class="field">
            <label for="days">{words::EXPIRES}</label>
            <select id="days" on:change:target=move |event| days.set(event.target().value())>
                <option value="">{words::EXPIRES_USUAL}</option>
                {choice("7", words::expires_days(7))}
                {choice("14", words::expires_days(14))}
                {choice("30", words::expires_days(30))}
                {choice("90", words::expires_days(90))}
                {choice("365", words::EXPIRES_YEAR.into())}
            </select>
        </div>
    }
    .into_any()
}

fn finished(sent: &Done, done: RwSignal<Option<Done>>) -> AnyView {
    let names = text::list(sent.recipients.clone());
    view! {
        <Heading text=words::DONE/>
        <div class="notice notice-good">{icon::done()}<p>{words::done_to(names)}</p></div>
        <p class="buttons">
            <a class="button" href=format!("{SENT}?id={}", sent.id)>{words::SEE}</a>
            <a class="button button-quiet" href=COMPOSE on:click=move |_| done.set(None)>{words::ANOTHER}</a>
        </p>
    }
    .into_any()
}
