//! The command line's own work, on a store that a running program uses.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
    time::{Duration, Instant},
};

use diesel::prelude::*;
use octothorpe::store::{
    Migrations, Store, StoreUrl, accounts,
    schema::{audit_events, messages},
};

use crate::support::{
    program::{Program, command, free_port},
    sample::{address, noon},
};

const MAIL: &str = "From: <clerk@cws.state.ca.us>\nSubject: # Visit\nMessage-ID: <k@cws.state.ca.us>\n\nwords";

/// Runs a command on the store of a data folder.
fn run(data: &Path, arguments: &[&str]) -> Output {
    run_with(data, &[], arguments)
}

/// The same with more in the environment.
fn run_with(data: &Path, settings: &[(&str, &str)], arguments: &[&str]) -> Output {
    let serve = command(data, free_port(), free_port());
    let mut plain = Command::new(serve.get_program());
    plain.env_clear().envs(serve.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let settings = settings.iter().map(|(name, value)| (format!("OCTOTHORPE_{name}"), value));
    plain.envs(settings).args(arguments).output().unwrap()
}

/// What a command that works says.
fn said(data: &Path, arguments: &[&str]) -> String {
    let output = run(data, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// What a command that refuses says.
fn refused(data: &Path, arguments: &[&str]) -> String {
    let output = run(data, arguments);
    assert!(!output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8(output.stderr).unwrap()
}

fn url(file: &Path) -> StoreUrl {
    format!("sqlite:{}", file.display()).parse().unwrap()
}

async fn count_of_messages(store: &Store) -> i64 {
    store.read(|conn| Ok(messages::table.count().get_result(conn)?)).await.unwrap()
}

#[tokio::test]
async fn a_backup_holds_what_was_there_and_serves_in_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let (data, copy) = (folder.path().join("data"), folder.path().join("copy.db"));
    let program = Program::start(&data);
    assert!(program.send("pat@example.org", MAIL).starts_with("250 "));
    assert!(said(&data, &["backup", copy.to_str().unwrap()]).contains("key ring"));
    assert!(program.send("sam@example.org", &MAIL.replace("<k@", "<l@")).starts_with("250 "));
    assert_eq!(count_of_messages(&Store::open(&url(&copy), Migrations::Refuse).await.unwrap()).await, 1);
    #[cfg(unix)]
    assert_eq!(std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&copy).unwrap().permissions()) & 0o777, 0o600);
    assert!(refused(&data, &["backup", copy.to_str().unwrap()]).contains("is there already"));
    program.kill();

    for file in ["octothorpe.db-wal", "octothorpe.db-shm"] {
        drop(fs::remove_file(data.join(file)));
    }
    fs::copy(&copy, data.join("octothorpe.db")).unwrap();
    let program = Program::start(&data);
    assert!(program.send("sam@example.org", &MAIL.replace("<k@", "<l@")).starts_with("250 2.6.0 OK "));
    assert!(program.send("pat@example.org", MAIL).contains("taken before"));
}

#[test]
fn a_backup_of_nothing_is_refused_and_makes_no_store() {
    let folder = tempfile::tempdir().unwrap();
    let (data, copy) = (folder.path().join("data"), folder.path().join("copy.db"));
    fs::create_dir(&data).unwrap();
    assert!(refused(&data, &["backup", copy.to_str().unwrap()]).contains("there is no store at"));
    assert!(!copy.exists() && !data.join("octothorpe.db").exists());
}

#[test]
fn a_backup_of_postgresql_is_left_to_its_own_command() {
    let folder = tempfile::tempdir().unwrap();
    let settings = [("STORE__URL", "postgres://nobody@127.0.0.1:1/none")];
    let output = run_with(folder.path(), &settings, &["backup", "copy.db"]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("pg_dump"));
}

/// Lets it be long ago that anything was sealed.
async fn age_the_audit_trail(data: &Path) {
    let store = Store::open(&url(&data.join("octothorpe.db")), Migrations::Refuse).await.unwrap();
    let long_ago = noon().naive_utc() - chrono::Duration::days(400);
    store
        .write(move |conn| {
            diesel::update(audit_events::table).set(audit_events::at.eq(long_ago)).execute(conn)?;
            Ok(())
        })
        .await
        .unwrap();
}

#[tokio::test]
async fn a_key_is_retired_once_nothing_depends_on_it_and_not_before() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let retire = |key: &str| refused(data, &["keys", "retire", key]);
    Program::start(data).kill();
    let keys = || said(data, &["keys", "list"]).lines().map(|line| line[..16].to_owned()).collect::<Vec<_>>();
    let first = keys().remove(0);
    assert!(retire(&first).contains(&first), "it is active");
    assert!(retire("nonsense").contains("keys list"));
    said(data, &["keys", "rotate"]);
    said(data, &["keys", "retire", &first]);
    assert!(!keys().contains(&first), "nothing was sealed under it");

    let second = keys().remove(0);
    let program = Program::start(data);
    assert!(program.send("pat@example.org", MAIL).starts_with("250 "));
    program.kill();
    said(data, &["keys", "rotate"]);
    assert!(retire(&second).contains("messages are sealed under it"));
    let program = Program::start(data);
    let end = Instant::now() + Duration::from_secs(30);
    while retire(&second).contains("messages are sealed under it") {
        assert!(Instant::now() < end, "nothing is wrapped anew");
    }
    assert!(retire(&second).contains("may come again or come back"));
    age_the_audit_trail(data).await;
    assert!(retire(&second).contains("--despite-audit"));
    said(data, &["keys", "retire", &second, "--despite-audit"]);
    program.kill();
    assert_eq!(keys().len(), 1);
    assert!(Program::start(data).send("sam@example.org", &MAIL.replace("<k@", "<l@")).starts_with("250 "));
}

