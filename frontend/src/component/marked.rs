//! A field whose text is underlined where something was found in it: behind the text that is typed lies the same text,
//! unseen, with marks, which scrolls in step.

use std::time::Duration;

use leptos::{
    html::{Div, Input, Textarea},
    leptos_dom::helpers::TimeoutHandle,
    prelude::*,
};
use shared::rules::{Finding, Strength};

use super::{
    field::{about, labelled},
    finding_list::label,
};
use crate::{form::Field, text::Word};

/// How long the typing must rest before findings are spoken.
const REST: Duration = Duration::from_millis(1200);

/// What was found in a field; tracked.
pub type Findings = Memo<Vec<Finding>>;

/// One line of text.
#[component]
pub fn MarkedField(
    /// What is typed.
    field: Field,
    /// Its label.
    label: Word,
    /// What helps.
    hint: Word,
    /// What was found in it.
    found: Findings,
) -> AnyView {
    let (node, behind) = (NodeRef::<Input>::new(), NodeRef::<Div>::new());
    // Where the text of a line is scrolled is only known once the key is done with.
    let follow = move || {
        request_animation_frame(move || {
            if let (Some(input), Some(behind)) = (node.get_untracked(), behind.get_untracked()) {
                behind.set_scroll_left(input.scroll_left());
            }
        });
    };
    let control = view! {
        <div class="marked marked-line">
            <div class="marks" aria-hidden="true" node_ref=behind>{marks(field, found)}</div>
            <input id=field.name name=field.name type="text" autocomplete="off" autocapitalize="sentences" node_ref=node
                bind:value=field.value
                on:input=move |_| follow() on:keyup=move |_| follow() on:pointerup=move |_| follow()
                on:scroll=move |_| follow() on:blur=move |_| follow()
                aria-invalid=move || field.error.with(Option::is_some).then_some("true")
                aria-describedby=described(field, Some(hint))/>
        </div>
    };
    labelled(field, label, Some(hint), control.into_any())
}

/// Several lines of text.
#[component]
pub fn MarkedArea(
    /// What is typed.
    field: Field,
    /// Its label.
    label: Word,
    /// What was found in it.
    found: Findings,
) -> AnyView {
    let (node, behind) = (NodeRef::<Textarea>::new(), NodeRef::<Div>::new());
    let follow = move |_| {
        if let (Some(area), Some(behind)) = (node.get_untracked(), behind.get_untracked()) {
            behind.set_scroll_top(area.scroll_top());
        }
    };
    let control = view! {
        <div class="marked marked-lines">
            <div class="marks" aria-hidden="true" node_ref=behind>{marks(field, found)}</div>
            <textarea id=field.name name=field.name rows="10" node_ref=node
                bind:value=field.value on:scroll=follow
                aria-invalid=move || field.error.with(Option::is_some).then_some("true")
                aria-describedby=described(field, None)></textarea>
        </div>
    };
    labelled(field, label, None, control.into_any())
}

/// The id of what is said about a field's findings.
pub fn findings_id(field: Field) -> String {
    format!("{}-findings", field.name)
}

fn described(field: Field, hint: Option<Word>) -> String {
    format!("{} {}", about(field, hint), findings_id(field))
}

/// The text again, with what was found marked.
fn marks(field: Field, found: Findings) -> AnyView {
    (move || {
        let findings = found.get();
        if findings.is_empty() {
            return ().into_any();
        }
        field.value.with(|text| pieces(text, &findings))
    })
    .into_any()
}

fn pieces(text: &str, findings: &[Finding]) -> AnyView {
    let mut chars = text.chars();
    let mut at = 0;
    let mut pieces = Vec::new();
    for finding in findings.iter().filter(|finding| finding.end > finding.start) {
        // One that begins within the one before was marked with it.
        if finding.start < at {
            continue;
        }
        pieces.push(chars.by_ref().take(finding.start - at).collect::<String>().into_any());
        let marked: String = chars.by_ref().take(finding.end - finding.start).collect();
        let class = if finding.strength == Strength::Strong { "mark-strong" } else { "mark-weak" };
        pieces.push(view! { <mark class=class>{marked}</mark> }.into_any());
        at = finding.end;
    }
    // A line end at the end opens a line only if something follows.
    pieces.push(format!("{}\u{200B}", chars.as_str()).into_any());
    pieces.collect_view().into_any()
}

/// Speaks of what is found once the typing rests, and again only when it is something else.
pub fn spoken(found: Findings, none: Word) -> AnyView {
    let said = RwSignal::new(None::<Vec<Word>>);
    let timer = StoredValue::new(None::<TimeoutHandle>);
    Effect::new(move |_| {
        let labels: Vec<Word> = found.get().iter().map(|finding| label(finding.rule)).collect();
        if let Some(timer) = timer.get_value() {
            timer.clear();
        }
        let speak = move || {
            let is_news = said.try_with_untracked(|said| match said {
                None => !labels.is_empty(),
                Some(said) => {
                    said.len() != labels.len() || said.iter().zip(&labels).any(|(one, other)| one() != other())
                }
            });
            if is_news == Some(true) {
                said.set(Some(labels.clone()));
            }
        };
        timer.set_value(set_timeout_with_handle(speak, REST).ok());
    });
    let words = move || match said.get() {
        None => String::new(),
        Some(labels) if labels.is_empty() => none().to_owned(),
        Some(labels) => labels.iter().map(|label| label()).collect::<Vec<_>>().join(". "),
    };
    view! { <p class="unseen" role="status">{words}</p> }.into_any()
}
