//! Words of the compose page.

pub const TITLE: &str = "Write a message";
pub const TO: &str = "To";
pub const CC: &str = "Cc";
pub const BCC: &str = "Bcc";
pub const BCC_HINT: &str = "Nobody else learns of these.";
pub const COPIES: &str = "Cc and Bcc";
pub const ADDRESSES_HINT: &str = "Several addresses: put a comma between them.";
pub const TO_MISSING: &str = "Enter at least one address.";
pub const SUBJECT: &str = "Subject";
pub const SUBJECT_HINT: &str = "The subject is never encrypted: keep names and numbers out of it. You need no # here.";
pub const SUBJECT_MISSING: &str = "Enter a subject.";
pub const TEXT: &str = "Message";
pub const TEXT_MISSING: &str = "Write something first.";
pub const EXPIRES: &str = "Can be read for";
pub const EXPIRES_USUAL: &str = "The usual time";
pub const EXPIRES_CHOICES: [(&str, &str); 5] =
    [("7", "7 days"), ("14", "14 days"), ("30", "30 days"), ("90", "90 days"), ("365", "1 year")];
pub const ATTACH: &str = "Attach files";
pub const SEND: &str = "Send";
pub const ACCEPT: &str = "Send it with this subject all the same. What is marked is replaced by ••• in notifications.";
pub const ACCEPT_MISSING: &str = "Take this out of the subject, or tick the box below it.";
pub const DONE: &str = "Your message was sent";
pub const ANOTHER: &str = "Write another message";
pub const SEE: &str = "See who has opened it";

pub const SENDER_WILL: &str = "Sealed for everyone outside your organisation: they get a notification and read the message here. Colleagues inside get ordinary mail.";
pub const RECIPIENT_WILL: &str = "Your message goes to the organisation's ordinary mailboxes, encrypted on its way.";
pub const BODY_FINDINGS: &str = "This text holds what looks like a protected number. It may stay: for recipients outside your organisation the text is sealed.";
pub const SUBJECT_STRONG: &str = "Not in a subject, please: it travels without encryption. Move this into the message.";
pub const SUBJECT_WEAK: &str = "Look again: the subject travels without encryption.";

pub fn wrong_address(written: &str) -> String {
    format!("\"{written}\" is not an email address. It should look like name@example.org.")
}

pub fn done_to(names: &str) -> String {
    format!("It is on its way to {names}.")
}
