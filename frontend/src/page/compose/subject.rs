//! The subject: what should not stand in it, and how to mend that with one press.

use leptos::{prelude::*, wasm_bindgen::JsCast, web_sys::HtmlElement};
use shared::rules::{Finding, Strength};

use super::Letter;
use crate::{
    component::{
        finding_list::{Fix, finding_list},
        marked::{MarkedField, findings_id, spoken},
    },
    text::{Word, writing::compose as words},
};

/// The field, what was found in it, and the box to send it nevertheless.
pub fn subject(letter: Letter) -> AnyView {
    let mended = RwSignal::new(None::<Word>);
    let fixes = StoredValue::new([
        (words::MOVE_TO_TEXT as Word, Callback::new(move |finding: Finding| mend(letter, &finding, true, mended))),
        (words::REMOVE_FROM_SUBJECT as Word, Callback::new(move |finding| mend(letter, &finding, false, mended))),
    ]);
    let lists = move || {
        let (strong, weak): (Vec<_>, Vec<_>) =
            letter.in_subject.get().into_iter().partition(|found| found.strength == Strength::Strong);
        let list = |meaning, findings: &[Finding]| {
            fixes.with_value(|fixes: &[Fix; 2]| {
                letter.subject.value.with(|subject| finding_list(meaning, subject, findings, fixes))
            })
        };
        view! { {list(words::SUBJECT_STRONG, &strong)}{list(words::SUBJECT_WEAK, &weak)} }.into_any()
    };
    Effect::new(move |_| {
        if letter.accept.get() {
            letter.subject.error.set(None);
        }
    });
    let refused = Memo::new(move |_| letter.is_refused());
    let accept = move || {
        refused.get().then(|| {
            view! {
                <label class="tick"><input type="checkbox" bind:checked=letter.accept/><span>{words::ACCEPT}</span></label>
            }
        })
    };
    view! {
        <MarkedField field=letter.subject label=words::SUBJECT hint=words::SUBJECT_HINT found=letter.in_subject/>
        <div class="findings" id=findings_id(letter.subject)>{lists}</div>
        {accept}
        {spoken(letter.in_subject, words::NOTHING_FOUND)}
        <p class="unseen" role="status">{move || mended.get().map(|words| words())}</p>
    }
    .into_any()
}

/// Takes a finding out of the subject, and puts it below the message if it is wanted there.
fn mend(letter: Letter, finding: &Finding, keep: bool, mended: RwSignal<Option<Word>>) {
    let (rest, taken) = without(&letter.subject.typed(), finding);
    letter.subject.value.set(rest);
    letter.subject.error.set(None);
    if keep {
        letter.text.value.update(|text| {
            let gap = if text.trim().is_empty() { "" } else { "\n\n" };
            *text = format!("{}{gap}{taken}\n", text.trim_end());
        });
    }
    mended.set(Some(if keep { words::MOVED } else { words::REMOVED }));
    // The button is gone, and the subject is what comes next.
    let field = document().get_element_by_id(letter.subject.name);
    if let Some(field) = field.and_then(|field| field.dyn_into::<HtmlElement>().ok()) {
        let _ = field.focus();
    }
}

/// The subject without a finding and what only led to it, and the finding.
fn without(subject: &str, finding: &Finding) -> (String, String) {
    let mut chars = subject.chars();
    let before: String = chars.by_ref().take(finding.start).collect();
    let taken: String = chars.by_ref().take(finding.end - finding.start).collect();
    let before = before.trim_end_matches([' ', ',', ';', ':', '-', '–', '#', '(', '[']);
    let after = chars.as_str().trim_start_matches([')', ']', ' ', ',', ';']);
    let gap = if before.is_empty() || after.is_empty() || after.starts_with(['.', '!', '?', ':']) { "" } else { " " };
    (format!("{before}{gap}{after}"), taken)
}
