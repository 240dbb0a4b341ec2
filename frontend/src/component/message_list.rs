//! Lines of the inbox and of the sent box.

use leptos::prelude::*;
use shared::api::{message::MessageSummary, ticket::MessageState};

use super::{facts, icon, when};
use crate::text::{Phrase, mailbox as words};

/// How many days before its end a message says so with some emphasis.
const SOON: i64 = 7;

/// The list; `people` says whom a line is about, `ends` how it stands, `link` where it leads, `is_new` which are set in
/// bold.
pub fn message_list(
    messages: &[MessageSummary],
    people: fn(&MessageSummary) -> Phrase,
    ends: fn(&MessageSummary) -> AnyView,
    link: fn(&MessageSummary) -> String,
    is_new: fn(&MessageSummary) -> bool,
) -> AnyView {
    let rows = messages
        .iter()
        .map(|message| {
            let new = is_new(message);
            let class = if new { "row row-new" } else { "row" };
            let unread = new.then(|| view! { <span class="tag">{words::UNREAD}</span> });
            let attached = message.has_attachments.then(|| {
                view! { <span class="row-clip" role="img" aria-label=words::HAS_ATTACHMENTS>{icon::clip()}</span> }
            });
            view! {
                <li>
                    <a class=class href=link(message)>
                        <span class="row-people">{unread}{people(message)}</span>
                        <span class="row-when">{when::tagged(&message.sent_at, when::short(&message.sent_at))}</span>
                        <span class="row-subject"><span>{message.subject.clone()}</span>{attached}</span>
                        {ends(message)}
                    </a>
                </li>
            }
            .into_any()
        })
        .collect_view();
    view! { <ul class="rows">{rows}</ul> }.into_any()
}

/// Who wrote it.
pub fn sender(message: &MessageSummary) -> Phrase {
    facts::name(&message.sender).into()
}

/// When it can be read no more, or what else became of it.
pub fn ends(message: &MessageSummary) -> AnyView {
    let over = match message.state {
        MessageState::Available => None,
        MessageState::Expired => Some(words::EXPIRED),
        MessageState::Recalled => Some(words::RECALLED),
    };
    if let Some(over) = over {
        return view! { <span class="row-ends">{over}</span> }.into_any();
    }
    let days = when::days_until(&message.expires_at);
    let class = if days < SOON { "row-ends row-soon" } else { "row-ends" };
    let left = match u64::try_from(days) {
        Err(_) | Ok(0) => words::LAST_DAY.into(),
        Ok(days) => words::days_left(days),
    };
    view! { <span class=class>{left}</span> }.into_any()
}
