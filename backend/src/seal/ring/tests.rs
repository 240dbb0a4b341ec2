//! Tests of the key ring and its file.

use std::{fs, path::PathBuf};

use tempfile::TempDir;

use super::*;

const SECRET: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const OTHER: &str = "//////////////////////////////////////////8=";

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp_micros(1_790_000_000_123_456).unwrap()
}

fn key(id: &str, active: bool, secret: &str) -> String {
    format!(
        "[[keys]]\nid = \"{id}\"\ncreated_at = \"2026-11-05T08:00:00Z\"\nactive = {active}\nsecret = \"{secret}\"\n"
    )
}

fn folder() -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("keys.toml");
    (folder, path)
}

#[cfg(unix)]
fn set_mode(path: &std::path::Path, mode: u32) {
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
}

/// Why `text` is no ring.
fn refusal(text: &str) -> String {
    KeyRing::parse(text).unwrap_err().to_string()
}

#[test]
fn a_saved_ring_is_the_same_when_loaded() {
    let (folder, path) = folder();
    let mut ring = KeyRing::generate(now());
    let old = ring.active();
    ring.save(&path).unwrap();
    let new = ring.rotate(now() + chrono::Duration::days(1));
    ring.save(&path).unwrap();

    let loaded = KeyRing::load(&path).unwrap();
    assert_eq!(loaded.keys().collect::<Vec<_>>(), ring.keys().collect::<Vec<_>>());
    assert_eq!((loaded.active(), loaded.ids()), (new, vec![old, new]));
    for id in [old, new] {
        assert!(loaded.check_value(id).is_some());
        assert_eq!(loaded.check_value(id), ring.check_value(id));
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
}

#[cfg(unix)]
#[test]
fn the_file_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;

    let (_folder, path) = folder();
    KeyRing::generate(now()).save(&path).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    for mode in [0o640, 0o604, 0o660, 0o610] {
        set_mode(&path, mode);
        assert_eq!(
            KeyRing::load(&path).unwrap_err().to_string(),
            format!(
                "the key ring {} may be read by others (mode {mode:04o}): allow only its owner with chmod 600",
                path.display()
            )
        );
    }
    for mode in [0o600, 0o400] {
        set_mode(&path, mode);
        KeyRing::load(&path).unwrap();
    }
}

#[test]
fn a_missing_file_is_named() {
    let (_folder, path) = folder();
    let refusal = KeyRing::load(&path).unwrap_err().to_string();
    assert!(refusal.starts_with(&format!("the key ring {} cannot be opened: ", path.display())), "{refusal}");
}

#[test]
fn a_ring_that_cannot_be_written_leaves_the_old_one() {
    let (folder, path) = folder();
    fs::create_dir(&path).unwrap();
    fs::write(path.join("in the way"), "").unwrap();
    let refusal = KeyRing::generate(now()).save(&path).unwrap_err().to_string();
    assert!(refusal.contains("cannot be written"), "{refusal}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
}

#[test]
fn a_ring_without_one_active_key_is_refused() {
    let (one, other) = ("1111111111111111", "2222222222222222");
    let none = "the key ring has no active key: mark one with active = true";
    assert_eq!(refusal(""), none);
    assert_eq!(refusal(&key(one, false, SECRET)), none);
    assert_eq!(
        refusal(&(key(one, true, SECRET) + &key(other, true, OTHER))),
        format!("the key ring has more than one active key: leave active = true at one of {one} and {other}")
    );
    KeyRing::parse(&(key(one, true, SECRET) + &key(other, false, OTHER))).unwrap();
}

#[test]
fn a_key_that_stands_twice_is_refused() {
    let id = "1111111111111111";
    assert_eq!(
        refusal(&(key(id, true, SECRET) + &key(id, false, OTHER))),
        format!("the key {id} stands twice in the key ring")
    );
}

#[test]
fn a_secret_that_is_not_32_octets_of_base64_is_refused() {
    for secret in ["", "AAAA", "!", &SECRET[1..], &SECRET[..43], &format!("{SECRET}AAAA"), &SECRET.replace('A', "-")] {
        assert_eq!(
            refusal(&key("1111111111111111", true, secret)),
            "the secret of key 1111111111111111 in the key ring is not 32 octets in base64",
            "{secret}"
        );
    }
}

#[test]
fn what_is_no_ring_is_refused_with_its_line_and_without_its_text() {
    let ring = key("1111111111111111", true, SECRET);
    let understood = "of the key ring cannot be understood: each [[keys]] has id, created_at, active and secret";
    for (text, line) in [
        (ring.replace("true", &format!("\"{SECRET}\"")), 4),
        (ring.replace("id = \"1111111111111111\"", "id = \"11\""), 2),
        (ring.replace("secret = \"", "secret = "), 5),
        (ring.replace("secret", "sekret"), 5),
        (ring.replace("2026-11-05T08:00:00Z", SECRET), 3),
        (ring.replace("created_at = \"2026-11-05T08:00:00Z\"\n", ""), 1),
        (SECRET.to_owned(), 1),
    ] {
        assert_eq!(refusal(&text), format!("line {line} {understood}"), "{text}");
    }
}

#[test]
fn a_key_can_be_removed_unless_it_is_the_active_one() {
    let mut ring = KeyRing::generate(now());
    let old = ring.active();
    assert!(matches!(ring.remove(old), Err(Error::ActiveKey(id)) if id == old));
    let new = ring.rotate(now());
    ring.remove(old).unwrap();
    assert_eq!(ring.ids(), [new]);
    assert!(matches!(ring.remove(old), Err(Error::UnknownKey(id)) if id == old));
    assert_eq!(ring.check_value(old), None);
}

#[test]
fn check_values_tell_keys_apart_that_share_a_name() {
    let id = "1111111111111111";
    let [one, same, other] = [SECRET, SECRET, OTHER].map(|secret| KeyRing::parse(&key(id, true, secret)).unwrap());
    let id = one.active();
    assert_eq!(one.check_value(id), same.check_value(id));
    assert_ne!(one.check_value(id), other.check_value(id));
}

#[test]
fn a_ring_is_printed_without_its_secrets() {
    let ring = KeyRing::parse(&key("1111111111111111", true, SECRET)).unwrap();
    let printed = format!("{ring:?}");
    assert!(printed.contains("KeyId(1111111111111111)"), "{printed}");
    assert!(!printed.contains(SECRET) && !printed.contains("0, 1, 2") && !printed.contains("secret"), "{printed}");
}
