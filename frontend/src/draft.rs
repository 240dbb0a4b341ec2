//! What was typed and not sent yet. It outlives a page, so that a session that ended costs nobody their words: here
//! until the browser's tab is closed, somebody logs out, or somebody else logs in; and sealed at the server, so that it
//! is there again after all of these, and on other devices.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*, task::spawn_local};
use shared::api::{draft::Fields, problem::ProblemName};

use crate::{
    api::{Failure, draft},
    session::Session,
    text::message as words,
};

/// The texts by the name of their field; a handle that can be copied about.
#[derive(Clone, Copy)]
pub struct Drafts {
    owner: StoredValue<String>,
    turn: StoredValue<u32>,
    texts: StoredValue<Vec<(String, ArcRwSignal<String>)>>,
}

impl Drafts {
    /// None.
    pub fn new() -> Self {
        Self { owner: StoredValue::new(String::new()), turn: StoredValue::new(0), texts: StoredValue::new(Vec::new()) }
    }

    /// The text of a field, as it was left.
    pub fn text(self, field: &str) -> RwSignal<String> {
        let kept =
            self.texts.with_value(|texts| texts.iter().find(|(name, _)| name == field).map(|(_, text)| text.clone()));
        let text = kept.unwrap_or_else(|| {
            let text = ArcRwSignal::new(String::new());
            self.texts.update_value(|texts| texts.push((field.to_owned(), text.clone())));
            text
        });
        text.into()
    }

    /// How often another account has come to be their owner: whoever finds another number is not the same any more.
    pub fn turn(self) -> u32 {
        self.turn.get_value()
    }

    /// Forgets them unless they are this account's.
    pub fn belong_to(self, account: &str) {
        if self.owner.with_value(|owner| owner != account) {
            self.clear();
            self.owner.set_value(account.to_owned());
            self.turn.update_value(|turn| *turn += 1);
        }
    }

    /// Forgets all.
    pub fn clear(self) {
        self.texts.update_value(Vec::clear);
    }
}

/// How long nothing must be typed before it is kept.
const PAUSE: Duration = Duration::from_millis(700);

/// Seconds until what the server would not keep is tried once more.
const REFUSED_PAUSE: u32 = 60;

/// How far the keeping is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Nothing,
    Kept,
    Failed,
}

