//! What was found in a text that should not be there.

use leptos::prelude::*;
use shared::rules::Finding;

use super::icon;

/// The findings with the words they are about, under a sentence that says what they mean.
pub fn finding_list(meaning: &'static str, text: &str, findings: &[Finding]) -> AnyView {
    if findings.is_empty() {
        return ().into_any();
    }
    let rows = findings
        .iter()
        .map(|finding| {
            let found: String = text.chars().skip(finding.start).take(finding.end - finding.start).collect();
            view! { <li>{finding.rule.label()}": "<q>{found}</q></li> }.into_any()
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
