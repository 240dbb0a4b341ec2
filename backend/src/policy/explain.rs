//! What every rule says of a mail, for `octothorpe rules test`: all of it, where a verdict stops at the first reason.

use std::borrow::Cow;

use shared::rules::{Part, mask, scan_body, scan_subject};

use super::{
    Reason, Rules, asked_for,
    body::{self, Found},
    marker,
};
use crate::{
    config::{CustomRule, EncryptedArchives, RuleAction, RulePlace},
    message::{ParsedMail, RawMail},
};

/// Where a name stands. It is what was found, so it is not shown.
const NAME: &str = "the name of an attachment";

/// What one rule says of one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The rule's code or name.
    pub rule: String,
    /// Where it looked: `subject`, `header`, `body`, or an attachment, by its name. Never what it found.
    pub place: String,
    /// Whether it seals.
    pub seals: bool,
}

/// Every hit in a mail, in the order in which the rules are asked.
pub fn explain(mail: &ParsedMail, raw: &RawMail, rules: &Rules) -> Vec<Hit> {
    let mut hits = Vec::new();
    let mut add = |rule: &str, place: &str, seals: bool| {
        let hit = Hit { rule: rule.to_owned(), place: place.to_owned(), seals };
        if !hits.contains(&hit) {
            hits.push(hit);
        }
    };
    let is_marked = |subject: &String| marker::read(subject, &rules.subject_tags).marked;
    if let Some(reason) = asked_for(mail, mail.headers.subjects.iter().any(is_marked)) {
        add(reason.code(), if reason == Reason::Marker { "subject" } else { "header" }, true);
    }
    for finding in mail.headers.subjects.iter().flat_map(|subject| scan_subject(subject)) {
        add(finding.rule.code(), "subject", finding.rule.seals());
    }
    let seals = |rule: &CustomRule| rule.action == RuleAction::Seal;
    super::header_texts(mail, &mut |place, text| {
        for (_, rule) in rules.custom.iter().filter(|(_, rule)| rule.hits(place, text)) {
            let shown = match place {
                RulePlace::Header(name) => format!("header {name}"),
                RulePlace::AttachmentName => NAME.to_owned(),
                _ => "subject".to_owned(),
            };
            add(&rule.name, &shown, seals(rule));
        }
        None::<()>
    });
    if body::is_encrypted(&mail.outline.root, raw) {
        add("encrypted", "the whole body", false);
        return hits;
    }
    body::names(&mail.outline.root, &mut |name| {
        numbers(name).for_each(|code| add(code, NAME, true));
        None::<()>
    });
    body::walk(mail, raw, &mut |found| {
        match found {
            Found::Unreadable { why, name } => {
                let passes = why.is_closed() && rules.encrypted_archives == EncryptedArchives::Pass;
                let shown = name.map_or(Cow::Borrowed("a part"), |name| Cow::Owned(mask(name)));
                add("unreadable", &format!("{shown} ({})", why.code()), !passes);
            }
            Found::Name(name) => {
                numbers(name).for_each(|code| add(code, NAME, true));
                for (_, rule) in rules.custom.iter().filter(|(_, rule)| rule.hits(&RulePlace::AttachmentName, name)) {
                    add(&rule.name, NAME, seals(rule));
                }
            }
            Found::Text { text, place, name } => {
                let otherwise = if place == RulePlace::Body { "body" } else { "attachment" };
                // People put numbers into names, too.
                let shown = &name.map_or(Cow::Borrowed(otherwise), |name| Cow::Owned(mask(name)));
                numbers(text).for_each(|code| add(code, shown, true));
                for (_, rule) in rules.custom.iter().filter(|(_, rule)| rule.hits(&place, text)) {
                    add(&rule.name, shown, seals(rule));
                }
            }
        }
        None::<()>
    });
    hits
}

/// The codes of the body rules that hit a text.
fn numbers(text: &str) -> impl Iterator<Item = &'static str> {
    scan_body(text, Part::Text).into_iter().map(|finding| finding.rule.code())
}
