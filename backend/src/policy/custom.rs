//! The rules of the settings.

use crate::config::{CustomRule, RuleAction, RulePlace};

/// The number of a rule in the settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CustomId(u16);

/// All of them, in the settings' order.
#[derive(Clone, Debug, Default)]
pub struct CustomRules(Vec<CustomRule>);

impl CustomRules {
    /// The rules of the settings.
    pub fn new(rules: Vec<CustomRule>) -> Self {
        Self(rules)
    }

    /// What the settings call a rule.
    pub fn name(&self, id: CustomId) -> &str {
        self.0.get(usize::from(id.0)).map_or("", |rule| rule.name.as_str())
    }

    /// The rules, with their numbers.
    pub fn iter(&self) -> impl Iterator<Item = (CustomId, &CustomRule)> {
        (0..).map(CustomId).zip(&self.0)
    }

    /// The first rule that seals for this text; those that only report go to `reported`.
    pub fn first_hit(&self, place: &RulePlace, text: &str, reported: &mut Vec<CustomId>) -> Option<CustomId> {
        for (id, rule) in self.iter() {
            if (rule.action == RuleAction::Seal || !reported.contains(&id)) && rule.hits(place, text) {
                match rule.action {
                    RuleAction::Seal => return Some(id),
                    RuleAction::Report => reported.push(id),
                }
            }
        }
        None
    }

    /// Whether a rule that only reports has not hit yet.
    pub fn is_waiting(&self, reported: &[CustomId]) -> bool {
        self.iter().any(|(id, rule)| rule.action == RuleAction::Report && !reported.contains(&id))
    }

    /// Takes note of the rules that only report and hit this text.
    pub fn report(&self, place: &RulePlace, text: &str, reported: &mut Vec<CustomId>) {
        for (id, rule) in self.iter().filter(|(_, rule)| rule.action == RuleAction::Report) {
            if !reported.contains(&id) && rule.hits(place, text) {
                reported.push(id);
            }
        }
    }
}
