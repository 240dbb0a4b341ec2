//! The program itself, started as its users start it.

use std::{
    fs,
    io::Read as _,
    net::TcpListener,
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::{Duration, Instant},
};

use diesel::{Connection as _, SqliteConnection, connection::SimpleConnection as _};

use crate::support::program::{Program, command, free_port};

/// Starts it and says what it died of.
fn refusal(data: &Path, change: impl FnOnce(&mut Command)) -> String {
    let mut command = command(data, free_port(), free_port());
    change(&mut command);
    let output = command.output().unwrap();
    assert!(!output.status.success());
    let said = String::from_utf8(output.stderr).unwrap();
    said.lines().find_map(|line| line.strip_prefix("octothorpe: ")).expect("a last word").to_owned()
}

fn mails(data: &Path, to: &str) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(data.join("mailbox")) else { return Vec::new() };
    let paths = entries.map(|entry| entry.unwrap().path());
    paths.filter(|path| path.to_string_lossy().ends_with(&format!("-{to}.eml"))).collect()
}

fn wait_for_mail(data: &Path, to: &str) {
    let end = Instant::now() + Duration::from_secs(30);
    while mails(data, to).is_empty() {
        assert!(Instant::now() < end, "no mail to {to}");
        thread::sleep(Duration::from_millis(20));
    }
}

/// Whether any file below `folder` holds `text`.
fn holds(folder: &Path, text: &[u8]) -> Option<PathBuf> {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let found = if path.is_dir() {
            if path.ends_with("mailbox") { None } else { holds(&path, text) }
        } else {
            let mut bytes = Vec::new();
            fs::File::open(&path).unwrap().read_to_end(&mut bytes).unwrap();
            bytes.windows(text.len()).any(|window| window == text).then_some(path)
        };
        if found.is_some() {
            return found;
        }
    }
    None
}

const MAIL: &str =
    "From: <clerk@cws.state.ca.us>\nSubject: # Quillfeather\nMessage-ID: <k@cws.state.ca.us>\n\nmarzipan words";

#[test]
fn a_mail_answered_with_250_survives_a_kill_and_its_notification_goes_out() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    for number in 0..5 {
        let program = Program::start(&data);
        let to = format!("r{number}@example.org");
        let said = program.send(&to, &MAIL.replace("<k@", &format!("<k{number}@")));
        assert!(said.starts_with("250 "), "{said}");
        program.kill();
    }
    let _program = Program::start(&data);
    for number in 0..5 {
        wait_for_mail(&data, &format!("r{number}@example.org"));
    }
}

#[test]
fn nothing_sealed_and_no_token_stands_in_the_data_folder_or_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let program = Program::start(&data);
    assert!(program.send("pat@example.org", MAIL).starts_with("250 "));
    wait_for_mail(&data, "pat@example.org");
    let mail = fs::read_to_string(&mails(&data, "pat@example.org")[0]).unwrap().replace("=\r\n", "");
    let start = mail.find("/open/").unwrap() + 6;
    let ticket = &mail[start..start + 43];
    for secret in ["marzipan words", "Quillfeather", ticket] {
        assert_eq!(holds(folder.path(), secret.as_bytes()), None, "{secret}");
    }
    program.kill();
    assert_eq!(holds(folder.path(), b"marzipan"), None);
}

#[test]
fn settings_that_cannot_be_used_stop_the_start_with_one_sentence_that_names_them() {
    let folder = tempfile::tempdir().unwrap();
    let said = refusal(folder.path(), |command| {
        command.env("OCTOTHORPE_GATEWAY__LISEN", "x");
    });
    assert!(said.contains("gateway.lisen"), "{said}");
    let said = refusal(folder.path(), |command| {
        command.env("OCTOTHORPE_MAIL__TRANSPORT", "smtp");
    });
    assert!(said.starts_with("mail.relay: it must name the next hop"), "{said}");
    let said = refusal(folder.path(), |command| {
        command.args(["--config", "/missing/octothorpe.toml"]);
    });
    assert!(said.contains("/missing/octothorpe.toml cannot be read"), "{said}");
}

