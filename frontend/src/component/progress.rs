//! How far a sending is, with a way to stop it.

use leptos::prelude::*;

use crate::{api::exchange::Upload, text::message as words};

/// Nothing while nothing is on its way.
pub fn progress(upload: Upload) -> AnyView {
    let is_on_its_way = Memo::new(move |_| upload.sent.with(Option::is_some));
    let hundredths = move || upload.sent.get().unwrap_or(0);
    // The server has it all: what is stopped now may be sent all the same.
    let is_there = move || hundredths() >= 100;
    let far = move || match hundredths() {
        100.. => words::SEALING().to_owned(),
        so_far => words::sending(format!("{so_far} %")).get(),
    };
    let view = move || {
        is_on_its_way.get().then(|| {
            view! {
                <div class="progress">
                    <progress max="100" value=move || hundredths().to_string() aria-label=words::SENDING_LABEL></progress>
                    <span>{far}</span>
                    <button type="button" class="button button-quiet" disabled=is_there on:click=move |_| upload.cancel()>
                        {words::CANCEL_SENDING}
                    </button>
                </div>
            }
        })
    };
    view.into_any()
}
