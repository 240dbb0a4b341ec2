//! What will happen on sending, said before: to each recipient, and with the subject.

use leptos::{prelude::*, task::spawn_local};
use shared::{
    api::rules::{CheckRules, Outcome},
    rules::mask,
};

use super::Letter;
use crate::{
    api::rules,
    component::icon,
    session::Session,
    text::{self, Phrase, writing::compose as words},
};

/// What happens to each recipient, as the server says.
#[derive(Clone, Copy)]
pub struct Outcomes {
    /// The address as written, and what happens to it.
    pub of_each: RwSignal<Vec<(String, Outcome)>>,
}

impl Outcomes {
    /// Asks whenever the recipients change; nothing else of the message is told.
    pub fn new(session: Session, letter: Letter) -> Self {
        let of_each = RwSignal::new(Vec::new());
        let asked = Memo::new(move |_| letter.addresses());
        Effect::new(move |_| {
            let recipients = asked.get();
            if recipients.is_empty() {
                of_each.set(Vec::new());
                return;
            }
            spawn_local(async move {
                let body = CheckRules { recipients: recipients.clone(), ..CheckRules::default() };
                let Ok(checked) = rules::check(session, &body).await else { return };
                // Another answer is under way for what was changed meanwhile.
                if asked.try_get_untracked().as_ref() == Some(&recipients) {
                    of_each.set(checked.recipients.into_iter().map(|one| (one.address, one.outcome)).collect());
                }
            });
        });
        Self { of_each }
    }

    /// Whether all recipients are colleagues, for whom nothing is sealed; tracked.
    pub fn are_all_inside(self) -> bool {
        self.of_each.with(|all| !all.is_empty() && all.iter().all(|(_, outcome)| *outcome == Outcome::Ordinary))
    }

    fn with(self, wanted: Outcome) -> Vec<String> {
        let is_wanted = |(_, outcome): &&(String, Outcome)| *outcome == wanted;
        self.of_each.with(|all| all.iter().filter(is_wanted).map(|(address, _)| address.clone()).collect())
    }
}

/// What will happen.
pub fn shown(letter: Letter, outcomes: Outcomes) -> AnyView {
    let rows = move || {
        let row = |outcome, say: fn(Phrase) -> Phrase| {
            let names = outcomes.with(outcome);
            (!names.is_empty()).then(|| view! { <li>{say(text::list(names))}</li> })
        };
        view! {
            {row(Outcome::Sealed, words::will_seal)}
            {row(Outcome::Ordinary, words::will_relay)}
            {row(Outcome::NotAllowed, words::will_refuse)}
        }
        .into_any()
    };
    let nobody = move || outcomes.of_each.with(Vec::is_empty).then(|| view! { <p>{words::WILL_NOBODY}</p> });
    let preview = move || {
        let subject = letter.subject.value.with(|subject| mask(subject.trim()));
        let is_shown = !subject.is_empty() && !outcomes.with(Outcome::Sealed).is_empty();
        is_shown.then(|| view! { <p>{words::WILL_SHOW}" "<q>{subject}</q></p> })
    };
    view! {
        <section class="will" aria-labelledby="will">
            {icon::envelope()}
            <div>
                <h2 id="will">{words::WILL}</h2>
                <ul aria-live="polite">{rows}</ul>
                {nobody}
                {preview}
            </div>
        </section>
    }
    .into_any()
}
