//! Words of the help page.

pub const TITLE: &str = "How it works";
pub const MARKER: &str = "For those who send: one sign";
/// The five lines that teach the marker.
pub const MARKER_LINES: [&str; 5] = [
    "Write your mail as always, in Outlook or any other program.",
    "Put # in front of the subject: \"# Visit on Friday\".",
    "Whoever is outside your organisation gets a notification, and reads the message here, sealed.",
    "Colleagues inside get ordinary mail; answers reach your ordinary mailbox.",
    "The subject itself is never encrypted: keep names and numbers out of it.",
];
pub const FORGOTTEN: &str =
    "If you forget the #, mail with a social security or case number in it is sealed all the same.";
pub const READING: &str = "For those who receive";
pub const READING_LINES: [&str; 5] = [
    "You got a mail that somebody has sent you an encrypted message. Press Open Message in it.",
    "The first time, choose a password; then follow the link in the mail that confirms your address.",
    "From then on your email address and password are all you need, on a phone or a computer.",
    "You can reply on the page of the message. Your reply is encrypted too.",
    "A message can be read until the day that stands on it. Save what you want to keep.",
];
pub const GENUINE_LINES: [&str; 5] = [
    "Look at the address bar of your browser: it should begin with the address below, and nothing else.",
    "The notification and the page of the message show the same reference code.",
    "You never need to install or pay anything, and nobody asks for your social security number or your bank.",
    "If you did not expect the message, call the sender on a number you already know, not on one from the mail.",
    "If something is wrong, do not enter a password. Close the page.",
];
pub const THIS_HOST: &str = "The address of this portal:";
