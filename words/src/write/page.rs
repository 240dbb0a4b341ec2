//! For the pages: a module a section. A word is a constant that Leptos shows like any other function, and that follows
//! the language; one with something put in is a function that makes such a text. The texts themselves stand in a file a
//! language, in the order of their numbers: a page loads the one that it speaks.

use std::fmt::Write as _;

use super::{Section, doc, marked};
use crate::file::{Entry, File};

/// What stands between two texts of a file.
const BETWEEN_TEXTS: &str = "\u{1e}";
/// What stands between two forms of a text that goes by number.
const BETWEEN_FORMS: &str = "\u{1f}";

/// What the two programs load in a language.
#[derive(Debug, PartialEq, Eq)]
pub struct Loaded {
    /// Those who read.
    pub reading: String,
    /// Those who write: the same, and what only they need.
    pub writing: String,
}

/// The texts of all languages by number.
pub struct Texts(Vec<Vec<String>>);

impl Texts {
    /// None yet, of so many languages.
    pub fn new(languages: usize) -> Self {
        Self(vec![Vec::new(); languages])
    }

    /// The content of each language's files; the first `reading` texts are all that reading takes.
    pub fn loaded(self, reading: usize) -> Vec<Loaded> {
        let joined = |texts: &[String]| texts.join(BETWEEN_TEXTS);
        self.0
            .into_iter()
            .map(|texts| Loaded { reading: joined(texts.get(..reading).unwrap_or(&texts)), writing: joined(&texts) })
            .collect()
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.first().map_or(0, Vec::len)
    }

    /// Adds a text, in each language; its number.
    fn add(&mut self, texts: Vec<String>) -> usize {
        for (all, text) in self.0.iter_mut().zip(texts) {
            all.push(text);
        }
        self.count().saturating_sub(1)
    }
}

/// A section's module.
pub fn section(name: &str, words: &Section, files: &[File], all: &mut Texts) -> String {
    let mut text =
        format!("pub mod {name} {{\n    #[allow(unused_imports, clippy::wildcard_imports)]\n    use super::*;\n");
    for (word, entries) in words {
        text.push_str(&doc(entries));
        let Some(first) = entries.first() else { continue };
        let holes = first.holes();
        let constant = word.to_uppercase();
        let _ = match first {
            Entry::List(list) => {
                let rows: Vec<_> =
                    (0..list.len()).map(|index| format!("|| here({})", all.add(nth(entries, index)))).collect();
                writeln!(text, "    pub const {constant}: [Word; {}] = [{}];", list.len(), rows.join(", "))
            }
            Entry::Text(_) if holes.is_empty() => {
                writeln!(text, "    pub const {constant}: Word = || here({});", all.add(texts(entries, &holes)))
            }
            Entry::Text(_) => {
                let (given, values) = parameters(&holes);
                let number = all.add(texts(entries, &holes));
                writeln!(text, "    pub fn {word}({given}) -> Phrase {{ phrase({number}, vec![{values}]) }}")
            }
            Entry::Forms(_) => {
                let (given, values) = parameters(&holes[1..]);
                let number = all.add(forms(entries, files, &holes));
                writeln!(
                    text,
                    "    pub fn {word}(count: u64, {given}) -> Phrase {{ counted({number}, count, vec![{values}]) }}"
                )
            }
        };
    }
    text.push_str("}\n");
    text
}

/// One text in each language, marked.
fn texts(entries: &[&Entry], holes: &[String]) -> Vec<String> {
    nth(entries, 0).iter().map(|text| marked(text, holes)).collect()
}

/// In each language, the text at one place of a list.
fn nth(entries: &[&Entry], index: usize) -> Vec<String> {
    entries.iter().map(|entry| entry.texts().get(index).copied().unwrap_or_default().to_owned()).collect()
}

/// The forms of a text in each language, in the order of their conditions.
fn forms(entries: &[&Entry], files: &[File], holes: &[String]) -> Vec<String> {
    entries.iter().zip(files).map(|(entry, file)| super::forms(entry, file, holes).join(BETWEEN_FORMS)).collect()
}

fn parameters(holes: &[String]) -> (String, String) {
    let given = holes.iter().map(|hole| format!("{hole}: impl Into<Phrase>")).collect::<Vec<_>>().join(", ");
    let values = holes.iter().map(|hole| format!("{hole}.into()")).collect::<Vec<_>>().join(", ");
    (given, values)
}
