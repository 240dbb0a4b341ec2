//! The rules: the marker, the fail-safe body rules, the subject scan, the visible text of HTML.
//!
//! Everything here is linear in the length of the text, whatever the text is.

mod chars;
pub mod digits;
pub mod finding;
mod label;
pub mod marker;
pub mod subject;
pub mod text;

use std::ops::ControlFlow;

pub use finding::{Finding, Part, Rule, Strength};
pub use marker::SubjectTags;
pub use subject::{mask, scan_subject};
pub use text::{visible_text, visible_text_disputed, visible_text_otherwise};

/// Every hit of the body rules in a text that a person would see.
///
/// ```
/// use shared::rules::{Part, Rule, scan_body};
/// let findings = scan_body("Her number is 123-45-6789.", Part::Text);
/// assert_eq!((findings[0].rule, findings[0].start, findings[0].end), (Rule::Ssn, 14, 25));
/// ```
pub fn scan_body(text: &str, part: Part) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut position = chars::Position::new(text);
    let _ = digits::scan(text, |rule, range| {
        findings.push(Finding::new(rule, part, position.of(range.start), position.of(range.end)));
        ControlFlow::<()>::Continue(())
    });
    findings
}

/// The first hit of a body rule, if there is one: what the gateway asks.
pub fn first_hit(text: &str) -> Option<Rule> {
    match digits::scan(text, |rule, _| ControlFlow::Break(rule)) {
        ControlFlow::Break(rule) => Some(rule),
        ControlFlow::Continue(()) => None,
    }
}
