//! Recipients: each address that is one becomes an item of a list; whom one wrote to before is suggested.

use leptos::{
    html::Input,
    prelude::*,
    web_sys::{ClipboardEvent, KeyboardEvent},
};
use shared::{
    address::{parse_mailbox, slip},
    api::{correspondent::Correspondent, rules::Outcome},
};

use super::{
    addresses::{bare, split},
    field::{about, labelled},
    icon,
};
use crate::{
    draft::Drafts,
    form::Field,
    go::same_address,
    session::Session,
    text::{Phrase, Word, writing::compose as words},
};

/// Suggestions shown at a time.
const SUGGESTED: usize = 6;

/// The addresses of one field.
#[derive(Clone, Copy)]
pub struct Recipients {
    /// Those taken, with commas between them.
    pub taken: Field,
    /// What is typed and no address yet.
    typed: RwSignal<String>,
    /// The suggestion that the arrow keys have reached.
    active: RwSignal<Option<usize>>,
    /// Whether suggestions are asked for.
    open: RwSignal<bool>,
    /// What was done last, for those who do not see it.
    news: RwSignal<Option<Phrase>>,
    node: NodeRef<Input>,
}

impl Recipients {
    /// As they were left.
    pub fn new(name: &'static str, drafts: Drafts) -> Self {
        Self {
            taken: Field::with(name, drafts.text(name)),
            typed: drafts.text(&format!("{name} typed")),
            active: RwSignal::new(None),
            open: RwSignal::new(false),
            news: RwSignal::new(None),
            node: NodeRef::new(),
        }
    }

    /// The addresses as written; tracked.
    pub fn all(self) -> Vec<String> {
        self.taken.value.with(|taken| split(taken))
    }

    /// What a draft keeps of it, under these names.
    pub fn kept(self, [taken, typed]: [&'static str; 2]) -> [(&'static str, RwSignal<String>); 2] {
        [(taken, self.taken.value), (typed, self.typed)]
    }

    /// Whether nothing stands here.
    pub fn is_empty(self) -> bool {
        untrack(|| self.all()).is_empty() && self.typed.with_untracked(|typed| typed.trim().is_empty())
    }

    /// Takes what is typed; whether all of it are addresses. What is none stays where it can be mended.
    pub fn take(self) -> bool {
        let (good, wrong): (Vec<_>, Vec<_>) =
            split(&self.typed.get_untracked()).into_iter().partition(|one| parse_mailbox(one).is_ok());
        self.taken.error.set(wrong.first().cloned().map(words::wrong_address));
        if !good.is_empty() {
            let mut all = untrack(|| self.all());
            for one in &good {
                if !all.iter().any(|known| same_address(bare(known), bare(one))) {
                    all.push(one.clone());
                }
            }
            self.taken.value.set(all.join(", "));
            self.news.set(Some(words::address_added(good.join(", "))));
        }
        self.typed.set(wrong.join(", "));
        self.open.set(false);
        self.active.set(None);
        wrong.is_empty()
    }

    fn remove(self, address: &str) {
        let rest: Vec<String> = untrack(|| self.all()).into_iter().filter(|one| one != address).collect();
        self.taken.value.set(rest.join(", "));
        self.news.set(Some(words::address_removed(address.to_owned())));
        self.focus();
    }

    /// What was probably meant instead of an address, put in its place.
    fn mend(self, address: &str, meant: &str) {
        let all = untrack(|| self.all()).into_iter();
        let all: Vec<String> =
            all.map(|one| if one == address { one.replace(bare(address), meant) } else { one }).collect();
        self.taken.value.set(all.join(", "));
        self.news.set(Some(words::address_added(meant.to_owned())));
        self.focus();
    }

    fn focus(self) {
        if let Some(input) = self.node.get_untracked() {
            let _ = input.focus();
        }
    }

    /// Those of the known people that fit to what is typed, and were not taken.
    fn suggestions(self, known: &[Correspondent]) -> Vec<String> {
        let typed = self.typed.get().trim().to_lowercase();
        let taken = self.all();
        known
            .iter()
            .filter(|one| one.name.to_lowercase().contains(&typed) || one.address.to_lowercase().contains(&typed))
            .filter(|one| !taken.iter().any(|taken| same_address(bare(taken), &one.address)))
            .take(SUGGESTED)
            .map(written)
            .collect()
    }

    fn pressed(self, event: &KeyboardEvent, suggestions: Memo<Vec<String>>) {
        match event.key().as_str() {
            key @ ("ArrowDown" | "ArrowUp") => {
                event.prevent_default();
                self.open.set(true);
                let count = suggestions.get_untracked().len();
                let (first, step) = if key == "ArrowDown" { (0, 1) } else { (count.max(1) - 1, count.max(1) - 1) };
                let next = |active: Option<usize>| active.map_or(first, |at| (at + step) % count);
                self.active.update(|active| *active = (count > 0).then(|| next(*active)));
            }
            "Escape" if self.open.get_untracked() => {
                self.open.set(false);
                self.active.set(None);
            }
            // It ends an address, and never sends the message: a second press would be one too many.
            "Enter" => {
                event.prevent_default();
                let chosen = self.active.get_untracked().and_then(|at| suggestions.get_untracked().get(at).cloned());
                match chosen {
                    Some(chosen) => self.choose(chosen),
                    None => drop(self.take()),
                }
            }
            "Backspace" if self.typed.with_untracked(String::is_empty) => {
                if let Some(last) = untrack(|| self.all()).pop() {
                    event.prevent_default();
                    self.remove(&last);
                    self.typed.set(last);
                }
            }
            _ => {}
        }
    }

    fn choose(self, address: String) {
        self.typed.set(address);
        self.take();
        self.focus();
    }

