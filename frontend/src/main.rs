//! The portal's pages. They run in the browser and speak to the server through its API alone.

mod api;
mod app;
mod component;
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

fn main() {
    leptos::mount::mount_to_body(app::App);
    first_paint::hand_over();
}
