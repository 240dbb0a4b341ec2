//! The rules: the marker, the fail-safe body rules, the subject scan, the visible text of HTML.

pub mod finding;

pub use finding::{Finding, Part, Rule, Strength};
