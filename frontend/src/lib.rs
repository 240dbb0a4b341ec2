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
mod session;
mod text;

use app::{READING, WRITING, app};

/// Starts the pages of those who read.
pub fn read() {
    start(READING);
}

/// Starts the pages of those who write.
pub fn write() {
    start(WRITING);
}

fn start(routes: &'static [app::Route]) {
    leptos::mount::mount_to_body(move || app(routes));
    first_paint::hand_over();
}
