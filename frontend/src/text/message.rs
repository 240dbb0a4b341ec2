//! Words of an opened message.

pub const FROM: &str = "From";
pub const TO: &str = "To";
pub const SENT: &str = "Sent";
pub const READ_UNTIL: &str = "Read until";
pub const REFERENCE: &str = "Reference";
pub const BACK: &str = "Inbox";
pub const BODY: &str = "Message";
pub const PLAIN: &str = "Show as plain text";
pub const FORMATTED: &str = "Show with formatting";
pub const REMOTE: &str = "Show images from the internet";
pub const REMOTE_WHY: &str = "Images from elsewhere are not shown, because they tell their owner that you read this.";
pub const ANSWERS: &str = "This answers an earlier message";
pub const ATTACHMENTS: &str = "Attachments";
pub const DOWNLOAD: &str = "Download";
pub const GRANTS_FAILED: &str = "The attachments and the formatted text cannot be loaded right now.";
pub const GRANTS_NEXT: &str = "Reload the page in a moment.";
pub const EMPTY_BODY: &str = "(This message has no text.)";

pub const REPLY_TITLE: &str = "Answer";
pub const REPLY: &str = "Your reply";
pub const REPLY_ALL: &str = "Reply to all";
pub const REPLY_MISSING: &str = "Write something first.";
pub const SEND_REPLY: &str = "Send reply";
pub const ATTACH: &str = "Attach files";
pub const REMOVE: &str = "Remove";
pub const REPLY_SENT: &str = "Your reply was sent";
pub const REPLY_AGAIN: &str = "Write another reply";
pub const REPLY_SEE: &str = "See what I have sent";

pub fn reply_to(name: &str) -> String {
    format!("It goes to {name}, encrypted on its way.")
}

pub fn reply_sent_to(names: &str) -> String {
    format!("It is on its way to {names}.")
}

pub fn frame_title(subject: &str) -> String {
    format!("Text of the message: {subject}")
}
