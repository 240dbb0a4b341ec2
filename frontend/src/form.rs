//! What forms have in common: fields with their errors, and sending once at a time.

use std::{pin::Pin, time::Duration};

use leptos::{ev, prelude::*, task::spawn_local, wasm_bindgen::JsCast, web_sys::HtmlElement};
use shared::password::{self, PasswordProblem};

use crate::{
    api::Failure,
    countdown::Countdown,
    text::{Phrase, Word, account as words, problem},
};

/// A field: what was typed, and what is wrong with it.
#[derive(Clone, Copy)]
pub struct Field {
    /// Its name in the request.
    pub name: &'static str,
    /// What was typed.
    pub value: RwSignal<String>,
    /// What is wrong with it.
    pub error: RwSignal<Option<Phrase>>,
}

impl Field {
    /// Empty.
    pub fn new(name: &'static str) -> Self {
        Self::with(name, RwSignal::new(String::new()))
    }

    /// With this text.
    pub fn with(name: &'static str, value: RwSignal<String>) -> Self {
        let error = RwSignal::new(None::<Phrase>);
        // What is being corrected is no longer called wrong.
        Effect::new(move |before: Option<()>| {
            value.track();
            if before.is_some() && error.with_untracked(Option::is_some) {
                error.set(None);
            }
        });
        Self { name, value, error }
    }

    /// What was typed, untracked.
    pub fn typed(self) -> String {
        self.value.get_untracked()
    }

    /// Sets or clears what is wrong; whether all is well.
    pub fn check(self, good: bool, otherwise: Word) -> bool {
        self.error.set((!good).then(|| otherwise.into()));
        good
    }

    /// Whether it holds an address.
    pub fn check_email(self) -> bool {
        let good = self.typed().parse::<shared::EmailAddress>().is_ok();
        self.check(good, words::EMAIL_WRONG)
    }

    /// Whether it holds a password that would be taken.
    pub fn check_new_password(self, email: &str, name: &str) -> bool {
        match password::check(&self.typed(), email, name) {
            Ok(()) => self.check(true, words::PASSWORD_MISSING),
            Err(PasswordProblem::TooShort) => self.check(false, words::PASSWORD_TOO_SHORT),
            Err(PasswordProblem::TooLong) => self.check(false, words::PASSWORD_TOO_LONG),
            Err(PasswordProblem::Common) => self.check(false, words::PASSWORD_COMMON),
        }
    }
}

/// A form being sent: once at a time, and what came of it.
#[derive(Clone, Copy)]
pub struct Submission {
    /// Whether it is on its way.
    pub busy: RwSignal<bool>,
    /// Why it failed.
    pub failure: RwSignal<Option<Failure>>,
    /// How long the server asks to wait before the next try.
    pub wait: Countdown,
    holds_up: bool,
}

impl Submission {
    /// Not sent yet.
    pub fn new() -> Self {
        let failure = RwSignal::new(None);
        // "No connection" is not said any longer than it is true.
        let connected = window_event_listener(ev::online, move |_| {
            if failure.with_untracked(|failure| *failure == Some(Failure::Unreachable)) {
                failure.set(None);
            }
        });
        on_cleanup(move || connected.remove());
        Self { busy: RwSignal::new(false), failure, wait: Countdown::new(), holds_up: true }
    }

    /// For several buttons: a wait that the server asks of one does not hold up the others.
    pub fn of_several() -> Self {
        Self { holds_up: false, ..Self::new() }
    }

    /// `aria-disabled` of its button.
    pub fn disabled(self) -> Option<&'static str> {
        (self.busy.get() || self.wait.left() > 0).then_some("true")
    }

    /// Sends, unless it is being sent already, or has to wait. Errors of the server go to the fields they are about.
    pub fn run(self, fields: &[Field], work: impl Future<Output = Result<(), Failure>> + 'static) {
        self.run_boxed(fields.to_vec(), Box::pin(work));
    }

    fn run_boxed(self, fields: Vec<Field>, work: Pin<Box<dyn Future<Output = Result<(), Failure>>>>) {
        if self.busy.get_untracked() || self.wait.is_running() {
            return;
        }
        self.busy.set(true);
        self.failure.set(None);
        spawn_local(async move {
            let result = work.await;
            if result.is_ok() {
                rest();
            }
            if let Err(failure) = result {
                for field in fields {
                    if let Some(code) = failure.about(field.name) {
                        field.error.set(Some(problem::field(field.name, code).into()));
                    }
                }
                if let Failure::Refused(refusal) = &failure
                    && let Some(seconds) = refusal.retry_after
                    && self.holds_up
                {
                    self.wait.begin(seconds);
                }
                self.failure.set(Some(failure));
                focus_first_error();
            }
            self.busy.set(false);
        });
    }
}

/// For a moment the page takes no taps: the second one of a double tap must not hit what has just come under the finger.
fn rest() {
    const MOMENT: Duration = Duration::from_millis(500);
    let Some(body) = document().body() else { return };
    let _ = body.set_attribute("data-rest", "");
    set_timeout(move || drop(body.remove_attribute("data-rest")), MOMENT);
}

/// Whether all checks passed; if not, the first wrong field gets the focus.
pub fn all_good(checks: &[bool]) -> bool {
    let good = checks.iter().all(|good| *good);
    if !good {
        focus_first_error();
    }
    good
}

/// Also in the question for the password: while it stands above the page, nothing else takes the focus.
fn focus_first_error() {
    focus("main [aria-invalid=true]");
    focus("dialog [aria-invalid=true]");
}

/// Puts the focus on the first of these, if there is one, once the page shows it.
pub fn focus(selectors: &str) {
    let selectors = selectors.to_owned();
    request_animation_frame(move || {
        let first = document().query_selector(&selectors).ok().flatten();
        if let Some(found) = first.and_then(|found| found.dyn_into::<HtmlElement>().ok()) {
            let _ = found.focus();
        }
    });
}
