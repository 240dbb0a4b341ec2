//! Every page and its path.

use leptos::prelude::*;
use leptos_router::{
    components::{FlatRoutes, Route, Router},
    path,
};

use crate::{component::shell::shell, go::Go, page, session::Session};

/// The whole portal.
#[component]
pub fn App() -> impl IntoView {
    Session::start();
    view! { <Router><Framed/></Router> }
}

#[component]
fn Framed() -> AnyView {
    Go::provide();
    let routes = view! {
        <FlatRoutes fallback=page::not_found::page>
            <Route path=path!("/") view=page::home/>
            <Route path=path!("/open/:ticket?") view=page::open::page/>
            <Route path=path!("/register") view=page::register::page/>
            <Route path=path!("/confirm/:token?") view=page::confirm::page/>
            <Route path=path!("/login") view=page::login::page/>
            <Route path=path!("/forgot") view=page::forgot::page/>
            <Route path=path!("/reset/:token?") view=page::reset::page/>
            <Route path=path!("/inbox") view=page::inbox::page/>
            <Route path=path!("/messages/:id") view=page::message::page/>
            <Route path=path!("/compose") view=page::compose::page/>
            <Route path=path!("/sent") view=page::sent::page/>
            <Route path=path!("/settings") view=page::settings::page/>
            <Route path=path!("/help") view=page::help::page/>
            <Route path=path!("/genuine") view=page::genuine::page/>
        </FlatRoutes>
    };
    shell(routes.into_any())
}
