//! The portal's pages. They run in the browser and speak to the server through its API alone.
//!
//! They come in two programs, so that who only reads loads only what reading takes: [`read`] has the way to a message and
//! the inbox, [`write`] what people open when they want to send.

mod api;
mod app;
mod component;
mod countdown;
mod draft;
mod first_paint;
mod form;
mod go;
mod language;
mod load;
mod page;
mod place;
mod sending;
mod session;
mod text;

use std::time::Duration;

use app::{READING, WRITING, app};
use leptos::prelude::set_timeout;
use wasm_bindgen_futures::spawn_local;

/// Between two tries to load the words.
const AGAIN: Duration = Duration::from_secs(2);

/// Starts the pages of those who read.
pub fn read() {
    start(READING);
}

/// Starts the pages of those who write.
pub fn write() {
    start(WRITING);
}

/// Without words there is no page: they are asked for until they come, while those of the server stand there.
fn start(routes: &'static [app::Route]) {
    spawn_local(async move {
        if language::load().await.is_err() {
            return set_timeout(move || start(routes), AGAIN);
        }
        leptos::mount::mount_to_body(move || app(routes));
        first_paint::hand_over();
    });
}
