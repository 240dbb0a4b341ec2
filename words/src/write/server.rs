//! For the server: a type a section, made of a language, with a method a word.

use std::fmt::Write as _;

use super::{Section, camel, doc, marked, row};
use crate::file::{Entry, File};

/// A section's type.
pub fn section(name: &str, words: &Section, files: &[File]) -> String {
    let kind = camel(name);
    let mut text = format!(
        "/// The words of `{name}`, in a language.\n#[derive(Clone, Copy, Debug)]\npub struct {kind}(pub Language);\n\n\
         impl {kind} {{\n"
    );
    for (word, entries) in words {
        text.push_str(&doc(entries));
        let Some(first) = entries.first() else { continue };
        let holes = first.holes();
        let _ = match first {
            Entry::List(list) => {
                let rows: Vec<_> =
                    (0..list.len()).map(|index| format!("{}[self.0 as usize]", nth(entries, index))).collect();
                writeln!(
                    text,
                    "    pub const fn {word}(self) -> [&'static str; {}] {{ [{}] }}",
                    list.len(),
                    rows.join(", ")
                )
            }
            Entry::Text(_) if holes.is_empty() => writeln!(
                text,
                "    pub const fn {word}(self) -> &'static str {{ {}[self.0 as usize] }}",
                texts(entries, &holes)
            ),
            Entry::Text(_) => writeln!(
                text,
                "    pub fn {word}(self, {}) -> String {{ filled({}[self.0 as usize], &[{}]) }}",
                parameters(&holes),
                texts(entries, &holes),
                holes.join(", ")
            ),
            Entry::Forms(_) => {
                let values: Vec<_> =
                    std::iter::once("&count.to_string()").chain(holes[1..].iter().map(String::as_str)).collect();
                let given =
                    [vec!["count: u64".to_owned()], holes[1..].iter().map(|hole| format!("{hole}: &str")).collect()];
                writeln!(
                    text,
                    "    pub fn {word}(self, {}) -> String {{\n        const FORMS: [&[&str]; {}] = {};\n        \
                     filled(FORMS[self.0 as usize][self.0.form(count)], &[{}])\n    }}",
                    given.concat().join(", "),
                    files.len(),
                    forms(entries, files, &holes),
                    values.join(", ")
                )
            }
        };
    }
    text.push_str("}\n\n");
    text
}

/// `[&["…", "…"], &["…", "…"]]`: the forms of each language.
fn forms(entries: &[&Entry], files: &[File], holes: &[String]) -> String {
    let rows = entries.iter().zip(files).map(|(entry, file)| {
        let texts = super::forms(entry, file, holes);
        format!("&{}", row(texts.iter().map(String::as_str)))
    });
    format!("[{}]", rows.collect::<Vec<_>>().join(", "))
}

/// One text of each language, marked.
fn texts(entries: &[&Entry], holes: &[String]) -> String {
    let texts: Vec<String> = entries
        .iter()
        .map(|entry| if let Entry::Text(text) = entry { marked(text, holes) } else { String::new() })
        .collect();
    row(texts.iter().map(String::as_str))
}

/// The texts at one place of a list.
fn nth(entries: &[&Entry], index: usize) -> String {
    row(entries.iter().map(|entry| entry.texts().get(index).copied().unwrap_or_default()))
}

fn parameters(holes: &[String]) -> String {
    holes.iter().map(|hole| format!("{hole}: &str")).collect::<Vec<_>>().join(", ")
}

/// How each language writes days and moments.
pub fn dates(files: &[File]) -> String {
    let marked =
        |text: &str, holes: &[&str]| marked(text, &holes.iter().map(|hole| (*hole).to_owned()).collect::<Vec<_>>());
    let days: Vec<String> = files.iter().map(|file| marked(&file.head.day, &["day", "month", "year"])).collect();
    let parts = ["day", "hour", "hour12", "minute", "half", "zone"];
    let moments: Vec<String> = files.iter().map(|file| marked(&file.head.moment, &parts)).collect();
    let halves = files.iter().map(|file| row(file.head.halves.iter().map(String::as_str))).collect::<Vec<_>>();
    let months = files.iter().map(|file| row(file.head.months.iter().map(String::as_str))).collect::<Vec<_>>();
    format!(
        "impl Language {{\n    const fn months(self) -> [&'static str; 12] {{ [{}][self as usize] }}\n    \
         const fn day_pattern(self) -> &'static str {{ {}[self as usize] }}\n    \
         const fn moment_pattern(self) -> &'static str {{ {}[self as usize] }}\n    \
         const fn halves(self) -> [&'static str; 2] {{ [{}][self as usize] }}\n}}\n",
        months.join(", "),
        row(days.iter().map(String::as_str)),
        row(moments.iter().map(String::as_str)),
        halves.join(", "),
    )
}
