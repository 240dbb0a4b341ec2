//! The words as Rust: tables with a column for each language, and a name for each row.

mod page;
mod server;

use std::{collections::BTreeMap, fmt::Write as _};

use crate::{
    Reader,
    file::{Entry, File, Key},
};

/// The words of one section, by their names; one entry for each language.
type Section<'a> = Vec<(&'a str, Vec<&'a Entry>)>;

/// The whole module.
pub fn all(files: &[File], reader: Reader) -> String {
    let mut text = languages(files);
    let side = match reader {
        Reader::Page => "page",
        Reader::Server => "server",
    };
    let mut sections: BTreeMap<&str, Section> = BTreeMap::new();
    let keys: Vec<&Key> = files.first().map(|file| file.entries.keys().collect()).unwrap_or_default();
    for key in keys.into_iter().filter(|key| key.side == side || key.side == "both") {
        let entries = files.iter().filter_map(|file| file.entries.get(key)).collect();
        sections.entry(&key.section).or_default().push((&key.name, entries));
    }
    for (name, words) in sections {
        text.push_str(&match reader {
            Reader::Page => page::section(name, &words, files),
            Reader::Server => server::section(name, &words, files),
        });
    }
    if reader == Reader::Server {
        text.push_str(&server::dates(files));
    }
    text
}

/// The type of a language, and what each says of itself.
fn languages(files: &[File]) -> String {
    let names: Vec<String> = files.iter().map(|file| camel(&file.code)).collect();
    let variants: String = files
        .iter()
        .zip(&names)
        .map(|(file, name)| ["    /// ", &file.head.name, ".\n    ", name, ",\n"].concat())
        .collect();
    let table = |of: fn(&File) -> &str| row(files.iter().map(of));
    let mut forms = String::new();
    for (file, name) in files.iter().zip(&names) {
        let _ = write!(forms, "            Self::{name} => ");
        for (index, form) in file.forms().iter().enumerate() {
            let _ = match file.head.plural.get(*form) {
                Some(condition) => write!(forms, "if {condition} {{ {index} }} else "),
                None => writeln!(forms, "{{ {index} }},"),
            };
        }
    }
    format!(
        r"/// A language that the words are in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Language {{
{variants}}}

#[allow(dead_code)]
impl Language {{
    /// All of them, English first.
    pub const ALL: [Self; {count}] = [{all}];
    /// Its code: `en`.
    pub const fn code(self) -> &'static str {{
        {codes}[self as usize]
    }}
    /// What it calls itself.
    pub const fn name(self) -> &'static str {{
        {own_names}[self as usize]
    }}
    /// The tag by which dates and numbers are written.
    pub const fn tag(self) -> &'static str {{
        {tags}[self as usize]
    }}
    /// `ltr` or `rtl`.
    pub const fn direction(self) -> &'static str {{
        {directions}[self as usize]
    }}
    /// Which form of a text goes with a number.
    #[allow(clippy::match_same_arms)]
    const fn form(self, n: u64) -> usize {{
        match self {{
{forms}        }}
    }}
}}
",
        count = files.len(),
        all = names.iter().map(|name| format!("Self::{name}")).collect::<Vec<_>>().join(", "),
        codes = table(|file| &file.code),
        own_names = table(|file| &file.head.name),
        tags = table(|file| &file.head.tag),
        directions = table(|file| &file.head.direction),
    )
}

/// `["…", "…"]`.
fn row<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    format!("[{}]", texts.map(|text| format!("{text:?}")).collect::<Vec<_>>().join(", "))
}

/// A text whose holes are marked by the number of what goes in, as a control character: U+0001 is the first.
fn marked(text: &str, holes: &[String]) -> String {
    holes.iter().zip(1_u8..).fold(text.to_owned(), |text, (hole, number)| {
        text.replace(&format!("{{{hole}}}"), &char::from(number).to_string())
    })
}

/// `[&["…", "…"], &["…", "…"]]`: the forms of each language.
fn forms(entries: &[&Entry], files: &[File], holes: &[String]) -> String {
    let rows = entries.iter().zip(files).map(|(entry, file)| {
        let Entry::Forms(forms) = entry else { return "&[]".to_owned() };
        let texts: Vec<String> = file
            .forms()
            .iter()
            .map(|form| marked(forms.get(*form).map(String::as_str).unwrap_or_default(), holes))
            .collect();
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

/// What a word says in English, as its documentation.
fn doc(entries: &[&Entry]) -> String {
    let english = entries.first().map(|entry| entry.texts().join(" / ")).unwrap_or_default();
    format!("    /// {english:?}\n")
}

/// `pt-br` and `first_paint` as names of types: `PtBr`, `FirstPaint`.
fn camel(name: &str) -> String {
    name.split(['-', '_'])
        .map(|word| {
            let mut chars = word.chars();
            chars.next().map(|first| first.to_ascii_uppercase().to_string() + chars.as_str()).unwrap_or_default()
        })
        .collect()
}
