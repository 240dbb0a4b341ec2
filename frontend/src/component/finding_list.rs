//! What was found in a text that should not be there.

use leptos::prelude::*;
use shared::rules::{Finding, Rule};

use super::icon;
use crate::text::{Word, finding as words};

/// The findings with the words they are about, under a sentence that says what they mean.
pub fn finding_list(meaning: Word, text: &str, findings: &[Finding]) -> AnyView {
    if findings.is_empty() {
        return ().into_any();
    }
    let rows = findings
        .iter()
        .map(|finding| {
            let found: String = text.chars().skip(finding.start).take(finding.end - finding.start).collect();
            view! { <li>{label(finding.rule)}": "<q>{found}</q></li> }.into_any()
        })
        .collect_view();
    view! {
        <div class="notice notice-caution">
            {icon::caution()}
            <div><p>{meaning}</p><ul>{rows}</ul></div>
        </div>
    }
    .into_any()
}

const fn label(rule: Rule) -> Word {
    match rule {
        Rule::Ssn | Rule::SsnLabelled => words::SSN,
        Rule::CaseId => words::CASE_ID,
        Rule::Card => words::CARD,
        Rule::NineDigits => words::NINE_DIGITS,
        Rule::Phone => words::PHONE,
        Rule::Email => words::EMAIL,
        Rule::BirthDate => words::BIRTH_DATE,
    }
}
