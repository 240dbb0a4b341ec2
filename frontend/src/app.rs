//! Every page and its path.

use leptos::prelude::*;

use crate::{
    component::shell::shell,
    page,
    place::{self, Place},
    session::Session,
};

/// A path, in which `:name` stands for anything, and its page.
pub type Route = (&'static str, fn() -> AnyView);

/// The pages of those who read; the server gives them for every path that is not one of the others'.
pub const READING: &[Route] = &[
    ("/", page::home),
    ("/open/:ticket", page::open::page),
    ("/open", page::open::page),
    ("/register", page::register::page),
    ("/confirm/:token", page::confirm::page),
    ("/confirm", page::confirm::page),
    ("/login", page::login::page),
    ("/forgot", page::forgot::page),
    ("/reset/:token", page::reset::page),
    ("/reset", page::reset::page),
    ("/inbox", page::inbox::page),
    ("/messages/:id", page::message::page),
    ("/help", page::help::page),
    ("/genuine", page::genuine::page),
];

/// The pages of those who write: `shared::route::page::WRITING` tells the server of them.
pub const WRITING: &[Route] = &[
    ("/compose", page::compose::page),
    ("/sent", page::sent::page),
    ("/extend/:token", page::extend::page),
    ("/extend", page::extend::page),
    ("/settings", page::settings::page),
];

/// What stands in the path in the places of the pattern's names.
#[derive(Clone, Copy)]
pub struct Parts(Memo<Vec<(&'static str, String)>>);

impl Parts {
    /// The one of this name; tracked.
    pub fn get(self, name: &str) -> Option<String> {
        self.0.with(|parts| parts.iter().find(|(known, _)| *known == name).map(|(_, part)| part.clone()))
    }
}

/// A program of the portal, with these pages.
pub fn app(routes: &'static [Route]) -> AnyView {
    Session::start();
    let place = Place::provide(routes);
    let found = Memo::new(move |_| find(routes, &place.path()));
    // Another message is the same page; only another route builds one anew.
    let route = Memo::new(move |_| found.with(|found| found.as_ref().map(|(index, _)| *index)));
    provide_context(Parts(Memo::new(move |_| found.get().map(|(_, parts)| parts).unwrap_or_default())));
    let page = move || match route.get() {
        Some(index) => routes[index].1(),
        None => page::not_found::page(),
    };
    shell(page.into_any())
}

/// The route of a path by its number, and the parts of the path.
pub fn find(routes: &[Route], path: &str) -> Option<(usize, Vec<(&'static str, String)>)> {
    routes.iter().enumerate().find_map(|(index, (pattern, _))| Some((index, place::matched(pattern, path)?)))
}
