//! Where the reader is: the address in the browser's bar, and the links and buttons that change it.

use leptos::{
    ev,
    prelude::*,
    wasm_bindgen::{JsCast, JsValue},
    web_sys::{Element, HtmlAnchorElement, MouseEvent, Url, UrlSearchParams},
};
use shared::route::page::INBOX;

use crate::{
    app::{self, Route},
    component::files::Files,
    draft::Kept,
    text::message as words,
};

/// What stands in the browser's storage from leaving for the other program until that one runs.
const PASSING: &str = "octothorpe-passing";

/// The address of the page, without its origin; a handle that can be copied about.
#[derive(Clone, Copy)]
pub struct Place {
    path: RwSignal<String>,
    query: RwSignal<String>,
    routes: StoredValue<&'static [Route]>,
    /// What would be lost with this page, if anything.
    guard: StoredValue<Option<(Files, Kept)>, LocalStorage>,
}

impl Place {
    /// Begins where the browser is, and follows it: links within the portal change the page without loading it anew, and
    /// so do the browser's own buttons.
    pub fn provide(routes: &'static [Route]) -> Self {
        let empty = || RwSignal::new(String::new());
        let place = Self {
            path: empty(),
            query: empty(),
            routes: StoredValue::new(routes),
            guard: StoredValue::new_local(None),
        };
        place.follow();
        provide_context(place);
        window_event_listener(ev::popstate, move |_| place.returned());
        window_event_listener(ev::click, move |event| place.clicked(&event));
        place
    }

    /// In a component.
    pub fn here() -> Self {
        expect_context()
    }

    /// The path; tracked.
    pub fn path(self) -> String {
        self.path.get()
    }

    /// A parameter of the query; tracked.
    pub fn query(self, name: &str) -> Option<String> {
        let query = UrlSearchParams::new_with_str(&self.query.get()).ok()?;
        query.get(name).filter(|value| !value.is_empty())
    }

    /// Files that go with the page, which is therefore not left without a question, and its draft; `None` from when there
    /// are none.
    pub fn holds(self, what: Option<(Files, Kept)>) {
        self.guard.set_value(what);
    }

    /// Whether words or files would be lost with the page and its session.
    pub fn would_lose(self) -> bool {
        self.would_lose_files() || self.guard.get_value().is_some_and(|(_, kept)| kept.is_at_risk())
    }

    fn would_lose_files(self) -> bool {
        let guard = self.guard.get_value();
        guard.is_some_and(|(files, _)| files.try_with_untracked(Vec::is_empty) == Some(false))
    }

    /// Whether the reader stays on this page, as files would be lost.
    fn stays(self) -> bool {
        self.would_lose_files() && !window().confirm_with_message(words::FILES_LEAVE()).unwrap_or(true)
    }

    /// Goes to a path of the portal, with or without a query and a fragment; `replace` where it takes the place of the
    /// current one.
    pub fn go(self, path: &str, replace: bool) {
        if !self.knows(path) {
            pass();
            let location = window().location();
            // As the browser reads it: whatever was let through by mistake stays with this site.
            let origin = location.origin().unwrap_or_default();
            let is_ours = Url::new_with_base(path, &origin).is_ok_and(|url| url.origin() == origin);
            let path = if is_ours { path } else { INBOX };
            // Where the browser refuses, the reader stays on this page, as with a link.
            let _ = if replace { location.replace(path) } else { location.assign(path) };
            return;
        }
        let Ok(history) = window().history() else { return };
        let (state, title) = (JsValue::NULL, "");
        let gone = if replace {
            history.replace_state_with_url(&state, title, Some(path))
        } else {
            history.push_state_with_url(&state, title, Some(path))
        };
        if gone.is_ok() {
            self.follow();
            show(path.split_once('#').map(|(_, fragment)| fragment.to_owned()));
        }
    }

    /// Whether a page of this program stands at a path; else another program has it, and the server will say.
    fn knows(self, path: &str) -> bool {
        let path = path.split(['?', '#']).next().unwrap_or_default();
        self.routes.with_value(|routes| app::find(routes, path).is_some())
    }

