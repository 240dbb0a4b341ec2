//! `/compose?again=<id>`: a message that has ended, begun once more with what its sender may still know of it.

use leptos::{prelude::*, task::spawn_local};
use shared::{api::draft, rules::marker::NO_SUBJECT};

use super::Letter;
use crate::{
    api::{draft as kept, message},
    page,
    session::Session,
};

/// Fills in recipients and subject, unless something is written here already or kept as a draft.
pub fn fill(session: Session, letter: Letter) {
    let Some(id) = page::query("again").get_untracked() else { return };
    spawn_local(async move {
        if kept::get(session, draft::NEW).await.is_ok() {
            return;
        }
        let Ok(found) = message::deliveries(session, &id).await else { return };
        let is_typed = [letter.to.taken, letter.subject, letter.text]
            .iter()
            .any(|field| field.value.try_with_untracked(|text| !text.is_empty()) != Some(false));
        if is_typed {
            return;
        }
        // Those who asked for it; if nobody did, all whom it was addressed to.
        let asked = found.items.iter().filter(|delivery| delivery.requested_at.is_some());
        let mut to: Vec<String> = asked.map(|delivery| delivery.recipient.clone()).collect();
        if to.is_empty() {
            to = found.message.recipients.into_iter().map(|mailbox| mailbox.address).collect();
        }
        letter.to.taken.value.set(to.join(", "));
        if found.message.subject != NO_SUBJECT {
            letter.subject.value.set(found.message.subject);
        }
    });
}
