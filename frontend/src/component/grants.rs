//! Addresses of a message's parts that need no header: asked for when they are wanted, and again before they end.

use std::time::Duration;

use leptos::{prelude::*, task::spawn_local};
use shared::api::{message::Views, problem::ProblemName};

use super::notice;
use crate::{
    api::{Failure, message},
    session::Session,
    text::{message as words, problem},
};

/// Seconds before their end at which they are asked for anew.
const EARLY: u32 = 20;

/// The addresses of one message; a handle that can be copied about.
#[derive(Clone, Copy)]
pub struct Grants {
    session: Session,
    id: StoredValue<String>,
    /// The newest ones.
    pub views: RwSignal<Option<Views>>,
    failure: RwSignal<Option<Failure>>,
}

impl Grants {
    /// None yet.
    pub fn new(id: &str) -> Self {
        Self {
            session: Session::here(),
            id: StoredValue::new(id.to_owned()),
            views: RwSignal::new(None),
            failure: RwSignal::new(None),
        }
    }

    /// Asks for them, and again before they end, as long as the page is there.
    pub fn keep(self) {
        spawn_local(async move {
            while let Some(views) = self.fresh().await {
                let seconds = views.expires_in.saturating_sub(EARLY).max(EARLY);
                gloo_timers::future::sleep(Duration::from_secs(seconds.into())).await;
            }
        });
    }

    /// Asks for new ones; none if there are none to be had, which is then said.
    pub async fn fresh(self) -> Option<Views> {
        let id = self.id.try_get_value()?;
        let answer = message::views(self.session, &id).await;
        if self.views.is_disposed() {
            return None;
        }
        match answer {
            Ok(views) => {
                self.failure.set(None);
                self.views.set(Some(views.clone()));
                Some(views)
            }
            Err(failure) => {
                self.failure.set(Some(failure));
                None
            }
        }
    }

    /// Looks whether the message is still there: a link that was followed says nothing to this page.
    pub fn check(self) {
        spawn_local(async move {
            self.fresh().await;
        });
    }

    /// What is in the way, if anything is.
    pub fn trouble(self) -> AnyView {
        let words = move || {
            self.failure.get().map(|failure| match failure.name() {
                Some(ProblemName::MessageRecalled | ProblemName::MessageExpired) => {
                    notice::trouble(problem::what(&failure), problem::next(&failure))
                }
                _ => notice::trouble(words::GRANTS_FAILED, words::GRANTS_NEXT),
            })
        };
        view! { <div role="status">{words}</div> }.into_any()
    }
}
