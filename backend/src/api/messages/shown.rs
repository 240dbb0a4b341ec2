//! Rows as the API shows them.

use shared::{
    api::{
        delivery::{Delivery as ShownDelivery, DeliveryState as ShownState},
        message::{Attachment, MessageSummary, Progress, TNEF},
        ticket::MessageState,
    },
    rules::{SubjectTags, marker},
};

use super::access;
use crate::{
    api::tickets::{expires_at, state},
    app::App,
    clock::rfc3339,
    intake::cover,
    message::{Leaf, Mailbox, Outline, container},
    reading,
    store::{
        deliveries::{Delivery, DeliveryState},
        messages::Message,
    },
};

/// A name and an address.
pub fn mailbox(mailbox: &Mailbox) -> shared::api::Mailbox {
    shared::api::Mailbox { name: mailbox.name.clone(), address: mailbox.address.written().to_owned() }
}

/// The subject without its marker.
pub fn subject(outline: &Outline, tags: &SubjectTags) -> String {
    marker::read(&outline.subject, tags).display
}

/// A line of a list, with the true subject where the message can be opened and the masked one where it cannot.
pub fn summary(app: &App, message: &Message, delivery: Option<&Delivery>, all: &[Delivery]) -> MessageSummary {
    let now = app.clock.now();
    let state = state(message, delivery, now);
    let outline = match state {
        MessageState::Available => {
            access::opener(app, message, delivery).ok().and_then(|opener| reading::outline(&opener, message))
        }
        MessageState::Expired | MessageState::Recalled => None,
    };
    with_outline(app, message, delivery, all, outline.as_ref())
}

/// The same for a message that is open already.
pub fn with_outline(
    app: &App,
    message: &Message,
    delivery: Option<&Delivery>,
    all: &[Delivery],
    outline: Option<&Outline>,
) -> MessageSummary {
    let cover = cover::open(app, message);
    let sender = cover.as_ref().map_or_else(
        || shared::api::Mailbox { name: String::new(), address: message.sender.written().to_owned() },
        |cover| mailbox(&cover.sender),
    );
    let recipients = match (outline, &cover) {
        (Some(outline), _) => outline.to.iter().chain(&outline.cc).map(mailbox).collect(),
        (None, Some(cover)) => cover.recipients.iter().map(mailbox).collect(),
        (None, None) => Vec::new(),
    };
    let has_attachments =
        outline.map_or_else(|| cover.as_ref().is_some_and(|cover| cover.has_attachments), Outline::has_attachments);
    let first_opened_at = match delivery {
        Some(delivery) => delivery.first_opened_at,
        None => all.iter().filter_map(|delivery| delivery.first_opened_at).min(),
    };
    MessageSummary {
        id: message.id.to_string(),
        reference: message.reference.clone(),
        sender,
        recipients,
        subject: match (outline, cover) {
            (Some(outline), _) => subject(outline, &app.rules.subject_tags),
            (None, cover) => cover.map_or_else(|| marker::NO_SUBJECT.to_owned(), |cover| cover.subject),
        },
        sent_at: rfc3339(message.sent_at),
        expires_at: rfc3339(expires_at(message, delivery)),
        first_opened_at: first_opened_at.map(rfc3339),
        has_attachments,
        size: u64::try_from(message.size).unwrap_or(0),
        state: state(message, delivery, app.clock.now()),
        progress: delivery.is_none().then(|| progress(all)),
    }
}

/// How far a message got with those it is sealed for.
fn progress(all: &[Delivery]) -> Progress {
    let count = |of: fn(&Delivery) -> bool| u32::try_from(all.iter().filter(|one| of(one)).count()).unwrap_or(u32::MAX);
    Progress {
        sealed: count(|delivery| delivery.ticket_hash.is_some()),
        opened: count(|delivery| delivery.ticket_hash.is_some() && delivery.first_opened_at.is_some()),
        failed: count(|delivery| delivery.state == DeliveryState::Failed),
        refused: count(|delivery| delivery.refused_at.is_some()),
        recalled: count(|delivery| delivery.state == DeliveryState::Recalled && delivery.refused_at.is_none()),
    }
}

/// One attachment.
pub fn attachment(index: usize, leaf: &Leaf, inline: bool) -> Attachment {
    Attachment {
        index: u32::try_from(index).unwrap_or(u32::MAX),
        name: file_name(index, leaf),
        content_type: if container::is_tnef(leaf) { TNEF.to_owned() } else { leaf.content_type.clone() },
        size: leaf.size,
        inline,
    }
}

/// A name to save it under, without a path.
pub fn file_name(index: usize, leaf: &Leaf) -> String {
    let given = leaf.name.as_deref().unwrap_or_default();
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last.chars().filter(|c| !c.is_control()).collect();
    let clean = clean.trim();
    if !clean.is_empty() && clean != "." && clean != ".." {
        return clean.to_owned();
    }
    let extension = match leaf.content_type.as_str() {
        "text/calendar" => "ics",
        "message/rfc822" => "eml",
        "text/plain" => "txt",
        "text/html" => "html",
        "image/png" => "png",
        "image/jpeg" => "jpg",
        "image/gif" => "gif",
        "application/pdf" => "pdf",
        _ => "bin",
    };
    format!("attachment-{}.{extension}", index + 1)
}

/// One delivery, as the message's sender sees it.
pub fn delivery(delivery: &Delivery) -> ShownDelivery {
    ShownDelivery {
        id: delivery.id.to_string(),
        recipient: delivery.recipient.written().to_owned(),
        state: match delivery.state {
            DeliveryState::Queued => ShownState::Queued,
            DeliveryState::Notified => ShownState::Notified,
            DeliveryState::Relayed => ShownState::Relayed,
            DeliveryState::Failed => ShownState::Failed,
            DeliveryState::Expired => ShownState::Expired,
            DeliveryState::Recalled => ShownState::Recalled,
        },
        notified_at: delivery.notified_at.map(rfc3339),
        first_opened_at: delivery.first_opened_at.map(rfc3339),
        replied_at: delivery.replied_at.map(rfc3339),
        expires_at: delivery.expires_at.map(rfc3339),
        requested_at: delivery.requested_at.map(rfc3339),
        refused_at: delivery.refused_at.map(rfc3339),
    }
}
