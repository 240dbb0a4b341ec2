//! The rules over texts and subjects.

use shared::rules::{Part, Strength, SubjectTags, first_hit, marker, mask, scan_body, scan_subject};

/// Scans a text, and takes it for a subject.
///
/// # Panics
/// When something that always holds does not.
pub fn run(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let findings = scan_body(&text, Part::Text);
    let length = text.chars().count();
    assert!(findings.iter().all(|finding| finding.start < finding.end && finding.end <= length));
    assert!(first_hit(&text) == findings.first().map(|finding| finding.rule));
    // Neither what cannot be seen nor what stands apart hides a number.
    if !findings.is_empty() {
        let unseen: String = text.chars().flat_map(|c| [c, '\u{200B}']).collect();
        assert!(first_hit(&unseen).is_some(), "it hides behind invisible characters");
        assert!(first_hit(&format!("Hello\n\n{text}\n\nGoodbye")).is_some(), "it hides in a letter");
    }
    let subject = marker::read(&text, &SubjectTags::default());
    let masked = mask(&subject.display);
    let strong = scan_subject(&masked).iter().any(|finding| finding.strength == Strength::Strong);
    assert!(!strong, "what is masked can be read");
}
