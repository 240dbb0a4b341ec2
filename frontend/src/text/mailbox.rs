//! Words of the inbox and the sent box.

use shared::api::{delivery::DeliveryState, ticket::MessageState};

use super::count;

pub const INBOX: &str = "Inbox";
pub const EMPTY: &str = "There are no messages";
pub const EMPTY_RECIPIENT: &str =
    "When somebody sends you an encrypted message, it appears here, and you get a notification by mail.";
pub const EMPTY_SENDER: &str =
    "Answers to you arrive in your ordinary mailbox. Here you find messages that were sent to you sealed.";
pub const OLDER: &str = "Older";
pub const NEWEST: &str = "Newest";
pub const UNREAD: &str = "Unread";
pub const HAS_ATTACHMENTS: &str = "With attachments";
pub const EXPIRED: &str = "Expired";
pub const RECALLED: &str = "Taken back";

pub const SENT: &str = "Sent";
pub const SENT_EMPTY: &str = "You have not sent any messages yet.";
pub const TO: &str = "To";
pub const BACK: &str = "Back to the list";
pub const READ_IT: &str = "Read the message";
pub const RECIPIENTS: &str = "Who has it";
pub const RECALL_ONE: &str = "Take back";
pub const RECALL_ALL: &str = "Take the message back from everyone";
pub const RECALL_WHY: &str = "Whoever has not read it cannot read it any more. This cannot be undone, and what was already read or saved stays with its reader.";
pub const RECALL_ALL_SURE: &str = "Yes, take it back from everyone";
pub const RECALL_ONE_SURE: &str = "Yes, take it back";
pub const CANCEL: &str = "Cancel";
pub const RECALLED_DONE: &str = "The message was taken back.";

pub const fn state(state: MessageState) -> &'static str {
    match state {
        MessageState::Available => "",
        MessageState::Expired => EXPIRED,
        MessageState::Recalled => RECALLED,
    }
}

/// How far a delivery got, for its sender.
pub const fn delivery(state: DeliveryState) -> &'static str {
    match state {
        DeliveryState::Queued => "Waiting to be notified",
        DeliveryState::Notified => "Notified, not opened yet",
        DeliveryState::Relayed => "Sent as ordinary mail, inside your organisation",
        DeliveryState::Failed => "The notification could not be delivered: check the address",
        DeliveryState::Expired => "Expired",
        DeliveryState::Recalled => "Taken back",
    }
}

pub const OPENED: &str = "Opened";
pub const REPLIED: &str = "Replied";

pub fn days_left(days: i64) -> String {
    match days {
        ..=0 => "last day".to_owned(),
        _ => format!("{} left", count(usize::try_from(days).unwrap_or_default(), "day", "days")),
    }
}
