//! For the pages: a module a section. A word is a constant that Leptos shows like any other function, and that follows
//! the language; one with something put in is a function that makes such a text.

use std::fmt::Write as _;

use super::{Section, doc, forms, nth, texts};
use crate::file::{Entry, File};

/// A section's module.
pub fn section(name: &str, words: &Section, files: &[File]) -> String {
    let mut text =
        format!("pub mod {name} {{\n    #[allow(unused_imports, clippy::wildcard_imports)]\n    use super::*;\n");
    for (word, entries) in words {
        text.push_str(&doc(entries));
        let Some(first) = entries.first() else { continue };
        let holes = first.holes();
        let constant = word.to_uppercase();
        let _ = match first {
            Entry::List(list) => {
                let rows: Vec<_> = (0..list.len()).map(|index| format!("|| here(&{})", nth(entries, index))).collect();
                writeln!(text, "    pub const {constant}: [Word; {}] = [{}];", list.len(), rows.join(", "))
            }
            Entry::Text(_) if holes.is_empty() => {
                writeln!(text, "    pub const {constant}: Word = || here(&{});", texts(entries, &holes))
            }
            Entry::Text(_) => {
                let (given, values) = parameters(&holes);
                writeln!(
                    text,
                    "    pub fn {word}({given}) -> Phrase {{ phrase(&{}, vec![{values}]) }}",
                    texts(entries, &holes)
                )
            }
            Entry::Forms(_) => {
                let (given, values) = parameters(&holes[1..]);
                writeln!(
                    text,
                    "    pub fn {word}(count: u64, {given}) -> Phrase {{ counted(&{}, count, vec![{values}]) }}",
                    forms(entries, files, &holes)
                )
            }
        };
    }
    text.push_str("}\n");
    text
}

fn parameters(holes: &[String]) -> (String, String) {
    let given = holes.iter().map(|hole| format!("{hole}: impl Into<Phrase>")).collect::<Vec<_>>().join(", ");
    let values = holes.iter().map(|hole| format!("{hole}.into()")).collect::<Vec<_>>().join(", ");
    (given, values)
}