    fn changed(self) {
        self.active.set(None);
        self.taken.error.set(None);
        let typed = self.typed.get_untracked();
        self.open.set(!typed.trim().is_empty());
        // A comma behind an address ends it; one within a name does not.
        let before = typed.trim_end().trim_end_matches([',', ';']);
        if before.len() < typed.trim_end().len() && split(before).iter().all(|one| parse_mailbox(one).is_ok()) {
            self.take();
        }
    }

    fn pasted(self, event: &ClipboardEvent) {
        let text = event.clipboard_data().and_then(|data| data.get_data("text").ok()).unwrap_or_default();
        if split(&text).len() > 1 {
            event.prevent_default();
            self.typed.update(|typed| *typed = format!("{typed}{text}"));
            self.take();
        }
    }
}

fn written(one: &Correspondent) -> String {
    match one.name.as_str() {
        "" => one.address.clone(),
        name if name.contains([',', ';', '"', '<', '@', '(', ':', '.']) => {
            format!("\"{}\" <{}>", name.replace(['"', '\\'], ""), one.address)
        }
        name => format!("{name} <{}>", one.address),
    }
}

/// The list, and the field below it.
#[component]
pub fn ChooseRecipients(
    /// What was chosen.
    recipients: Recipients,
    /// The label.
    label: Word,
    /// What helps.
    #[prop(optional)]
    hint: Option<Word>,
    /// Whom one wrote to or heard from.
    known: RwSignal<Vec<Correspondent>>,
    /// What happens to each.
    outcomes: RwSignal<Vec<(String, Outcome)>>,
) -> AnyView {
    let name = recipients.taken.name;
    let suggestions =
        Memo::new(
            move |_| {
                if recipients.open.get() { known.with(|known| recipients.suggestions(known)) } else { Vec::new() }
            },
        );
    let items = move || recipients.all().into_iter().map(|one| item(recipients, one, outcomes)).collect_view();
    let (options, option) = (format!("{name}-options"), move |at: usize| format!("{name}-option-{at}"));
    let choices = move || {
        let all = suggestions.get().into_iter().enumerate();
        all.map(|(at, one)| choice(recipients, option(at), at, one)).collect_view()
    };
    let active = move || recipients.active.get().filter(|at| *at < suggestions.with(Vec::len)).map(option);
    let control = view! {
        <ul class="chips" aria-label=words::CHOSEN>{items}</ul>
        <div aria-live="polite">{move || slips(recipients)}</div>
        <div class="combo">
            <input id=name name=name type="text" inputmode="email" autocomplete="off" autocapitalize="none"
                spellcheck="false" role="combobox" aria-autocomplete="list" aria-controls=options.clone()
                aria-expanded=move || if suggestions.with(Vec::is_empty) { "false" } else { "true" }
                aria-activedescendant=active
                node_ref=recipients.node
                bind:value=recipients.typed
                on:input=move |_| recipients.changed()
                on:keydown=move |event| recipients.pressed(&event, suggestions)
                on:paste=move |event| recipients.pasted(&event)
                on:blur=move |_| { recipients.take(); }
                aria-invalid=move || recipients.taken.error.with(Option::is_some).then_some("true")
                aria-describedby=about(recipients.taken, hint)/>
            <ul class="options" role="listbox" id=options aria-label=words::SUGGESTIONS
                hidden=move || suggestions.with(Vec::is_empty)>{choices}</ul>
        </div>
        <p class="unseen" role="status">{move || recipients.news.get().map(|news| news.get())}</p>
    };
    labelled(recipients.taken, label, hint, control.into_any())
}

fn item(recipients: Recipients, written: String, outcomes: RwSignal<Vec<(String, Outcome)>>) -> AnyView {
    let (asked, removed, labelled) = (written.clone(), written.clone(), written.clone());
    let is_staff = Session::here().is_staff();
    let outcome = move || {
        let outcome =
            outcomes.with(|all| all.iter().find(|(address, _)| *address == asked).map(|(_, outcome)| *outcome))?;
        Some(match outcome {
            Outcome::Sealed => view! { <span class="fate">{words::FATE_SEALED}</span> }.into_any(),
            Outcome::Ordinary if !is_staff => return None,
            Outcome::Ordinary => view! { <span class="fate fate-ordinary">{words::FATE_ORDINARY}</span> }.into_any(),
            Outcome::NotAllowed | Outcome::Malformed => {
                view! { <span class="fate fate-bad">{words::FATE_REFUSED}</span> }.into_any()
            }
        })
    };
    view! {
        <li>
            <span class="address">{written}</span>
            {outcome}
            <button type="button" aria-label=move || words::remove_address(labelled.clone()).get()
                on:click=move |_| recipients.remove(&removed)>{icon::cross()}</button>
        </li>
    }
    .into_any()
}

/// A question for each address that looks like a slip of the finger; pressing it mends the address.
fn slips(recipients: Recipients) -> AnyView {
    let found = recipients.all().into_iter().filter_map(|one| slip::meant(bare(&one)).map(|meant| (one, meant)));
    found
        .map(|(written, meant)| {
            let question = words::did_you_mean(meant.clone());
            view! { <p><button type="button" class="link" on:click=move |_| recipients.mend(&written, &meant)>{question}</button></p> }
        })
        .collect_view()
        .into_any()
}

fn choice(recipients: Recipients, id: String, at: usize, written: String) -> AnyView {
    let chosen = written.clone();
    let selected = move || if recipients.active.get() == Some(at) { "true" } else { "false" };
    view! {
        // The field must not lose the focus before the press has ended.
        <li role="option" id=id aria-selected=selected on:mousedown=|event| event.prevent_default()
            on:click=move |_| recipients.choose(chosen.clone())>{written}</li>
    }
    .into_any()
}
