//! `/compose`: a new message, with what must not stand in a subject pointed out while it is typed, and what will happen
//! said before it is sent.

#![allow(clippy::large_types_passed_by_value, reason = "a letter is a handful of handles that are copied about")]

mod again;
mod outcome;
mod subject;

use leptos::prelude::*;
use shared::{
    api::{
        account::{Account, Role},
        correspondent::Correspondent,
        draft,
        message::SendMessage,
    },
    route::page::{COMPOSE, MESSAGES, SENT},
    rules::{Part, Strength, scan_body, scan_subject},
};

use self::outcome::Outcomes;
use crate::{
    api::{correspondent, message},
    component::{
        field::{about, labelled, tick},
        files::{self, ChooseFiles, Files},
        finding_list::finding_list,
        heading::Heading,
        icon,
        marked::{Findings, MarkedArea, findings_id, spoken},
        member::members_only,
        recipients::{ChooseRecipients, Recipients},
    },
    form::{Field, all_good},
    sending::Sending,
    session::Session,
    text::{self, Word, failure, message as message_words, writing::compose as words},
};

/// The page.
pub fn page() -> AnyView {
    members_only(compose)
}

/// What is typed.
#[derive(Clone, Copy)]
struct Letter {
    /// Whether staff write it. What anybody else writes goes to staff, as ordinary mail whose way is encrypted.
    is_staff: bool,
    to: Recipients,
    cc: Recipients,
    bcc: Recipients,
    subject: Field,
    text: Field,
    in_subject: Findings,
    in_text: Findings,
    days: Field,
    accept: RwSignal<bool>,
    /// A mail on reading, if it holds anything.
    read_notice: RwSignal<String>,
    files: Files,
    sending: Sending,
}

impl Letter {
    /// As it was left.
    fn new(is_staff: bool) -> Self {
        let drafts = Session::here().drafts();
        let (subject, text) =
            (Field::with("subject", drafts.text("subject")), Field::with("text", drafts.text("text")));
        let [to, cc, bcc] = ["to", "cc", "bcc"].map(|name| Recipients::new(name, drafts));
        let (days, read_notice) = (Field::with("expires_in_days", drafts.text("days")), drafts.text("read_notice"));
        let mut texts =
            vec![("subject", subject.value), ("text", text.value), ("days", days.value), ("read_notice", read_notice)];
        texts.extend(to.kept(["to", "to_typed"]));
        texts.extend(cc.kept(["cc", "cc_typed"]));
        texts.extend(bcc.kept(["bcc", "bcc_typed"]));
        let files = files::none();
        Self {
            is_staff,
            to,
            cc,
            bcc,
            subject,
            text,
            in_subject: Memo::new(move |_| subject.value.with(|subject| scan_subject(subject))),
            in_text: Memo::new(move |_| text.value.with(|text| scan_body(text, Part::Text))),
            days,
            accept: RwSignal::new(false),
            read_notice,
            files,
            sending: Sending::new(draft::NEW.to_owned(), texts, files),
        }
    }

    fn recipients(self) -> [Recipients; 3] {
        [self.to, self.cc, self.bcc]
    }

    fn fields(self) -> [Field; 6] {
        [self.to.taken, self.cc.taken, self.bcc.taken, self.subject, self.text, self.days]
    }

    /// All addresses; tracked.
    fn addresses(self) -> Vec<String> {
        self.recipients().into_iter().flat_map(Recipients::all).collect()
    }

    /// Whether the subject holds what only goes if the sender insists; tracked.
    fn is_refused(self) -> bool {
        self.in_subject.with(|found| found.iter().any(|finding| finding.strength == Strength::Strong))
    }

    fn is_good(self) -> bool {
        let is_given = !self.to.is_empty();
        let accepted = self.accept.get_untracked() || !untrack(|| self.is_refused());
        all_good(&[
            self.to.take() && self.to.taken.check(is_given, failure::TO_MISSING),
            self.cc.take(),
            self.bcc.take(),
            self.subject.check(!self.subject.typed().trim().is_empty(), words::SUBJECT_MISSING)
                && self.subject.check(accepted, words::ACCEPT_MISSING),
            self.text.check(!self.text.typed().trim().is_empty(), words::TEXT_MISSING),
            untrack(|| files::fault(self.files)).is_none(),
        ])
    }

    fn body(self) -> SendMessage {
        let addresses = |recipients: Recipients| untrack(|| recipients.all());
        SendMessage {
            to: addresses(self.to),
            cc: addresses(self.cc),
            bcc: addresses(self.bcc),
            subject: self.subject.typed().trim().to_owned(),
            text: self.text.typed(),
            html: None,
            expires_in_days: self.days.typed().parse().ok(),
            accept_subject_findings: self.accept.get_untracked(),
            read_notice: !self.read_notice.get_untracked().is_empty(),
            draft: Some(draft::NEW.to_owned()),
        }
    }

