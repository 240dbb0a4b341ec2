//! The words as Rust: a name for each, and what it says in each language, or where the page finds that.

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
    match reader {
        Reader::Page => pages(files).0,
        Reader::Server => {
            let sections = sections(files, &["both", "server"]).into_iter();
            let sections: String = sections.map(|(name, words)| server::section(name, &words, files)).collect();
            languages(files) + &sections + &server::dates(files)
        }
    }
}

/// What the pages load: the texts of each language, by the numbers that the module for the pages has for them.
pub fn texts(files: &[File]) -> Vec<page::Loaded> {
    pages(files).1
}

/// The words of those who write come last, so that whoever only reads loads what is in front of them.
fn pages(files: &[File]) -> (String, Vec<page::Loaded>) {
    let mut texts = page::Texts::new(files.len());
    let mut text = languages(files);
    for (name, words) in sections(files, &["both", "page"]) {
        text.push_str(&page::section(name, &words, files, &mut texts));
    }
    let reading = texts.count();
    text.push_str(
        "/// For the program of those who write alone: the other one does not load them.\npub mod writing {\n",
    );
    text.push_str("#[allow(unused_imports, clippy::wildcard_imports)]\nuse super::*;\n");
    for (name, words) in sections(files, &["writing"]) {
        text.push_str(&page::section(name, &words, files, &mut texts));
    }
    text.push_str("}\n");
    (text, texts.loaded(reading))
}

/// The sections of these sides.
fn sections<'a>(files: &'a [File], sides: &[&str]) -> BTreeMap<&'a str, Section<'a>> {
    let mut sections: BTreeMap<&str, Section> = BTreeMap::new();
    let keys: Vec<&Key> = files.first().map(|file| file.entries.keys().collect()).unwrap_or_default();
    for key in keys.into_iter().filter(|key| sides.contains(&key.side.as_str())) {
        let entries = files.iter().filter_map(|file| file.entries.get(key)).collect();
        sections.entry(&key.section).or_default().push((&key.name, entries));
    }
    sections
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

/// The forms of a text in a language, marked, in the order of their conditions.
fn forms(entry: &Entry, file: &File, holes: &[String]) -> Vec<String> {
    let Entry::Forms(forms) = entry else { return Vec::new() };
    let text = |form: &&str| marked(forms.get(*form).map(String::as_str).unwrap_or_default(), holes);
    file.forms().iter().map(text).collect()
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
