//! Words of registering, confirming, logging in, passwords and settings.

use shared::password::Strength;

use super::portal;

pub const NAME: &str = "Your name";
pub const NAME_HINT: &str = "As the person who wrote to you knows you.";
pub const EMAIL: &str = "Email";
pub const EMAIL_FIXED: &str = "The message was sent to this address.";
pub const PASSWORD: &str = "Password";
pub const NEW_PASSWORD: &str = "New password";
pub const PASSWORD_HINT: &str = "At least 8 characters. A few words in a row are easy to remember.";
pub const SHOW: &str = "Show";
pub const HIDE: &str = "Hide";
pub const SHOW_LABEL: &str = "Show the typed characters";
pub const STRENGTH: &str = "How hard it is to guess";
pub const CONTINUE: &str = "Continue";

pub const NAME_MISSING: &str = "Enter your name.";
pub const EMAIL_WRONG: &str = "Enter an email address, such as name@example.org.";
pub const PASSWORD_MISSING: &str = "Enter your password.";

pub const REGISTER: &str = "Choose a password";
pub const REGISTER_WHY: &str = "With it you read this message, and later ones too. You do this only once.";
pub const HAVE_ACCOUNT: &str = "I already have an account: log in";

pub const CHECK_INBOX: &str = "Check your inbox";
pub const NEXT_STEPS: [&str; 3] = [
    "Open that mail, on this device or another one.",
    "Follow the link in it.",
    "Enter the password that you have just chosen. Your message then opens.",
];
pub const NO_MAIL: &str = "The mail does not come?";
pub const NO_MAIL_STEPS: [&str; 2] = [
    "It can take a few minutes. Look in the folder for spam or junk mail too.",
    "If you already have an account here, we sent you a mail that says so instead: log in with your password.",
];
pub const SEND_AGAIN: &str = "Send the mail again";
pub const SENT_AGAIN: &str = "The mail is on its way again. Only the newest one counts if you changed anything.";

pub const CONFIRM: &str = "Confirm your address";
pub const CONFIRM_WHY: &str = "One last step: enter the password that you have just chosen. This confirms that the address is yours and opens your message.";
pub const CONFIRM_BUTTON: &str = "Confirm and read my message";
pub const UNKNOWN_PASSWORD: &str = "I don't know this password — choose a new one";
pub const KNOWN_PASSWORD: &str = "I know the password after all";
pub const ANEW_WHY: &str = "Enter your name and choose a new password. It replaces the one that was entered before.";
pub const WRONG_PASSWORD_NEXT: &str =
    "Try again, or choose a new password below. After five wrong ones this link stops working.";
pub const LINK_USED: &str = "This link has been used, or is too old";
pub const LINK_USED_NEXT: &str = "If you have confirmed your address already, simply log in. If not, open the link in the mail about your message again and press Open Message: you will get a new mail to confirm your address.";
pub const REGISTER_AGAIN: &str = "Register again";
pub const RESET_USED_NEXT: &str = "Each link works once, for 24 hours. Ask for a new mail.";

pub const LOGIN_FOR: &str = "Log in to read your message";
pub const FORGOT_LINK: &str = "Forgot your password?";
pub const NO_ACCOUNT: &str = "No account yet? Register";
pub const WRONG_CREDENTIALS_NEXT: &str =
    "Check both and try again. If you have never chosen a password here, open the link in the mail that you got.";
pub const ENDED: &str = "Please log in. You then go on where you were.";

pub const FORGOT: &str = "Choose a new password";
pub const FORGOT_WHY: &str = "Enter your email address. We send you a mail with a link to choose a new password.";
pub const FORGOT_BUTTON: &str = "Send me the mail";
pub const BACK_TO_LOGIN: &str = "Back to log in";
pub const RESET_WHY: &str = "It replaces the old one at once, and logs you out on all devices.";
pub const RESET_BUTTON: &str = "Save the new password";
pub const RESET_DONE: &str = "Your new password is saved";
pub const RESET_DONE_NEXT: &str = "Log in with it now.";

pub const SETTINGS_NAME_HINT: &str = "Shown to those you write to.";
pub const EMAIL_STAYS: &str = "The address cannot be changed.";
pub const YOU: &str = "You";
pub const SAVE: &str = "Save";
pub const SAVED: &str = "Saved.";
pub const CHANGE_PASSWORD: &str = "Change the password";
pub const TOKENS: &str = "API tokens";
pub const TOKENS_WHY: &str =
    "For programs that send or read messages in your name. Whoever has a token can use it: keep it like a password.";
pub const NO_TOKENS: &str = "You have no tokens.";
pub const TOKEN_NAME: &str = "What is it for?";
pub const TOKEN_NAME_MISSING: &str = "Say what it is for, for example \"Case system\".";
pub const TOKEN_SCOPES: &str = "What may it do?";
pub const TOKEN_SCOPE_MISSING: &str = "Choose at least one.";
pub const MAY_SEND: &str = "Send messages";
pub const MAY_READ: &str = "Read messages";
pub const TOKEN_CREATE: &str = "Create token";
pub const TOKEN_CREATED: &str = "Copy this token now. It is shown only this once.";
pub const REVOKE: &str = "Revoke";
pub const REVOKE_SURE: &str = "Really revoke";
pub const KEEP: &str = "Keep";

/// The subject of the mail that confirms an address.
pub fn confirm_mail() -> String {
    format!("Confirm your email address for {}", portal())
}

pub fn mail_is_coming(email: &str) -> String {
    format!("We have sent a mail to {email}. It is called")
}

pub fn forgot_done(email: &str) -> String {
    format!("If there is an account for {email}, a mail is on its way. It is called")
}

/// The subject of the mail with which a password is reset.
pub fn reset_mail() -> String {
    format!("Choose a new password for {}", portal())
}

pub fn to_portal() -> String {
    format!("Log in to {}", portal())
}

pub const fn strength(strength: Strength) -> &'static str {
    match strength {
        Strength::Weak => "Too easy",
        Strength::Fair => "Fair",
        Strength::Good => "Good",
        Strength::Strong => "Very good",
    }
}

pub const NEVER_USED: &str = "Never used.";

pub fn last_used(when: &str) -> String {
    format!("Last used {when}.")
}