    /// The browser's own buttons were pressed: it shows the other address already.
    fn returned(self) {
        let location = window().location();
        let (path, query) = (self.path.get_untracked(), self.query.get_untracked());
        let is_here =
            location.pathname().is_ok_and(|now| now == path) && location.search().is_ok_and(|now| now == query);
        if is_here || !self.stays() {
            self.follow();
        } else if let Ok(history) = window().history() {
            let _ = history.push_state_with_url(&JsValue::NULL, "", Some(&(path + &query)));
        }
    }

    /// Tells the pages what changed. The path first: a page that is left does not hear of the query of another.
    fn follow(self) {
        let location = window().location();
        let now = |signal: RwSignal<String>, text: Result<String, JsValue>| {
            let text = text.unwrap_or_default();
            if signal.with_untracked(|known| *known != text) {
                signal.set(text);
            }
        };
        now(self.path, location.pathname());
        now(self.query, location.search());
    }

    /// Takes over a plain click on a link within the portal; the server's own pages are marked as external.
    fn clicked(self, event: &MouseEvent) {
        let with_key = event.meta_key() || event.ctrl_key() || event.shift_key() || event.alt_key();
        if event.default_prevented() || event.button() != 0 || with_key {
            return;
        }
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let link = target.and_then(|target| target.closest("a[href]").ok().flatten());
        let Some(link) = link.and_then(|link| link.dyn_into::<HtmlAnchorElement>().ok()) else { return };
        let location = window().location();
        let is_ours = location.origin().is_ok_and(|origin| origin == link.origin());
        let leads_out = !link.target().is_empty() || link.has_attribute("download") || link.rel().contains("external");
        let within_page = !link.hash().is_empty()
            && location.pathname().is_ok_and(|path| path == link.pathname())
            && location.search().is_ok_and(|query| query == link.search());
        if !is_ours || leads_out || within_page {
            return;
        }
        if self.knows(&link.pathname()) {
            event.prevent_default();
            if !self.stays() {
                self.go(&(link.pathname() + &link.search() + &link.hash()), false);
            }
        } else {
            pass();
        }
    }
}

/// The reader goes to the other program: to them, one more page of the same portal.
fn pass() {
    if let Ok(Some(storage)) = window().session_storage() {
        let _ = storage.set_item(PASSING, "1");
    }
}

/// Notes something with this page in the browser's history: a phone that drops the page and loads it anew has it still.
pub fn remember(note: Option<&str>) {
    if let Ok(history) = window().history() {
        let _ = history.replace_state_with_url(&note.map_or(JsValue::NULL, JsValue::from_str), "", None);
    }
}

/// What was noted with this page.
pub fn remembered() -> Option<String> {
    window().history().ok()?.state().ok()?.as_string()
}

/// Whether the reader came from the other program; asked once.
pub fn has_passed() -> bool {
    let Ok(Some(storage)) = window().session_storage() else { return false };
    let has_passed = storage.get_item(PASSING).is_ok_and(|mark| mark.is_some());
    let _ = storage.remove_item(PASSING);
    has_passed
}

/// Scrolls to the part of the page that is asked for, or to its top, once it stands there.
fn show(fragment: Option<String>) {
    request_animation_frame(move || match fragment.and_then(|id| document().get_element_by_id(&id)) {
        Some(part) => part.scroll_into_view(),
        None => window().scroll_to_with_x_and_y(0.0, 0.0),
    });
}

/// What stands in a path in the places of the pattern's `:names`, decoded; `None` if the path is not of this pattern.
pub fn matched(pattern: &'static str, path: &str) -> Option<Vec<(&'static str, String)>> {
    let mut found = Vec::new();
    let mut parts = path.trim_end_matches('/').split('/');
    for wanted in pattern.trim_end_matches('/').split('/') {
        let part = parts.next()?;
        match wanted.strip_prefix(':') {
            Some(name) if !part.is_empty() => found.push((name, js_sys::decode_uri_component(part).ok()?.into())),
            _ if wanted == part => {}
            _ => return None,
        }
    }
    parts.next().is_none().then_some(found)
}
