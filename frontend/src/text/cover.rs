//! Words of the cover, `/open/<ticket>`.

pub use shared::cover::*;

use super::{host, portal};

pub const OPEN_MESSAGE: &str = "Open Message";
pub const FIRST_TIME: &str = "The first time you choose a password; we then send you one mail to confirm that this address is yours. There is nothing to install and nothing to pay.";
pub const BEGUN: &str = "You have begun to register, but your address is not confirmed yet. Follow the link in the mail that we sent you, or press Open Message to start again.";
pub const KNOWN: &str = "Next you log in with the password that you chose here.";
pub const INSIDE: &str = "You are logged in: the message opens at once.";
pub const WRONG_PERSON: &str = "You are logged in with another address";
pub const TO_MY_INBOX: &str = "No, go to my inbox";
pub const TO_INBOX: &str = "Log in and look in my inbox";

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