#[test]
fn a_missing_or_another_key_ring_beside_an_existing_store_stops_the_start() {
    let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    Program::start(folder.path()).kill();
    Program::start(other.path()).kill();
    let ring = folder.path().join("keys.toml");
    fs::remove_file(&ring).unwrap();
    let said = refusal(folder.path(), |_| ());
    assert!(said.contains("keys.toml is missing") && said.contains("put it back from its backup"), "{said}");
    assert!(!ring.exists(), "none is made in its place");
    fs::copy(other.path().join("keys.toml"), &ring).unwrap();
    let said = refusal(folder.path(), |_| ());
    assert!(said.starts_with("the key ring lacks the key "), "{said}");
}

#[test]
fn a_store_of_a_newer_version_stops_the_start() {
    let folder = tempfile::tempdir().unwrap();
    Program::start(folder.path()).kill();
    let path = folder.path().join("octothorpe.db");
    let mut conn = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
    conn.batch_execute("INSERT INTO __diesel_schema_migrations (version) VALUES ('99990101000000')").unwrap();
    let said = refusal(folder.path(), |_| ());
    assert!(said.contains("newer version of Octothorpe"), "{said}");
}

#[test]
fn a_taken_port_stops_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    for setting in ["HTTP__LISTEN", "GATEWAY__LISTEN"] {
        let said = refusal(folder.path(), |command| {
            command.env(format!("OCTOTHORPE_{setting}"), &address);
        });
        assert!(said.contains(&setting.to_lowercase().replace("__", ".")), "{said}");
        assert!(said.contains("another program listens"), "{said}");
    }
}

#[test]
fn keys_are_listed_added_and_rotated_and_everything_is_wrapped_anew() {
    let folder = tempfile::tempdir().unwrap();
    let keys = |action: &str| {
        let command = command(folder.path(), 1, 2);
        let mut plain = Command::new(command.get_program());
        plain.env_clear().envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
        let output = plain.args(["keys", action]).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let program = Program::start(folder.path());
    program.send("pat@example.org", MAIL);
    program.kill();
    assert_eq!(keys("list").lines().count(), 1);
    let added = keys("new").split(' ').next().unwrap().to_owned();
    let listed = keys("list");
    assert!(listed.lines().nth(1).unwrap().contains(&added) && listed.lines().next().unwrap().contains("active"));
    keys("rotate");
    assert!(keys("list").lines().nth(1).unwrap().contains("active"));
    let program = Program::start(folder.path());
    wait_for_mail(folder.path(), "pat@example.org");
    let end = Instant::now() + Duration::from_secs(30);
    while !keys("list").lines().nth(1).unwrap().contains("in use") {
        assert!(Instant::now() < end, "nothing is wrapped anew");
        thread::sleep(Duration::from_millis(50));
    }
    program.kill();
}

#[test]
fn what_became_of_mails_and_jobs_is_counted_and_the_log_says_why_a_mail_was_sealed() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let program = Program::start(&data);
    for mail in [MAIL, MAIL, &MAIL.replace("# Quillfeather", "Soup")] {
        assert!(program.send("pat@example.org", mail).starts_with("250 "));
    }
    let end = Instant::now() + Duration::from_secs(30);
    while !program.metrics().contains("octothorpe_jobs_waiting 0") {
        assert!(Instant::now() < end, "{}", program.metrics());
        thread::sleep(Duration::from_millis(20));
    }
    let counted = program.metrics();
    for line in [
        r#"octothorpe_mails_total{outcome="sealed",reason="marker"} 1"#,
        r#"octothorpe_mails_total{outcome="known",reason=""} 1"#,
        r#"octothorpe_mails_total{outcome="relayed",reason=""} 1"#,
        r#"octothorpe_jobs_total{kind="notify",outcome="done"} 1"#,
    ] {
        assert!(counted.lines().any(|counted| counted == line), "{line} in {counted}");
    }
    let log = fs::read_to_string(data.with_extension("log")).unwrap();
    assert!(log.lines().any(|line| line.contains("stored") && line.contains("marker")), "{log}");
}
