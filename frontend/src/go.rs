//! Going from page to page.

use leptos::prelude::*;
use shared::route::page::{FORGOT, INBOX, MESSAGES, OPEN, is_inner};

use crate::{api::encoded, place::Place, session::Session};

/// Goes to pages; a handle that can be copied about.
#[derive(Clone, Copy)]
pub struct Go(Place);

impl Go {
    /// In a component.
    pub fn here() -> Self {
        Self(Place::here())
    }

    /// To this path.
    pub fn to(self, path: &str) {
        self.0.go(path, false);
    }

    /// To this path, which takes the place of the current one.
    pub fn instead(self, path: &str) {
        self.0.go(path, true);
    }

    /// To where a log-in should lead: the message itself rather than its cover.
    pub async fn on_to(self, session: Session, path: &str) {
        let path = if is_inner(path) { path } else { INBOX };
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

/// Where a new password is asked for by whoever is on the way to a message: it leads back there.
pub fn forgot(path: &str) -> Option<String> {
    let message = path.strip_prefix(MESSAGES)?.strip_prefix('/')?;
    Some(format!("{FORGOT}?message={}", encoded(message)))
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
