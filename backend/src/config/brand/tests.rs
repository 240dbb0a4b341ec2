//! What may be branded, and the sentence when it may not.

use crate::config::Config;

fn with(settings: &str) -> Result<Config, String> {
    let text = format!("mail.transport = 'capture'\norganisation.sender_domains = 'a.org'\n{settings}");
    Config::parse(&text).map_err(|error| error.to_string())
}

#[test]
fn an_accent_brings_the_colours_that_go_with_it() {
    let accents = with("portal.accent = '#7a0b3c'").unwrap().portal.brand().accents;
    assert_eq!(accents.light.plain.to_string(), "#7a0b3c");
    assert!(accents.dark.plain.contrast(super::DARK) >= 6.0);
    for accent in [accents.light, accents.dark] {
        assert!(accent.plain.contrast(accent.on) >= 4.5 && accent.strong.contrast(accent.on) >= 4.5);
    }
}

#[test]
fn a_colour_that_cannot_be_read_stops_the_start() {
    let sentence = with("portal.accent = '#ffcc00'").unwrap_err();
    assert!(sentence.starts_with("portal.accent: #ffcc00 has a contrast of 1.3 to 1"), "{sentence}");
    let sentence = with("portal.accent_dark = '#0b5a7a'").unwrap_err();
    assert!(sentence.starts_with("portal.accent_dark: #0b5a7a has a contrast of"), "{sentence}");
    assert!(with("portal.accent = 'teal'").unwrap_err().contains("portal.accent: \"teal\" must be a colour"));
}

#[test]
fn help_and_links_are_one_line_each() {
    assert!(with("portal.help_text = \"a\\nb\"").unwrap_err().contains("portal.help_text"));
    assert!(with("portal.help_phone = 'call us'").unwrap_err().contains("portal.help_phone"));
    assert!(with("portal.help_phone = '+1 (916) 555-0100'").is_ok());
    assert!(with("portal.privacy_url = 'javascript:alert(1)'").unwrap_err().contains("portal.privacy_url"));
    assert!(with("portal.contact_url = 'https://www.cws.state.ca.us/contact'").is_ok());
}

#[test]
fn a_logo_is_a_small_picture_that_does_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let try_logo = |bytes: &[u8]| {
        let path = folder.path().join("logo");
        std::fs::write(&path, bytes).unwrap();
        with(&format!("portal.logo = '{}'", path.display()))
    };
    let svg = |inner: &str| format!("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 8 8\">{inner}</svg>");
    let config = try_logo(svg("<path d=\"M0 0h8v8z\"/>").as_bytes()).unwrap();
    let brand = config.portal.brand();
    let logo = brand.logo.as_ref().unwrap();
    assert!(logo.media_type == "image/svg+xml" && logo.path.starts_with("/brand/logo-"));
    assert_eq!(
        try_logo(b"\x89PNG\r\n\x1a\n...").unwrap().portal.brand().logo.as_ref().unwrap().media_type,
        "image/png"
    );
    for (bytes, why) in [
        (svg("<script>alert(1)</script>"), "without scripts"),
        (svg("<g onclick=\"alert(1)\"/>"), "without scripts"),
        (svg("<image href=\"https://elsewhere.example/x.png\"/>"), "nothing from elsewhere"),
        (format!("<!DOCTYPE svg [<!ENTITY a \"b\">]>{}", svg("")), "without DOCTYPE"),
        ("<html><body/></html>".to_owned(), "an SVG or a PNG"),
        ("GIF89a".to_owned(), "an SVG or a PNG"),
        (format!("{}{}", svg(""), " ".repeat(70_000)), "at most 64 kB"),
    ] {
        let sentence = try_logo(bytes.as_bytes()).unwrap_err();
        assert!(sentence.starts_with("portal.logo: ") && sentence.contains(why), "{why}: {sentence}");
    }
    assert!(with("portal.logo = '/nowhere/logo.svg'").unwrap_err().starts_with("portal.logo: /nowhere/logo.svg: "));
}
