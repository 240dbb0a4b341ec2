//! What makes the build fail, and what is written when it does not.

use super::*;

const HEAD: &str = "[language]\nname = 'N'\ntag = 'en-US'\ndirection = 'ltr'\nday = '{month} {day} {year}'\n\
                    moment = '{day} {hour}:{minute} {zone}'\nhalves = ['AM', 'PM']\nmonths = ['1','2','3','4','5','6','7','8','9','10','11','12']\n\
                    [language.plural]\none = 'n == 1'\n";

fn file(name: &str, words: &str) -> File {
    File::parse(name, &format!("{HEAD}{words}")).unwrap()
}

fn faults(english: &str, spanish: &str) -> Vec<String> {
    check::faults(&[file("en.toml", english), file("es.toml", spanish)])
}

#[test]
fn the_languages_here_say_the_same_things() {
    let files = read(&folder()).unwrap();
    assert_eq!(files[0].code, "en");
    assert!(files.len() >= 2 && files[0].entries.len() > 200);
}

#[test]
fn a_missing_word_is_named_with_its_file_whichever_language_misses_it() {
    assert_eq!(faults("[page.a]\nb = 'B'\nc = 'C'", "[page.a]\nb = 'B'"), ["es.toml: [page.a] c is missing"]);
    assert_eq!(faults("[page.a]\nb = 'B'", "[page.a]\nb = 'B'\nc = 'C'"), ["en.toml: [page.a] c is missing"]);
}

#[test]
fn what_is_put_in_must_be_the_same_in_each_language_but_may_stand_elsewhere() {
    assert!(faults("[page.a]\nb = '{x} and {y}'", "[page.a]\nb = '{y} y {x}'").is_empty());
    assert_eq!(
        faults("[page.a]\nb = 'for {name}'", "[page.a]\nb = 'para {nombre}'"),
        ["es.toml: [page.a] b must have {name} put in, as in en.toml"]
    );
    assert_eq!(
        faults("[page.a]\nb = 'none'", "[page.a]\nb = 'para {name}'"),
        ["es.toml: [page.a] b must have nothing put in, as in en.toml"]
    );
}

#[test]
fn lists_have_the_same_length_and_texts_by_number_the_forms_of_their_language() {
    assert_eq!(
        faults("[page.a]\nb = ['1', '2']", "[page.a]\nb = ['1']"),
        ["es.toml: [page.a] b must be a list of 2, as in en.toml"]
    );
    assert_eq!(
        faults("[page.a]\nb = { one = '{count} day', other = '{count} days' }", "[page.a]\nb = { other = '{count}' }"),
        ["es.toml: [page.a] b must have the forms one, other"]
    );
}

#[test]
fn what_would_not_be_read_as_meant_is_refused() {
    for (text, what) in [
        ("b = ''", "is empty"),
        ("b = 'a {'", "holds a brace that does not belong to a {name}"),
        ("b = 'a }'", "holds a brace that does not belong to a {name}"),
        ("b = '{A b}'", "holds a brace that does not belong to a {name}"),
        ("b = \"a\\nb\"", "holds a line break or another control character"),
        ("b = ['{x}']", "is a list, in which nothing can be put"),
        ("b-c = 'x'", "is not named in small letters and low lines"),
    ] {
        let found = check::faults(&[file("en.toml", &format!("[page.a]\n{text}"))]);
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        assert!(found[0].ends_with(what), "{text}: {found:?}");
    }
    assert!(File::parse("en.toml", &format!("{HEAD}[page.a]\nb = 3")).is_err());
    assert!(File::parse("en.toml", &format!("{HEAD}[pages.a]\nb = 'x'")).is_err());
    assert!(File::parse("en.toml", "[page.a]\nb = 'x'").unwrap_err()[0].contains("[language]"));
}

#[test]
fn a_language_must_say_how_it_counts_and_writes_days() {
    let mut odd = file("en.toml", "[page.a]\nb = 'B'");
    odd.head.months.pop();
    odd.head.day = "{day}".to_owned();
    odd.head.direction = "up".to_owned();
    odd.head.plural.insert("few".to_owned(), "std::process::exit(1)".to_owned());
    assert_eq!(check::faults(&[odd]).len(), 4);
}

#[test]
fn what_is_for_the_mails_never_reaches_the_pages() {
    let files = [file("en.toml", "[both.cover]\nx = 'X'\n[page.a]\nb = 'B {n}'\n[server.mail]\nc = 'secret'")];
    let (page, server) = (write::all(&files, Reader::Page), write::all(&files, Reader::Server));
    assert!(page.contains("pub const X: Word = || here(1);") && page.contains("pub mod cover"));
    assert!(page.contains("pub fn b(n: impl Into<Phrase>) -> Phrase { phrase(0, vec![n.into()]) }"));
    assert!(server.contains("pub struct Mail(pub Language);") && !server.contains("pub struct A("));
    assert_eq!(write::texts(&files)[0].reading, "B \u{1}\u{1e}X");
}

#[test]
fn whoever_only_reads_does_not_load_the_words_of_those_who_write() {
    let files = [file("en.toml", "[writing.a]\nb = 'B'\n[page.c]\nd = 'D'\n[writing.c]\ne = 'E'")];
    let page = write::all(&files, Reader::Page);
    let (reading, writing) = page.split_once("pub mod writing {").unwrap();
    assert!(reading.contains("pub const D: Word = || here(0);"));
    assert!(writing.contains("pub const B: Word = || here(1);") && writing.contains("pub const E: Word = || here(2);"));
    let texts = &write::texts(&files)[0];
    assert_eq!((texts.reading.as_str(), texts.writing.as_str()), ("D", "D\u{1e}B\u{1e}E"));
}

#[test]
fn what_a_page_loads_has_the_texts_of_one_language_by_the_numbers_in_the_program() {
    let english = "[page.a]\nb = ['1', '2']\nc = { one = '{count} day', other = '{count} days' }\nd = 'D'";
    let spanish = "[page.a]\nb = ['I', 'II']\nc = { one = '{count} día', other = '{count} días' }\nd = 'Da'";
    let files = [file("en.toml", english), file("es.toml", spanish)];
    let page = write::all(&files, Reader::Page);
    assert!(page.contains("pub const B: [Word; 2] = [|| here(0), || here(1)];"));
    assert!(page.contains("pub fn c(count: u64, ) -> Phrase { counted(2, count, vec![]) }"));
    assert!(page.contains("pub const D: Word = || here(3);"));
    assert_eq!(
        write::texts(&files).into_iter().map(|texts| texts.reading).collect::<Vec<_>>(),
        ["1\u{1e}2\u{1e}\u{1} day\u{1f}\u{1} days\u{1e}D", "I\u{1e}II\u{1e}\u{1} día\u{1f}\u{1} días\u{1e}Da"]
    );
}
