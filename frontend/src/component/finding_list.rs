//! What was found in a text that should not be there, and what can be done about it with one press.

use leptos::prelude::*;
use shared::rules::{Finding, Rule};

use super::icon;
use crate::text::{Word, writing::finding as words};

/// A way to mend a text: what the button says, and what it does with the finding.
pub type Fix = (Word, Callback<Finding>);

/// The findings with the words they are about, under a sentence that says what they mean.
pub fn finding_list(meaning: Word, text: &str, findings: &[Finding], fixes: &[Fix]) -> AnyView {
    if findings.is_empty() {
        return ().into_any();
    }
    let rows = findings.iter().map(|finding| row(text, finding, fixes)).collect_view();
    view! {
        <div class="notice notice-caution">
            {icon::caution()}
            <div><p>{meaning}</p><ul>{rows}</ul></div>
        </div>
    }
    .into_any()
}

fn row(text: &str, finding: &Finding, fixes: &[Fix]) -> AnyView {
    let found: String = text.chars().skip(finding.start).take(finding.end - finding.start).collect();
    let name = label(finding.rule);
    let buttons = fixes
        .iter()
        .map(|(what, mend)| {
            let (what, mend, finding, found) = (*what, *mend, finding.clone(), found.clone());
            view! {
                <button type="button" class="button button-quiet" aria-label=move || format!("{}: {found}", what())
                    on:click=move |_| mend.run(finding.clone())>{what}</button>
            }
        })
        .collect_view();
    let buttons = (!fixes.is_empty()).then(|| view! { <p class="buttons">{buttons}</p> });
    view! { <li>{name}": "<q>{found.clone()}</q>{buttons}</li> }.into_any()
}

/// What a rule finds.
pub const fn label(rule: Rule) -> Word {
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
