//! The path of every endpoint and page, used by both sides.

/// Where the API begins.
pub const API: &str = "/api/v1";

/// Paths of the portal's pages.
pub mod page {
    /// The cover: `/open/<ticket>`.
    pub const OPEN: &str = "/open";
    /// Register.
    pub const REGISTER: &str = "/register";
    /// Confirm an address: `/confirm/<token>`.
    pub const CONFIRM: &str = "/confirm";
    /// Log in.
    pub const LOGIN: &str = "/login";
    /// Forgotten password.
    pub const FORGOT: &str = "/forgot";
    /// A new password: `/reset/<token>`.
    pub const RESET: &str = "/reset";
    /// What came.
    pub const INBOX: &str = "/inbox";
    /// One message: `/messages/<id>`.
    pub const MESSAGES: &str = "/messages";
    /// Write.
    pub const COMPOSE: &str = "/compose";
    /// What went.
    pub const SENT: &str = "/sent";
    /// Moves the end of a message: `/extend/<token>`.
    pub const EXTEND: &str = "/extend";
    /// Settings.
    pub const SETTINGS: &str = "/settings";
    /// How `#` works.
    pub const HELP: &str = "/help";
    /// How to tell what is genuine.
    pub const GENUINE: &str = "/genuine";

    /// The pages of those who write, which are a program of their own: whoever only reads does not load it.
    pub const WRITING: [&str; 4] = [COMPOSE, SENT, EXTEND, SETTINGS];
}