#[tokio::test]
async fn accounts_are_listed_shown_shut_out_and_let_in_again() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let _program = Program::start(data);
    let store = Store::open(&url(&data.join("octothorpe.db")), Migrations::Refuse).await.unwrap();
    for email in ["Pat@example.org", "clerk@cws.state.ca.us"] {
        let new = accounts::NewAccount {
            id: octothorpe::id::AccountId::new(noon()),
            email: address(email),
            display_name: "Pat".to_owned(),
            password_hash: "none".to_owned(),
            locale: "en".to_owned(),
            created_at: noon(),
        };
        store.write(move |conn| accounts::insert(conn, &new)).await.unwrap();
    }
    let listed = said(data, &["accounts", "list"]);
    assert!(
        listed.contains("Pat@example.org  recipient") && listed.contains("clerk@cws.state.ca.us  sender"),
        "{listed}"
    );
    assert_eq!(said(data, &["accounts", "list", "EXAMPLE"]).lines().count(), 1);
    assert!(said(data, &["accounts", "show", "pat@example.org"]).contains("log-ins: 0"));
    assert!(said(data, &["accounts", "show", "sam@example.org"]).contains("has no account"));

    assert!(said(data, &["accounts", "reset-link", "pat@example.org"]).contains("/reset/"));
    said(data, &["accounts", "disable", "pat@example.org"]);
    assert!(said(data, &["accounts", "list", "pat@"]).contains("shut out since"));
    assert!(refused(data, &["accounts", "reset-link", "pat@example.org"]).contains("is shut out"));
    said(data, &["accounts", "enable", "pat@example.org"]);
    assert!(!said(data, &["accounts", "list", "pat@"]).contains("shut out"));
    assert!(refused(data, &["accounts", "disable", "sam@example.org"]).contains("has no account"));
    assert!(refused(data, &["accounts", "show", "nonsense"]).contains("nonsense"));
}

/// The rule that the mails below are for, as a variable.
const REPORTING: (&str, &str) = ("RULES__CUSTOM", "[{name=\"court-file\",pattern=\"CF-[0-9]{4}\",action=\"report\"}]");

#[test]
fn the_rules_are_tried_on_a_mail_with_the_settings_of_the_environment() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mail.eml");
    let mail = "From: clerk@cws.state.ca.us\r\nTo: pat@example.org\r\nSubject: [EXTERNAL] # Hearing\r\n\r\nCF-1234\r\n";
    fs::write(&file, mail).unwrap();
    let settings = [REPORTING, ("RULES__SUBJECT_TAGS", "[EXTERNAL]")];
    let output = run_with(folder.path(), &settings, &["rules", "test", file.to_str().unwrap()]);
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(told.contains("rule       court-file, in body: does not seal\n"), "{told}");
    assert!(told.contains("outcome    pat@example.org: sealed, because of marker\n"), "{told}");
    assert!(refused(folder.path(), &["rules", "test", "/missing.eml"]).contains("/missing.eml cannot be read"));
}

#[test]
fn a_variable_is_a_text_that_each_setting_reads_for_itself() {
    let folder = tempfile::tempdir().unwrap();
    let check = |settings: &[(&str, &str)]| run_with(folder.path(), settings, &["config", "check"]);
    let texts = [("PORTAL__NAME", "311"), ("PORTAL__HELP_PHONE", "9165550100"), ("PORTAL__HELP_TEXT", "true")];
    let others = [
        ("GATEWAY__MAX_ERRORS", "7"),
        ("MAIL__ALLOW_CLEAR_REPLIES", "true"),
        ("HTTP__TRUSTED_PROXIES", "[\"::1/128\"]"),
    ];
    let output = check(&[texts, others].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stdout).contains("mail.allow_clear_replies is on"));
    for (name, key) in
        [("GATEWAY__MAX_ERRORS", "gateway.max_errors"), ("NOTIFICATION__ATTACH_HTML", "notification.attach_html")]
    {
        let output = check(&[(name, "many")]);
        assert!(String::from_utf8_lossy(&output.stderr).contains(key), "{output:?}");
    }
}

#[test]
fn a_rule_that_only_reports_is_named_in_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let program = Program::start_at(&data, free_port(), |command| {
        command.env(format!("OCTOTHORPE_{}", REPORTING.0), REPORTING.1);
    });
    let said = program.send("pat@example.org", &MAIL.replace("# Visit", "Visit").replace("words", "CF-1234"));
    assert!(said.starts_with("250 "), "{said}");
    let log = fs::read_to_string(data.with_extension("log")).unwrap();
    let line = log.lines().find(|line| line.contains("a rule that only reports would have sealed")).unwrap();
    assert!(line.contains("court-file") && !log.contains("CF-1234"), "{line}");
}
