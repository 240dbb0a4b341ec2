//! One language's file, read.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::{Table, Value};

/// The forms of a text that goes by number, in the order in which their conditions are tried; "other" is what is left.
pub const FORMS: [&str; 6] = ["zero", "one", "two", "few", "many", "other"];

/// A language.
#[derive(Clone, Debug)]
pub struct File {
    /// The name of the file.
    pub name: String,
    /// The code: `en`, `pt-br`.
    pub code: String,
    /// What the language says of itself.
    pub head: Head,
    /// The words.
    pub entries: BTreeMap<Key, Entry>,
}

/// `[language]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// What it calls itself.
    pub name: String,
    /// The BCP 47 tag by which dates and numbers are written.
    pub tag: String,
    /// `ltr` or `rtl`.
    pub direction: String,
    /// A day: `{day}`, `{month}`, `{year}`.
    pub day: String,
    /// A moment: `{day}` as above, `{hour}` (0 to 23), or `{hour12}` with `{half}`, `{minute}`, and `{zone}`.
    pub moment: String,
    /// What the halves of a day are called: AM and PM.
    pub halves: [String; 2],
    /// January to December.
    pub months: Vec<String>,
    /// Conditions on `n`, by form.
    #[serde(default)]
    pub plural: BTreeMap<String, String>,
}

/// Where a word stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// Who it is for: `both`, `page`, `writing` or `server`.
    pub side: String,
    /// The section.
    pub section: String,
    /// Its name.
    pub name: String,
}

impl std::fmt::Display for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "[{}.{}] {}", self.side, self.section, self.name)
    }
}

/// What stands there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A text.
    Text(String),
    /// Several texts in a row.
    List(Vec<String>),
    /// A text by number.
    Forms(BTreeMap<String, String>),
}

impl Entry {
    /// All texts of it.
    pub fn texts(&self) -> Vec<&str> {
        match self {
            Self::Text(text) => vec![text],
            Self::List(texts) => texts.iter().map(String::as_str).collect(),
            Self::Forms(forms) => forms.values().map(String::as_str).collect(),
        }
    }

    /// What is put in, in the order in which it appears first; the number of a text by number comes before all.
    pub fn holes(&self) -> Vec<String> {
        let mut found: Vec<String> = match self {
            Self::Forms(_) => vec!["count".to_owned()],
            Self::Text(_) | Self::List(_) => Vec::new(),
        };
        // The last form, "other", is the most general one.
        for hole in self.texts().into_iter().rev().flat_map(holes) {
            if !found.iter().any(|known| known == hole) {
                found.push(hole.to_owned());
            }
        }
        found
    }
}

/// The names in braces of a text.
pub fn holes(text: &str) -> impl Iterator<Item = &str> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
}

impl File {
    /// Reads a file; or all that is wrong with its form.
    pub fn parse(name: &str, text: &str) -> Result<Self, Vec<String>> {
        let mut table: Table = text.parse().map_err(|error| vec![format!("{name}: {error}")])?;
        let head = table.remove("language").unwrap_or(Value::Table(Table::new()));
        let head: Head = head.try_into().map_err(|error| vec![format!("{name}: [language] {error}")])?;
        let mut faults = Vec::new();
        let mut entries = BTreeMap::new();
        for (side, sections) in table {
            let Value::Table(sections) = sections else {
                faults.push(format!("{name}: {side} stands in no section"));
                continue;
            };
            if !["both", "page", "writing", "server"].contains(&side.as_str()) {
                faults.push(format!("{name}: [{side}] is none of language, both, page, writing, server"));
            }
            for (section, words) in sections {
                let Value::Table(words) = words else {
                    faults.push(format!("{name}: [{side}] {section} stands in no section"));
                    continue;
                };
                for (word, value) in words {
                    let key = Key { side: side.clone(), section: section.clone(), name: word };
                    match entry(value) {
                        Some(entry) => drop(entries.insert(key, entry)),
                        None => faults.push(format!("{name}: {key} is neither a text nor texts nor forms of a text")),
                    }
                }
            }
        }
        let code = name.trim_end_matches(".toml").to_owned();
        if faults.is_empty() { Ok(Self { name: name.to_owned(), code, head, entries }) } else { Err(faults) }
    }

    /// The forms of this language, "other" last.
    pub fn forms(&self) -> Vec<&'static str> {
        FORMS.into_iter().filter(|form| *form == "other" || self.head.plural.contains_key(*form)).collect()
    }
}

fn entry(value: Value) -> Option<Entry> {
    let text = |value: Value| if let Value::String(text) = value { Some(text) } else { None };
    match value {
        Value::String(text) => Some(Entry::Text(text)),
        Value::Array(values) => values.into_iter().map(text).collect::<Option<_>>().map(Entry::List),
        Value::Table(table) => {
            table.into_iter().map(|(form, value)| Some((form, text(value)?))).collect::<Option<_>>().map(Entry::Forms)
        }
        _ => None,
    }
}
