//! The question for the password when a session has ended by itself: it covers the page, on which everything stays as it
//! is, and goes away when the same person has logged in again.

use leptos::{html::Dialog, prelude::*, wasm_bindgen::JsCast, web_sys::HtmlElement};
use shared::{
    api::{account::Account, session::LogIn},
    route::page::FORGOT,
};

use super::{field::TextField, notice::Trouble, password::Password};
use crate::{
    api::session,
    form::{Field, Submission, all_good},
    go::{self, Go},
    page::login::LOGGED_OUT,
    place::Place,
    session::{Session, Who},
    text::{account as words, frame},
};

/// Asks when it is needed.
pub fn lapsed() -> AnyView {
    let session = Session::here();
    let who = Memo::new(move |_| match session.who() {
        Who::Lapsed(account) => Some(account),
        _ => None,
    });
    (move || who.get().map(dialog)).into_any()
}

fn dialog(account: Account) -> AnyView {
    let session = Session::here();
    let go = Go::here();
    let node = NodeRef::<Dialog>::new();
    Effect::new(move |_| {
        if let Some(dialog) = node.get() {
            let _ = dialog.show_modal();
            let field = dialog.query_selector("[type=password]").ok().flatten();
            if let Some(field) = field.and_then(|field| field.dyn_into::<HtmlElement>().ok()) {
                let _ = field.focus();
            }
        }
    });
    // Nothing else can be done here, so Escape does nothing either.
    let stay = |event: leptos::ev::Event| event.prevent_default();
    let email = Field::with("lapsed_email", RwSignal::new(account.email));
    let password = Field::new("lapsed_password");
    let submission = Submission::new();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let body = LogIn { email: email.typed(), password: password.typed() };
        if all_good(&[password.check(!body.password.is_empty(), words::PASSWORD_MISSING)]) {
            submission.run(&[password], async move {
                session.begin(session::log_in(&body).await?);
                Ok(())
            });
        }
    };
    let place = Place::here();
    let leave = move |_| {
        if !place.would_lose() || window().confirm_with_message(words::LAPSED_LOSES()).unwrap_or(true) {
            session.leave();
            go.to(LOGGED_OUT);
        }
    };
    // The mail about a new password leads back to this message as well.
    let forgot = go::forgot(&place.path()).unwrap_or_else(|| FORGOT.to_owned());
    view! {
        <dialog class="lapsed" node_ref=node aria-labelledby="lapsed" on:cancel=stay>
            <div class="card narrow">
                <h2 id="lapsed">{words::LAPSED}</h2>
                <p>{words::LAPSED_WHY}</p>
                <form novalidate on:submit=submit>
                    <TextField field=email label=words::EMAIL kind="email" autocomplete="username" fixed=true/>
                    <Password field=password/>
                    <Trouble failure=submission.failure wait=submission.wait/>
                    <p class="buttons">
                        <button class="button" aria-disabled=move || submission.disabled()>{frame::LOG_IN}</button>
                        <button type="button" class="button button-quiet" on:click=leave>{words::LAPSED_LEAVE}</button>
                    </p>
                </form>
                // In a window of its own, as this one keeps what was typed; the new password serves here then.
                <p><a href=forgot target="_blank">{words::FORGOT_LINK}</a></p>
            </div>
        </dialog>
    }
    .into_any()
}
