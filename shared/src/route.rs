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

    /// Whether a path that came from outside leads to a page of this portal. Browsers drop tabs and line ends from an
    /// address and take `\` for `/`, so that what looks like a path can be the address of another site.
    ///
    /// ```
    /// use shared::route::page::is_inner;
    /// assert!(is_inner("/messages/1?reply=1#end"));
    /// assert!(!is_inner("/\t/evil.example/") && !is_inner("//evil.example/") && !is_inner("/\\evil.example/"));
    /// ```
    pub fn is_inner(path: &str) -> bool {
        let is_plain = |c: char| c != '\\' && !c.is_control() && !c.is_whitespace();
        path.starts_with('/') && !path.starts_with("//") && path.chars().all(is_plain)
    }
}

#[cfg(test)]
mod tests {
    use super::page::is_inner;

    #[test]
    fn a_path_that_a_browser_takes_for_another_site_is_none_of_ours() {
        for path in ["/", "/inbox", "/open/abc_-1", "/messages/1?a=b&c=%09#d", "/sent?search=%C3%A4"] {
            assert!(is_inner(path), "{path:?}");
        }
        for path in [
            "",
            "inbox",
            "https://evil.example/",
            "javascript:alert(1)",
            "//evil.example/",
            "/\\evil.example/",
            "\\\\evil.example/",
            "/\t/evil.example/",
            "/\n/evil.example/",
            "/\r/evil.example/",
            "\t//evil.example/",
            " //evil.example/",
            "/ /evil.example/",
            "/\u{0}/evil.example/",
            "/\u{85}/evil.example/",
            "/\u{a0}/evil.example/",
        ] {
            assert!(!is_inner(path), "{path:?}");
        }
    }
}
