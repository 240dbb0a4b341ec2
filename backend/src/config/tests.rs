//! Settings: what is taken, and the sentence when it is not.

use super::*;

const DEMO: &str = "mail.transport = 'capture'\norganisation.sender_domains = ['cws.state.ca.us']\n";

fn refused(more: &str) -> String {
    Config::parse(&format!("{DEMO}{more}")).map(|_| ()).unwrap_err().to_string()
}

#[test]
fn defaults_are_derived_from_one_another() {
    let config = Config::parse(DEMO).unwrap();
    assert_eq!(config.store.url, "sqlite:./data/octothorpe.db");
    assert_eq!(config.keys.file(), Path::new("./data/keys.toml"));
    assert_eq!(config.mail.from().to_string(), "octothorpe@localhost");
    assert_eq!(config.mail.postmaster().to_string(), "postmaster@cws.state.ca.us");
    assert_eq!(config.portal.base(), "http://127.0.0.1:8080");
}

#[test]
fn an_unknown_key_is_named() {
    assert!(
        refused("gateway.lisen = '127.0.0.1:1'").contains("gateway.lisen"),
        "{}",
        refused("gateway.lisen = '127.0.0.1:1'")
    );
}

#[test]
fn a_bad_value_names_its_key() {
    for (setting, key) in [
        ("gateway.listen = 'nowhere'", "gateway.listen"),
        ("gateway.hostname = 'mail gate'", "gateway.hostname"),
        ("portal.url = 'ftp://x'", "portal.url"),
        ("portal.url = 'https://x/y'", "portal.url"),
        ("portal.language = 'tlh'", "portal.language"),
        ("mail.from = 'nobody'", "mail.from"),
        ("store.url = 'mysql://x'", "store.url"),
        ("messages.lifetime_days = 0", "messages.lifetime_days"),
        ("gateway.trusted_networks = ['10.0.0.0/99']", "gateway.trusted_networks"),
        ("organisation.internal_domains = ['other.org']", "organisation.sender_domains"),
        ("http.tls_key = 'key.pem'", "http.tls_certificate"),
    ] {
        assert!(refused(setting).contains(key), "{setting}: {}", refused(setting));
    }
}

#[test]
fn a_list_may_be_one_text_with_commas() {
    let config = Config::parse("mail.transport = 'capture'\norganisation.sender_domains = 'a.org, *.b.org'").unwrap();
    assert_eq!(config.organisation.sender_domains.len(), 2);
}

#[test]
fn a_domain_inside_looks_alike_but_is_not() {
    let config = Config::parse(
        "mail.transport = 'capture'\norganisation.sender_domains = 'cws.state.ca.us'\norganisation.internal_domains = 'state.ca.us'",
    )
    .unwrap();
    assert!(config.organisation.is_internal(&"a@dss.state.ca.us".parse().unwrap()));
    for outside in [
        "a@evilstate.ca.us",
        "pat%example.org@state.ca.us",
        "example.org!pat@state.ca.us",
        "\"pat@example.org\"@state.ca.us",
    ] {
        assert!(!config.organisation.is_internal(&outside.parse().unwrap()), "{outside}");
    }
    assert!(config.warnings().iter().any(|warning| warning.contains("state.ca.us")));
}

#[test]
fn keys_beside_the_database_are_warned_of_and_a_trial_is_told_that_it_may_go_on() {
    let warned = |settings: &str| {
        let warnings = Config::parse(settings).unwrap().warnings();
        warnings.into_iter().find(|warning| warning.contains("one stolen copy"))
    };
    let serving = DEMO.replace("'capture'", "'smtp'\nmail.relay = 'smtps://mail.a.org'");
    assert!(!warned(&serving).unwrap().contains("trial"));
    assert!(warned(DEMO).unwrap().contains("for a trial that will do"));
    assert_eq!(warned(&format!("{DEMO}keys.file = '/etc/octothorpe/keys.toml'")), None);
}

#[test]
fn without_a_relay_the_transport_must_be_capture() {
    let sentence = Config::parse("organisation.sender_domains = ['a.org']").map(|_| ()).unwrap_err().to_string();
    assert!(sentence.starts_with("mail.relay"), "{sentence}");
}

fn relay(text: &str, more: &str) -> Result<Config, Error> {
    Config::parse(&format!("organisation.sender_domains = 'a.org'\nmail.relay = '{text}'\n{more}"))
}

#[test]
fn replies_leave_over_loopback_or_verified_tls_only() {
    assert!(relay("smtp://127.0.0.1:10026", "").is_ok());
    assert!(relay("smtp://mail.a.org:25", "").is_ok());
    assert!(relay("smtps://mail.a.org", "").is_ok());
    for weak in ["smtp://mail.a.org:25?tls=none", "smtp://mail.a.org:25?tls=opportunistic"] {
        assert!(relay(weak, "").unwrap_err().to_string().contains("unprotected"), "{weak}");
        let allowed = relay(weak, "mail.allow_clear_replies = true").unwrap();
        assert!(allowed.warnings().iter().any(|warning| warning.contains("unprotected")));
    }
}

#[test]
fn a_relay_that_is_the_gateway_itself_or_no_address_is_refused() {
    assert!(relay("smtp://localhost:2525", "").unwrap_err().to_string().contains("own address"));
    assert!(relay("mail.a.org:25", "").unwrap_err().to_string().starts_with("mail.relay"));
    assert!(Config::parse("organisation.sender_domains = 'a.org'").unwrap_err().to_string().starts_with("mail.relay"));
}

/// `octothorpe.example.toml` with every setting switched on.
fn example() -> toml::Table {
    let text = include_str!("../../../octothorpe.example.toml");
    let is_setting = |line: &str| line.starts_with('#') && line[1..].starts_with(|c: char| c.is_ascii_lowercase());
    let on: Vec<&str> = text.lines().map(|line| if is_setting(line) { &line[1..] } else { line }).collect();
    on.join("\n").parse().unwrap()
}

#[test]
fn the_example_names_every_setting_with_its_default() {
    let mut defaults = toml::Table::try_from(Config::default()).unwrap();
    // An address gets its slash when it is parsed.
    defaults["portal"]["url"] = "http://127.0.0.1:8080".into();
    let mut example = example();
    let unset =
        [("http", "tls_certificate"), ("http", "tls_key"), ("gateway", "tls_certificate"), ("gateway", "tls_key")];
    for (section, key) in unset.into_iter().chain([("mail", "relay"), ("keys", "ring")]) {
        let section = example[section].as_table_mut().unwrap();
        assert!(section.remove(key).is_some(), "{key}");
    }
    assert_eq!(example, defaults);
}
