//! Hygiene: what keeps the code easy to find one's way in.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The project's folder.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn files(folder: &Path, suffix: &str, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.map(|entry| entry.unwrap().path()) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && !["target", "node_modules", "dist", ".git"].contains(&name.as_str()) {
            files(&path, suffix, found);
        } else if name.ends_with(suffix) {
            found.push(path);
        }
    }
}

fn sources() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for folder in ["backend", "frontend", "fuzz", "shared", "words"] {
        files(&root().join(folder), ".rs", &mut found);
    }
    assert!(found.len() > 150);
    found
}

#[test]
fn no_file_is_longer_than_400_lines_but_the_schema() {
    for path in sources().iter().filter(|path| !path.ends_with("schema.rs")) {
        let lines = fs::read_to_string(path).unwrap().lines().count();
        assert!(lines <= 400, "{} has {lines} lines", path.display());
    }
}

#[test]
fn every_file_says_in_its_first_line_what_it_holds() {
    for path in sources() {
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("//! ") || text.starts_with("// @generated"), "{}", path.display());
    }
}

#[test]
fn both_databases_have_the_same_migrations() {
    let names = |kind: &str| {
        let folder = root().join("migrations").join(kind);
        let mut names: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    assert_eq!(names("sqlite"), names("postgres"));
}

#[test]
fn every_path_named_in_the_architecture_page_exists() {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let mut count = 0;
    for path in text.split('`').skip(1).step_by(2) {
        let is_path = path.contains('/') && !path.contains([' ', '<', '{', ':', '*']) && !path.starts_with('/');
        if is_path {
            assert!(root().join(path).exists(), "{path}");
            count += 1;
        }
    }
    assert!(count > 20);
}

/// The program of those who read does not load the words of those who write: named there, they would be blank.
#[test]
fn only_the_pages_of_those_who_write_use_their_words() {
    let source = root().join("frontend/src");
    let mut found = Vec::new();
    files(&source, ".rs", &mut found);
    let (mut users, mut readers) = (0, 0);
    for path in found {
        let name = path.strip_prefix(&source).unwrap().to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).unwrap();
        let shared = ["finding_list", "marked", "recipients"];
        let is_writing =
            ["page/compose", "page/sent", "page/settings", "page/extend"].iter().any(|page| name.starts_with(page))
                || shared.iter().any(|part| name == format!("component/{part}.rs"));
        if is_writing {
            users += usize::from(text.contains("writing::"));
        } else {
            readers += 1;
            assert!(!text.contains("writing::"), "{name} uses words of those who write");
            let uses = |part: &&str| text.contains(&format!("{part}::")) && name != "component.rs";
            assert_eq!(shared.iter().find(|part| uses(part)), None, "{name} uses a part of those who write");
        }
    }
    assert!(users > 8 && readers > 50);
}

#[test]
fn only_their_own_files_name_a_database_a_clock_or_a_socket() {
    let rules = [
        ("PgConnection", &["store/connection.rs", "store/dialect.rs"][..]),
        ("SqliteConnection", &["store/connection.rs", "store/dialect.rs"]),
        ("Utc::now", &["clock.rs"]),
        ("TcpStream", &["gateway/relay.rs", "gateway/relay/wire.rs"]),
    ];
    let mut found = Vec::new();
    files(&root().join("backend/src"), ".rs", &mut found);
    for path in found {
        let text = fs::read_to_string(&path).unwrap();
        // Tests below a file may do as they need.
        let code = text.split("#[cfg(test)]").next().unwrap();
        for (name, places) in rules {
            let is_test = path.ends_with("tests.rs") || path.components().any(|part| part.as_os_str() == "tests");
            let is_its_place = is_test || places.iter().any(|place| path.ends_with(place));
            assert!(is_its_place || !code.contains(name), "{} names {name}", path.display());
        }
    }
}
