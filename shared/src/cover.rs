//! Words of the cover, `/open/<ticket>`: the server writes them into the page before the page runs, and the page shows
//! the same ones. English; the page may translate.

/// Before the sender.
pub const FROM: &str = "From";
/// Before the recipient.
pub const TO: &str = "To";
/// Before the time of sending.
pub const SENT: &str = "Sent";
/// Before the subject.
pub const SUBJECT: &str = "Subject";
/// Before the last day.
pub const READ_UNTIL: &str = "Read until";
/// Before the reference code.
pub const REFERENCE: &str = "Reference";
/// The heading of an expired message.
pub const EXPIRED: &str = "The time to read this message is over";
/// The heading of a recalled message.
pub const RECALLED: &str = "The sender took this message back";
/// What to do about it.
pub const RECALLED_NEXT: &str =
    "You need not do anything. It may have been sent by mistake, or a corrected message may follow.";
/// The heading where there is no such ticket.
pub const UNKNOWN: &str = "This link leads to no message";
/// What to do about it.
pub const UNKNOWN_NEXT: &str = "The link may have been cut off. Open it again from the mail, or copy the whole of it into your browser. If it still does not work, ask the person who wrote to you to send the message again.";

/// The heading: who wrote.
pub fn has_sent(sender: &str) -> String {
    format!("{sender} has sent you an encrypted message")
}

/// What to do about an expired message. `until` is a day in words.
pub fn expired_next(sender: &str, until: &str, reference: &str) -> String {
    format!(
        "It could be read until {until}, and has been deleted since. If you still need it, ask {sender} to send it again, and mention the reference {reference}."
    )
}

/// Whom to ask.
pub fn ask(sender: &str) -> String {
    format!("Questions? Write to {sender} or call on a number you already know.")
}
