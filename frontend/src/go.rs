//! Going from page to page.

use std::rc::Rc;

use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use shared::route::page::{INBOX, MESSAGES, OPEN};

use crate::session::Session;

/// Goes to a path; `true` where it takes the place of the current one.
type Navigate = dyn Fn(&str, bool);

/// Goes to pages; a handle that can be copied about.
#[derive(Clone, Copy)]
pub struct Go(StoredValue<Rc<Navigate>, LocalStorage>);

impl Go {
    /// Shares it with every page; within the router.
    pub fn provide() {
        let navigate = use_navigate();
        let go = move |path: &str, replace: bool| {
            navigate(path, NavigateOptions { replace, ..NavigateOptions::default() });
        };
        provide_context(Self(StoredValue::new_local(Rc::new(go))));
    }

    /// In a component.
    pub fn here() -> Self {
        expect_context()
    }

    /// To this path.
    pub fn to(self, path: &str) {
        self.0.with_value(|go| go(path, false));
    }

    /// To this path, which takes the place of the current one.
    pub fn instead(self, path: &str) {
        self.0.with_value(|go| go(path, true));
    }

    /// To where a log-in should lead: the message itself rather than its cover.
    pub async fn on_to(self, session: Session, path: &str) {
        let path = inner(path).unwrap_or(INBOX);
        let Some(ticket) = path.strip_prefix(OPEN).and_then(|rest| rest.strip_prefix('/')) else {
            return self.instead(path);
        };
        match session.ticket(ticket.to_owned()).await {
            Ok(cover) if is_theirs(session, &cover.recipient) => {
                self.instead(&format!("{MESSAGES}/{}", cover.message_id));
            }
            _ => self.instead(path),
        }
    }
}

/// Whether the account that is logged in has this address.
pub fn is_theirs(session: Session, address: &str) -> bool {
    untrack(|| session.account()).is_some_and(|account| same_address(&account.email, address))
}

/// Whether two addresses are the same one.
pub fn same_address(one: &str, other: &str) -> bool {
    match (one.parse::<shared::EmailAddress>(), other.parse::<shared::EmailAddress>()) {
        (Ok(one), Ok(other)) => one == other,
        _ => one == other,
    }
}

/// A path of this portal; whatever could lead elsewhere is none.
fn inner(path: &str) -> Option<&str> {
    (path.starts_with('/') && !path.starts_with("//") && !path.contains('\\')).then_some(path)
}