    /// Sends it; what the draft keeps is empty then, and the rest is made so.
    fn send(self, session: Session, done: RwSignal<Option<Done>>) {
        if !self.is_good() {
            return;
        }
        let (body, files, attempt) = (self.body(), self.files.get_untracked(), self.sending.attempt());
        let work = async move { message::send(session, &body, &files, attempt).await };
        self.sending.run(&self.fields(), work, move |sent| {
            self.accept.try_set(false);
            self.files.try_set(Vec::new());
            let recipients = sent.deliveries.into_iter().map(|delivery| delivery.recipient).collect();
            done.try_set(Some(Done { id: sent.id, recipients }));
        });
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
    let letter = Letter::new(account.role == Role::Sender);
    again::fill(session, letter);
    let outcomes = Outcomes::new(session, letter);
    let known = RwSignal::new(Vec::<Correspondent>::new());
    leptos::task::spawn_local(async move {
        // Without suggestions one can write all the same.
        if let Ok(found) = correspondent::list(session).await {
            known.try_set(found);
        }
    });
    let done = RwSignal::new(None::<Done>);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        letter.send(session, done);
    };
    let view = move || {
        match done.get() {
        Some(sent) => finished(&sent, done, letter.is_staff),
        None => view! {
            <Heading text=words::TITLE/>
            <form class="card" novalidate on:submit=submit>
                {fields(letter, outcomes, known)}
                {outcome::shown(letter, outcomes)}
                {letter.sending.view()}
                <p><button class="button button-big" aria-disabled=move || letter.sending.disabled()>{words::SEND}</button></p>
            </form>
        }
        .into_any(),
    }
    };
    view! { <div class="reading">{view}</div> }.into_any()
}

fn fields(letter: Letter, outcomes: Outcomes, known: RwSignal<Vec<Correspondent>>) -> AnyView {
    // A draft comes after the page; what was unfolded once stays so.
    let copies_open = Memo::new(move |open: Option<&bool>| {
        open == Some(&true) || !letter.cc.all().is_empty() || !letter.bcc.all().is_empty()
    });
    let body_findings = move || {
        let meaning = match (letter.is_staff, outcomes.are_all_inside()) {
            (false, _) => words::BODY_FINDINGS_TO_STAFF,
            (true, true) => words::BODY_FINDINGS_INSIDE,
            (true, false) => words::BODY_FINDINGS,
        };
        letter.text.value.with(|text| letter.in_text.with(|found| finding_list(meaning, text, found, &[])))
    };
    let outcomes = outcomes.of_each;
    view! {
        <ChooseRecipients recipients=letter.to label=words::TO hint=words::ADDRESSES_HINT known outcomes/>
        <details class="copies" open=move || copies_open.get()>
            <summary>{words::COPIES}</summary>
            <ChooseRecipients recipients=letter.cc label=words::CC known outcomes/>
            <ChooseRecipients recipients=letter.bcc label=words::BCC hint=words::BCC_HINT known outcomes/>
        </details>
        {subject::subject(letter)}
        <MarkedArea field=letter.text label=words::TEXT found=letter.in_text/>
        <div class="findings" id=findings_id(letter.text)>{body_findings}</div>
        {spoken(letter.in_text, words::NOTHING_FOUND)}
        {letter.sending.kept.view()}
        <ChooseFiles files=letter.files id="letter-files" label=words::ATTACH/>
        {letter.is_staff.then(|| expiry(letter.days))}
        {letter.is_staff.then(|| tick(letter.read_notice, view! { {words::READ_NOTICE} }.into_any()))}
    }
    .into_any()
}

fn expiry(field: Field) -> AnyView {
    let setting = |name| text::setting(name).and_then(|days| days.parse::<u64>().ok());
    let (usual, longest) = (setting("days").unwrap_or_default(), setting("longest-days").unwrap_or(u64::MAX));
    let days = field.value;
    let choice = |value: u64| {
        let label = if value == 365 { words::EXPIRES_YEAR.into() } else { words::expires_days(value) };
        let value = value.to_string();
        let own = value.clone();
        view! { <option value=value selected=move || days.get() == own>{label}</option> }.into_any()
    };
    let others = [7, 14, 30, 90, 365].into_iter().filter(|days| *days <= longest && *days != usual);
    let choices = others.map(choice).collect_view();
    let control = view! {
        <select id=field.name on:change:target=move |event| days.set(event.target().value())
            aria-invalid=move || field.error.with(Option::is_some).then_some("true") aria-describedby=about(field, None)>
            <option value="">{words::expires_usual(words::expires_days(usual))}</option>
            {choices}
        </select>
    };
    labelled(field, words::EXPIRES, None, control.into_any())
}

fn finished(sent: &Done, done: RwSignal<Option<Done>>, is_staff: bool) -> AnyView {
    let names = text::list(sent.recipients.clone());
    let (path, see): (_, Word) = if is_staff {
        (format!("{SENT}?id={}", sent.id), words::SEE)
    } else {
        (format!("{MESSAGES}/{}", sent.id), message_words::REPLY_SEE)
    };
    view! {
        <Heading text=words::DONE/>
        <div class="notice notice-good">{icon::done()}<p>{words::done_to(names)}</p></div>
        <p class="buttons">
            <a class="button" href=path>{see}</a>
            <a class="button button-quiet" href=COMPOSE on:click=move |_| done.set(None)>{words::ANOTHER}</a>
        </p>
    }
    .into_any()
}
