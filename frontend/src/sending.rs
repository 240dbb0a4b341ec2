//! A text with files on its way: kept as a draft until it is there, watched, and stopped when asked.

use std::pin::Pin;

use leptos::{ev, prelude::*};
use shared::api::message::Sent;

use crate::{
    api::{
        Failure,
        exchange::Upload,
        message::{self, Attempt},
    },
    component::{
        files::Files,
        notice::{self, Trouble},
        progress::progress,
    },
    draft::Kept,
    form::{Field, Submission},
    place::Place,
    session::Session,
    text::message as words,
};

/// A handle that can be copied about.
#[derive(Clone, Copy)]
pub struct Sending {
    /// The draft.
    pub kept: Kept,
    /// How far it is.
    upload: Upload,
    cancelled: RwSignal<bool>,
    submission: Submission,
    /// What all tries of this sending have in common; like the draft, it outlives the page.
    key: RwSignal<String>,
}

impl Sending {
    /// Of the draft with this name and these texts, with these files.
    pub fn new(name: String, texts: Vec<(&'static str, RwSignal<String>)>, files: Files) -> Self {
        let session = Session::here();
        let key = session.drafts().text(&format!("key {name}"));
        let kept = Kept::new(name, texts);
        let place = Place::here();
        place.holds(Some((files, kept)));
        // The browser asks before it leaves a page with what nothing brings back.
        let leaving = window_event_listener(ev::beforeunload, move |event| {
            if !session.is_left() && place.would_lose() {
                event.prevent_default();
                event.set_return_value("?");
            }
        });
        on_cleanup(move || {
            leaving.remove();
            place.holds(None);
        });
        Self { key, kept, upload: Upload::new(), cancelled: RwSignal::new(false), submission: Submission::new() }
    }

    /// `aria-disabled` of its button.
    pub fn disabled(self) -> Option<&'static str> {
        self.submission.disabled()
    }

    /// For the next try.
    pub fn attempt(self) -> Attempt {
        if self.key.with_untracked(String::is_empty) {
            self.key.set(message::new_key());
        }
        Attempt { upload: self.upload, key: self.key.get_untracked() }
    }

    /// Does the work, which is watched by `upload`; `then` learns what was sent, and the draft is gone.
    pub fn run(
        self,
        fields: &[Field],
        work: impl Future<Output = Result<Sent, Failure>> + 'static,
        then: impl FnOnce(Sent) + 'static,
    ) {
        self.run_boxed(fields, Box::pin(work), Box::new(then));
    }

    fn run_boxed(
        self,
        fields: &[Field],
        work: Pin<Box<dyn Future<Output = Result<Sent, Failure>>>>,
        then: Box<dyn FnOnce(Sent)>,
    ) {
        self.cancelled.set(false);
        self.submission.run(fields, async move {
            self.kept.hold(true);
            match work.await {
                Ok(sent) => {
                    self.kept.sent();
                    self.key.try_set(String::new());
                    then(sent);
                    Ok(())
                }
                Err(failure) => {
                    self.kept.hold(false);
                    if self.upload.was_cancelled() {
                        self.cancelled.try_set(true);
                        return Ok(());
                    }
                    Err(failure)
                }
            }
        });
    }

    /// How far it is, that it was stopped, and what went wrong.
    pub fn view(self) -> AnyView {
        let stopped = move || self.cancelled.get().then(|| notice::good(words::CANCELLED, words::CANCELLED_NEXT));
        view! {
            {progress(self.upload)}
            <div role="status">{stopped}</div>
            <Trouble failure=self.submission.failure wait=self.submission.wait/>
        }
        .into_any()
    }
}
