//! Whether all languages say the same things.

use std::collections::BTreeSet;

use crate::file::{Entry, File, Key, holes};

/// The language by which the others are measured.
pub const REFERENCE: &str = "en";

/// All that is wrong, a sentence each, naming file and key.
pub fn faults(files: &[File]) -> Vec<String> {
    let mut found = Vec::new();
    if files.first().is_none_or(|file| file.code != REFERENCE) {
        found.push(format!("{REFERENCE}.toml is missing"));
    }
    let keys: BTreeSet<&Key> = files.iter().flat_map(|file| file.entries.keys()).collect();
    for file in files {
        found.extend(head(file));
        for key in &keys {
            match file.entries.get(*key) {
                Some(entry) => found.extend(own(file, key, entry)),
                None => found.push(format!("{}: {key} is missing", file.name)),
            }
        }
    }
    if let Some((reference, others)) = files.split_first() {
        for other in others {
            found.extend(reference.entries.iter().filter_map(|(key, entry)| alike(reference, other, key, entry)));
        }
    }
    found
}

/// What is wrong with what the language says of itself.
fn head(file: &File) -> Vec<String> {
    let (name, head) = (&file.name, &file.head);
    let mut found = Vec::new();
    let is_code = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_lowercase() || c == '-');
    if !is_code(&file.code) {
        found
            .push(format!("{name}: a file is named by the code of its language, in small letters, such as pt-br.toml"));
    }
    if head.months.len() != 12 {
        found.push(format!("{name}: [language] months has {} names, not 12", head.months.len()));
    }
    if !["ltr", "rtl"].contains(&head.direction.as_str()) {
        found.push(format!("{name}: [language] direction is neither ltr nor rtl"));
    }
    let hour: &[&str] = if head.moment.contains("{hour12}") { &["hour12", "half"] } else { &["hour"] };
    for (key, text, wanted) in [
        ("day", &head.day, vec!["day", "month", "year"]),
        ("moment", &head.moment, [&["day", "minute", "zone"], hour].concat()),
    ] {
        let given: BTreeSet<&str> = holes(text).collect();
        if given != wanted.iter().copied().collect() {
            found.push(format!("{name}: [language] {key} must hold {{{}}} and nothing else", wanted.join("}, {")));
        }
    }
    for (form, condition) in &head.plural {
        let is_form = crate::file::FORMS[..5].contains(&form.as_str());
        let is_condition = condition.chars().all(|c| c.is_ascii_digit() || " n%=!<>&|()".contains(c));
        if !is_form || !is_condition || !condition.contains('n') {
            found.push(format!(
                "{name}: [language.plural] {form} must be a condition such as \"n % 10 == 1 && n != 11\" for zero, one, \
                 two, few or many"
            ));
        }
    }
    found
}

/// What is wrong with an entry by itself.
fn own(file: &File, key: &Key, entry: &Entry) -> Option<String> {
    let wrong = |what: &str| Some(format!("{}: {key} {what}", file.name));
    let is_name = |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    if !is_name(&key.name) || !is_name(&key.section) {
        return wrong("is not named in small letters and low lines");
    }
    if entry.texts().iter().any(|text| text.trim().is_empty()) {
        return wrong("is empty");
    }
    if entry.texts().iter().any(|text| text.chars().any(char::is_control)) {
        return wrong("holds a line break or another control character");
    }
    let is_odd = |text: &str| {
        text.matches('{').count() != holes(text).count()
            || text.matches('}').count() != holes(text).count()
            || !holes(text).all(is_name)
    };
    if entry.texts().into_iter().any(is_odd) {
        return wrong("holds a brace that does not belong to a {name}");
    }
    match entry {
        Entry::List(_) if !entry.holes().is_empty() => wrong("is a list, in which nothing can be put"),
        Entry::Forms(forms) if forms.keys().map(String::as_str).collect::<BTreeSet<_>>() != set(&file.forms()) => {
            wrong(&format!("must have the forms {}", file.forms().join(", ")))
        }
        _ => None,
    }
}

/// Where two languages do not fit together.
fn alike(reference: &File, other: &File, key: &Key, entry: &Entry) -> Option<String> {
    let theirs = other.entries.get(key)?;
    let wrong = |what: String| Some(format!("{}: {key} {what}, as in {}", other.name, reference.name));
    match (entry, theirs) {
        (Entry::Text(_), Entry::Text(_)) | (Entry::Forms(_), Entry::Forms(_)) => {}
        (Entry::List(ours), Entry::List(theirs)) if ours.len() == theirs.len() => {}
        (Entry::List(ours), _) => return wrong(format!("must be a list of {}", ours.len())),
        (Entry::Text(_), _) => return wrong("must be one text".to_owned()),
        (Entry::Forms(_), _) => return wrong("must be a table of forms".to_owned()),
    }
    let (ours, theirs) = (entry.holes(), theirs.holes());
    let sorted = |mut names: Vec<String>| {
        names.sort();
        names
    };
    (sorted(ours.clone()) != sorted(theirs)).then(|| {
        let names = if ours.is_empty() { "nothing".to_owned() } else { format!("{{{}}}", ours.join("}, {")) };
        format!("{}: {key} must have {names} put in, as in {}", other.name, reference.name)
    })
}

fn set<'a>(names: &[&'a str]) -> BTreeSet<&'a str> {
    names.iter().copied().collect()
}
