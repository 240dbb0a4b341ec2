//! What a page loads: waiting, there, or failed, with a way to try again.

use leptos::{prelude::*, task::spawn_local};

use crate::{
    api::Failure,
    component::{notice, skeleton},
    text,
};

/// How far it is.
#[derive(Clone)]
enum State<T> {
    Waiting,
    Here(T),
    Failed(Failure),
}

/// Something that is loaded when a page opens, and again when what it depends on changes.
pub struct Load<T: Send + Sync + 'static> {
    state: RwSignal<State<T>>,
    again: RwSignal<u32>,
}

impl<T: Send + Sync + 'static> Clone for Load<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Load<T> {}

impl<T: Clone + Send + Sync + 'static> Load<T> {
    /// Loads; `fetch` is asked again whenever a signal that it reads changes.
    pub fn new<F: Future<Output = Result<T, Failure>> + 'static>(fetch: impl Fn() -> F + 'static) -> Self {
        let state = RwSignal::new(State::Waiting);
        let again = RwSignal::new(0);
        let latest = StoredValue::new(0_u32);
        Effect::new(move |_| {
            again.track();
            let work = fetch();
            let mine = latest.get_value() + 1;
            latest.set_value(mine);
            state.set(State::Waiting);
            spawn_local(async move {
                let result = work.await;
                // A page that was left, or one that asked again, does not want this any more.
                if latest.try_get_value() == Some(mine) {
                    state.set(match result {
                        Ok(value) => State::Here(value),
                        Err(failure) => State::Failed(failure),
                    });
                }
            });
        });
        Self { state, again }
    }

    /// Loads again.
    pub fn reload(self) {
        self.again.update(|again| *again += 1);
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
        (move || match self.state.get() {
            State::Waiting => waiting(),
            State::Here(value) => show(value),
            State::Failed(failure) => failed(failure),
        })
        .into_any()
    }

    /// What went wrong, and a button to try again.
    pub fn trouble(self, failure: Failure) -> AnyView {
        let page = notice::trouble_page(&failure);
        view! {
            {page}
            <p><button class="button" on:click=move |_| self.reload()>{text::frame::TRY_AGAIN}</button></p>
        }
        .into_any()
    }

    /// The same, as a part of a page.
    pub fn trouble_within(self, failure: &Failure) -> AnyView {
        let words = notice::trouble(text::problem::what(failure), text::problem::next(failure));
        view! {
            {words}
            <p><button type="button" class="button button-quiet" on:click=move |_| self.reload()>{text::frame::TRY_AGAIN}</button></p>
        }
        .into_any()
    }
}
