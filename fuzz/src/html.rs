//! The visible text of HTML, and HTML made harmless.

use octothorpe::message::view;
use shared::rules::{first_hit, visible_text};

/// Reads a page, and a text made into one.
///
/// # Panics
/// When something that always holds does not.
pub fn run(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let seen = visible_text(&text);
    // An entity of three octets is never more than one character of four; nothing else grows.
    assert!(seen.len() <= 2 * text.len() + 4);
    let shown = view::sanitise(&text, &|_| None, false).html;
    assert!(!shown.contains("<script") && !shown.contains("<iframe"));
    // What a text holds, its page holds too.
    if first_hit(&text).is_some() {
        let page = text.replace('&', "&amp;").replace('<', "&lt;");
        assert!(first_hit(&visible_text(&page)).is_some(), "a number is lost in its page");
    }
}
