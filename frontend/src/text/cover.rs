//! Words of the cover, `/open/<ticket>`.

use super::{host, portal};

pub const FROM: &str = "From";
pub const TO: &str = "To";
pub const SENT: &str = "Sent";
pub const SUBJECT: &str = "Subject";
pub const READ_UNTIL: &str = "Read until";
pub const REFERENCE: &str = "Reference";
pub const OPEN_MESSAGE: &str = "Open Message";
pub const FIRST_TIME: &str = "The first time you choose a password; we then send you one mail to confirm that this address is yours. There is nothing to install and nothing to pay.";
pub const BEGUN: &str = "You have begun to register, but your address is not confirmed yet. Follow the link in the mail that we sent you, or press Open Message to start again.";
pub const KNOWN: &str = "Next you log in with the password that you chose here.";
pub const INSIDE: &str = "You are logged in: the message opens at once.";
pub const EXPIRED: &str = "The time to read this message is over";
pub const RECALLED: &str = "The sender took this message back";
pub const RECALLED_NEXT: &str =
    "You need not do anything. It may have been sent by mistake, or a corrected message may follow.";
pub const UNKNOWN: &str = "This link leads to no message";
pub const UNKNOWN_NEXT: &str = "The link may have been cut off. Open it again from the mail, or copy the whole of it into your browser. If it still does not work, ask the person who wrote to you to send the message again.";
pub const WRONG_PERSON: &str = "You are logged in with another address";
pub const TO_MY_INBOX: &str = "No, go to my inbox";
pub const TO_INBOX: &str = "Log in and look in my inbox";

pub fn has_sent(sender: &str) -> String {
    format!("{sender} has sent you an encrypted message")
}

pub fn expired_next(sender: &str, until: &str, reference: &str) -> String {
    format!(
        "It could be read until {until}, and has been deleted since. If you still need it, ask {sender} to send it again, and mention the reference {reference}."
    )
}

pub fn ask(sender: &str) -> String {
    format!("Questions? Write to {sender} or call on a number you already know.")
}

pub fn wrong_person(current: &str, recipient: &str) -> String {
    format!(
        "This message was sent to {recipient}, but you are logged in as {current}. To read it, log out and go on as {recipient}."
    )
}

pub fn switch(recipient: &str) -> String {
    format!("Go on as {recipient}")
}

pub fn genuine(sender: &str, reference: &str) -> String {
    format!(
        "Look at the address bar of your browser: it should say {}. The mail that brought you here shows the same reference, {reference}. If you are unsure, call {sender} on a number you already know. {} never asks for your social security number, your bank or a payment.",
        host(),
        portal()
    )
}

pub fn write_to(address: &str) -> String {
    format!("Write to {address}")
}
