//! What a page loads: waiting, there, or failed, with a way to try again.

use std::{any::Any, marker::PhantomData, pin::Pin, sync::Arc};

use leptos::{prelude::*, task::spawn_local};

use crate::{
    api::Failure,
    component::{notice, skeleton},
    countdown::Countdown,
    text::{self, failure as failure_words},
};

/// What was loaded. Its type is known where it is asked for and where it is shown: all between is there once.
type Loaded = Arc<dyn Any + Send + Sync>;

/// How far it is.
#[derive(Clone)]
enum State {
    Waiting,
    Here(Loaded),
    Failed(Failure),
}

impl State {
    fn is_failed_by(&self, failure: &Failure) -> bool {
        matches!(self, Self::Failed(known) if known.name() == failure.name())
    }
}

/// When to try again by itself: what is only away or busy comes back.
#[derive(Clone, Copy)]
pub struct Retry {
    wait: Countdown,
    /// The failure that it may help against.
    failure: RwSignal<Option<Failure>>,
}

impl Retry {
    /// Calls `again` when the wait is over, or the device is connected again.
    pub fn new(again: impl Fn() + Clone + 'static) -> Self {
        let retry = Self { wait: Countdown::new(), failure: RwSignal::new(None) };
        let reconnected = again.clone();
        let listener = window_event_listener(leptos::ev::online, move |_| {
            if retry.failure.with_untracked(|failure| *failure == Some(Failure::Unreachable)) {
                reconnected();
            }
        });
        on_cleanup(move || listener.remove());
        Effect::new(move |was_waiting: Option<bool>| {
            let waits = retry.wait.left() > 0;
            if was_waiting == Some(true) && !waits && retry.failure.with_untracked(Option::is_some) {
                again();
            }
            waits
        });
        retry
    }

    /// After a failure, or none.
    pub fn after(self, failure: Option<&Failure>) {
        self.failure.set(failure.cloned());
        if let Some(seconds) = failure.and_then(Failure::wait) {
            self.wait.begin(seconds.max(1));
        }
    }

    /// The seconds until the next try, for those who see them.
    pub fn view(self) -> AnyView {
        (move || {
            let left = self.wait.left();
            (left > 0).then(|| view! { <p class="quiet" aria-hidden="true">{failure_words::again_in(left.into())}</p> })
        })
        .into_any()
    }
}

/// Asks for it.
type Fetch = Box<dyn Fn() -> Pin<Box<dyn Future<Output = Result<Loaded, Failure>>>>>;

/// Something that is loaded when a page opens, and again when what it depends on changes.
pub struct Load<T> {
    loading: Loading,
    kind: PhantomData<fn() -> T>,
}

impl<T> Clone for Load<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Load<T> {}

impl<T: Clone + Send + Sync + 'static> Load<T> {
    /// Loads; `fetch` is asked again whenever a signal that it reads changes.
    pub fn new<F: Future<Output = Result<T, Failure>> + 'static>(fetch: impl Fn() -> F + 'static) -> Self {
        let fetch = move || -> Pin<Box<dyn Future<Output = Result<Loaded, Failure>>>> {
            let work = fetch();
            Box::pin(async move { work.await.map(|value| -> Loaded { Arc::new(value) }) })
        };
        Self { loading: Loading::new(Box::new(fetch)), kind: PhantomData }
    }

    /// Loads again.
    pub fn reload(self) {
        self.loading.reload();
    }

    /// The same, and what is shown stays until something else is known.
    pub fn refresh(self) {
        self.loading.quiet.set_value(true);
        self.reload();
    }

    /// Shows it, or a skeleton, or what went wrong.
    pub fn view(self, show: impl Fn(T) -> AnyView + Send + 'static) -> AnyView {
        self.view_with(skeleton::page, move |failure| self.trouble(failure), show)
    }

    /// The same with a skeleton and a failure of one's own.
    pub fn view_with(
        self,
        waiting: impl Fn() -> AnyView + Send + 'static,
        failed: impl Fn(Failure) -> AnyView + Send + 'static,
        show: impl Fn(T) -> AnyView + Send + 'static,
    ) -> AnyView {
        let show = move |value: Loaded| value.downcast_ref::<T>().cloned().map(&show).into_any();
        self.loading.view(Box::new(waiting), Box::new(failed), Box::new(show))
    }

    /// What went wrong, and a button to try again.
    pub fn trouble(self, failure: Failure) -> AnyView {
        self.loading.trouble(&failure)
    }

    /// The same, as a part of a page.
    pub fn trouble_within(self, failure: &Failure) -> AnyView {
        self.loading.trouble_within(failure)
    }
}

/// The same, whatever it is.
#[derive(Clone, Copy)]
struct Loading {
    state: RwSignal<State>,
    again: RwSignal<u32>,
    /// Tried again by itself, the page stays as it is until something else is known.
    quiet: StoredValue<bool>,
    retry: Retry,
}

impl Loading {
    fn new(fetch: Fetch) -> Self {
        let state = RwSignal::new(State::Waiting);
        let again = RwSignal::new(0);
        let latest = StoredValue::new(0_u32);
        let quiet = StoredValue::new(false);
        let retry = Retry::new(move || {
            quiet.set_value(true);
            again.update(|again| *again += 1);
        });
        Effect::new(move |_| {
            again.track();
            let is_quiet = quiet.get_value();
            quiet.set_value(false);
            let work = fetch();
            let mine = latest.get_value() + 1;
            latest.set_value(mine);
            if !is_quiet {
                state.set(State::Waiting);
            }
            spawn_local(async move {
                let result = work.await;
                // A page that was left, or one that asked again, does not want this any more.
                if latest.try_get_value() == Some(mine) {
                    retry.after(result.as_ref().err());
                    match result {
                        Ok(value) => state.set(State::Here(value)),
                        Err(failure) if is_quiet && state.with_untracked(|state| state.is_failed_by(&failure)) => {}
                        Err(failure) => state.set(State::Failed(failure)),
                    }
                }
            });
        });
        Self { state, again, quiet, retry }
    }

    fn reload(self) {
        self.again.update(|again| *again += 1);
    }

    fn view(
        self,
        waiting: Box<dyn Fn() -> AnyView + Send>,
        failed: Box<dyn Fn(Failure) -> AnyView + Send>,
        show: Box<dyn Fn(Loaded) -> AnyView + Send>,
    ) -> AnyView {
        (move || match self.state.get() {
            State::Waiting => waiting(),
            State::Here(value) => show(value),
            State::Failed(failure) => failed(failure),
        })
        .into_any()
    }

    fn trouble(self, failure: &Failure) -> AnyView {
        let page = notice::trouble_page(failure);
        view! {
            {page}
            {self.retry.view()}
            <p><button class="button" on:click=move |_| self.reload()>{text::frame::TRY_AGAIN}</button></p>
        }
        .into_any()
    }

    fn trouble_within(self, failure: &Failure) -> AnyView {
        let words = (!text::problem::is_offline(failure))
            .then(|| notice::trouble(text::problem::what(failure), text::problem::next(failure)));
        view! {
            {words}
            {self.retry.view()}
            <p><button type="button" class="button button-quiet" on:click=move |_| self.reload()>{text::frame::TRY_AGAIN}</button></p>
        }
        .into_any()
    }
}
