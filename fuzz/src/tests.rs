//! The corpus: mails, sessions and files that once were trouble, or that lead far into the code.

use std::{fs, path::Path};

fn play(target: &str, run: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target);
    let files: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(!files.is_empty());
    for file in files {
        // So that a panic tells which one it was.
        println!("{}", file.display());
        run(&fs::read(&file).unwrap());
    }
}

#[test]
fn the_sessions_hold() {
    play("session", crate::session::run);
}

#[test]
fn the_mails_hold() {
    play("mail", crate::mail::run);
}

#[test]
fn the_attachments_hold() {
    play("attachment", crate::attachment::run);
}

#[test]
fn the_pages_hold() {
    play("html", crate::html::run);
}

#[test]
fn the_texts_hold() {
    play("rules", crate::rules::run);
}

#[test]
fn the_repetitions_hold() {
    play("repeated", crate::repeated::run);
}