/// A draft that is kept at the server while it is written; a handle that can be copied about.
#[derive(Clone, Copy)]
pub struct Kept {
    session: Session,
    name: StoredValue<String>,
    fields: StoredValue<Vec<(&'static str, RwSignal<String>)>>,
    state: RwSignal<State>,
    /// What the server has.
    known: StoredValue<Fields>,
    /// What it is to have next.
    waiting: StoredValue<Arc<Mutex<Option<Fields>>>>,
    timer: StoredValue<Option<TimeoutHandle>>,
    /// Whether it is on its way as a message.
    held: StoredValue<bool>,
}

impl Kept {
    /// Brings what was kept, unless something stands in the fields already, and keeps from now on what is typed.
    pub fn new(name: String, fields: Vec<(&'static str, RwSignal<String>)>) -> Self {
        let kept = Self {
            session: Session::here(),
            name: StoredValue::new(name),
            fields: StoredValue::new(fields),
            state: RwSignal::new(State::Nothing),
            known: StoredValue::new(Fields::default()),
            waiting: StoredValue::new(Arc::default()),
            timer: StoredValue::new(None),
            held: StoredValue::new(false),
        };
        kept.fetch();
        Effect::new(move |_| kept.changed());
        let (session, name, waiting) = (kept.session, kept.name.get_value(), kept.waiting.get_value());
        let turn = session.drafts().turn();
        // Whoever leaves the page, or the portal, need not wait for the pause.
        let leaving = window_event_listener(leptos::ev::pagehide, move |_| {
            if let (Some(texts), Some(name)) = (kept.take(), kept.name.try_get_value()) {
                draft::leave_behind(session, &name, texts);
            }
        });
        // What could not be kept for want of a connection is kept as soon as there is one.
        let connected = window_event_listener(leptos::ev::online, move |_| kept.keep());
        on_cleanup(move || {
            leaving.remove();
            connected.remove();
            // The page goes also when somebody else has logged in, in another window.
            if session.drafts().turn() == turn
                && let Some(texts) = waiting.lock().unwrap_or_else(PoisonError::into_inner).take()
            {
                spawn_local(async move {
                    let _ = draft::keep(session, &name, texts).await;
                });
            }
        });
        kept
    }

    /// While it is being sent nothing is kept: the server deletes the draft with the sending. What was not sent is kept
    /// after all.
    pub fn hold(self, held: bool) {
        if self.held.try_set_value(held).is_none() {
            if held {
                self.wait_for(None, PAUSE);
            } else {
                untrack(|| self.changed());
            }
        }
    }

    /// Whether leaving the page now would lose words: what is on its way, and what the server cannot get.
    pub fn is_at_risk(self) -> bool {
        let texts = untrack(|| self.texts());
        let is_failed = self.state.get_untracked() == State::Failed;
        let cannot = is_failed || self.session.has_lapsed() || !window().navigator().on_line();
        self.held.get_value() || cannot && self.known.with_value(|known| *known != texts)
    }

    /// After the sending there is nothing to keep.
    pub fn sent(self) {
        self.empty();
        self.known.try_set_value(Fields::default());
        self.state.try_set(State::Nothing);
        self.hold(false);
    }

    fn fetch(self) {
        spawn_local(async move {
            let Some(name) = self.name.try_get_value() else { return };
            let Ok(draft) = draft::get(self.session, &name).await else { return };
            if self.state.is_disposed() {
                return;
            }
            self.known.set_value(draft.fields.clone());
            self.state.set(State::Kept);
            let fields = self.fields.get_value();
            if fields.iter().all(|(_, text)| text.with_untracked(String::is_empty)) {
                for (name, text) in fields {
                    text.set(draft.fields.get(name).unwrap_or_default().to_owned());
                }
            }
        });
    }

    /// What stands in the fields; tracked.
    fn texts(self) -> Fields {
        let texts = self.fields.get_value().into_iter().map(|(name, text)| (name.to_owned(), text.get()));
        Fields(texts.filter(|(_, text)| !text.is_empty()).collect())
    }

    fn changed(self) {
        self.changed_for(PAUSE);
    }

    /// Keeps what the server does not have, if nothing else is typed in this time.
    fn changed_for(self, pause: Duration) {
        let texts = self.texts();
        if self.held.get_value() {
            return;
        }
        let is_new = self.known.with_value(|known| *known != texts);
        self.wait_for(is_new.then_some(texts), pause);
    }

    fn wait_for(self, texts: Option<Fields>, pause: Duration) {
        if let Some(timer) = self.timer.get_value() {
            timer.clear();
        }
        let is_some = texts.is_some();
        self.waiting.with_value(|waiting| *waiting.lock().unwrap_or_else(PoisonError::into_inner) = texts);
        let timer = is_some.then(|| set_timeout_with_handle(move || self.keep(), pause).ok()).flatten();
        self.timer.set_value(timer);
    }

    /// What is to be kept next, which is done then.
    fn take(self) -> Option<Fields> {
        self.waiting.try_get_value()?.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn keep(self) {
        let Some(texts) = self.take() else { return };
        spawn_local(async move {
            let Some(name) = self.name.try_get_value() else { return };
            let stored = draft::keep(self.session, &name, texts.clone()).await;
            if self.state.is_disposed() {
                return;
            }
            // What stands in the fields may have been changed meanwhile, or sent.
            let is_newest = self.waiting.with_value(|waiting| waiting.lock().is_ok_and(|waiting| waiting.is_none()));
            let waits = |pause| {
                if is_newest {
                    untrack(|| self.changed_for(pause));
                }
            };
            let state = match stored {
                Ok(()) => {
                    let is_empty = texts.0.is_empty();
                    self.known.set_value(texts);
                    waits(PAUSE);
                    if is_empty { State::Nothing } else { State::Kept }
                }
                Err(failure) => {
                    // What is too much, or malformed, stays so until it is changed.
                    let stays = failure.is(ProblemName::TooLarge) || failure.is(ProblemName::Invalid);
                    if !stays && failure != Failure::Garbled(413) {
                        waits(Duration::from_secs(failure.wait().unwrap_or(REFUSED_PAUSE).into()));
                    }
                    State::Failed
                }
            };
            self.state.set(state);
        });
    }

    fn empty(self) {
        for (_, text) in self.fields.try_get_value().unwrap_or_default() {
            text.try_set(String::new());
        }
    }

    /// Says that it is kept, with a way to throw it away.
    pub fn view(self) -> AnyView {
        let view = move || {
            match self.state.get() {
            State::Nothing => None,
            State::Kept => Some(
                view! {
                    <p class="kept">{words::DRAFT_KEPT}" "<button type="button" class="link" on:click=move |_| self.empty()>{words::DRAFT_DISCARD}</button></p>
                }
                .into_any(),
            ),
            State::Failed => Some(view! { <p class="kept">{words::DRAFT_FAILED}</p> }.into_any()),
        }
        };
        view.into_any()
    }
}
