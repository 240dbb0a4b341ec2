//! Every page and its path.

use leptos::prelude::*;

use crate::{
    component::shell::shell,
    page,
    place::{self, Place},
    session::Session,
};

/// A path, in which `:name` stands for anything, and its page.
type Route = (&'static str, fn() -> AnyView);

const ROUTES: [Route; 13] = [
    ("/", page::home),
    ("/open/:ticket", page::open::page),
    ("/register", page::register::page),
    ("/confirm/:token", page::confirm::page),
    ("/login", page::login::page),
    ("/forgot", page::forgot::page),
    ("/reset/:token", page::reset::page),
    ("/inbox", page::inbox::page),
    ("/messages/:id", page::message::page),
    ("/compose", page::compose::page),
    ("/sent", page::sent::page),
    ("/settings", page::settings::page),
    ("/help", page::help::page),
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

/// The whole portal.
#[component]
pub fn App() -> AnyView {
    Session::start();
    let place = Place::provide();
    let found = Memo::new(move |_| {
        let path = place.path();
        ROUTES.iter().enumerate().find_map(|(index, (pattern, _))| Some((index, place::matched(pattern, &path)?)))
    });
    // Another message is the same page; only another route builds one anew.
    let route = Memo::new(move |_| found.with(|found| found.as_ref().map(|(index, _)| *index)));
    provide_context(Parts(Memo::new(move |_| found.get().map(|(_, parts)| parts).unwrap_or_default())));
    let page = move || match route.get() {
        Some(index) => ROUTES[index].1(),
        None => page::not_found::page(),
    };
    shell(page.into_any())
}
