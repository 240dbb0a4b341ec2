//! The mails as their readers get them.

use super::*;
use crate::config::{Config, Portal};

const DEMO: &str = "mail.transport = 'capture'\norganisation.sender_domains = 'cws.state.ca.us'\n\
                    portal.url = 'https://mail.cws.state.ca.us'\nportal.name = 'Secure Mail'\n";
const LINK: &str = "https://mail.cws.state.ca.us/…";

fn portal(more: &str) -> Portal {
    Config::parse(&format!("{DEMO}{more}")).unwrap().portal
}

fn frame(language: Language) -> Frame {
    Frame::new(&portal(""), language)
}

fn show(sheet: &Sheet) -> String {
    let words = sheet.words().unwrap();
    format!("Subject: {}\n\n{}\n\n{}", words.subject, words.text, words.html)
}

fn plain(sheet: &Sheet) -> String {
    let words = sheet.words().unwrap();
    format!("Subject: {}\n\n{}\n", words.subject, words.text)
}

fn with_notification(is_newcomer: bool, test: impl Fn(Notification<'_>)) {
    let time = |text: &str| DateTime::parse_from_rfc3339(text).unwrap().to_utc();
    let sender = Mailbox { name: "Clara <Clerk>".to_owned(), address: "clerk@cws.state.ca.us".parse().unwrap() };
    test(Notification {
        link: "https://mail.cws.state.ca.us/open/TICKET".to_owned(),
        sender: &sender,
        subject: "Visit & papers",
        sent_at: time("2026-11-23T10:15:00Z"),
        until: time("2027-02-21T00:00:00Z"),
        reference: "7KQ2-M4XT",
        is_newcomer,
        has_file: true,
    });
}

#[test]
fn the_notification_says_who_what_when_and_what_to_do() {
    with_notification(true, |notification| {
        insta::assert_snapshot!("notification", show(&notification.sheet(frame(Language::En))));
        insta::assert_snapshot!("notification_es", plain(&notification.sheet(frame(Language::Es))));
    });
}

#[test]
fn who_has_an_account_reads_one_language_and_not_how_to_begin() {
    with_notification(false, |notification| {
        let text = plain(&notification.sheet(frame(Language::Es)));
        assert!(
            text.contains("Abrir mensaje") && !text.contains("English") && !text.contains("La primera vez"),
            "{text}"
        );
    });
}

#[test]
fn the_attached_page_has_a_link_and_neither_form_nor_script() {
    with_notification(true, |notification| {
        let page = notification.page(frame(Language::En)).words().unwrap().html;
        assert!(!page.contains("<script") && !page.contains("<form"));
        insta::assert_snapshot!("attached_page", page);
    });
}

#[test]
fn nothing_in_a_mail_is_loaded_from_elsewhere() {
    with_notification(true, |notification| {
        let html = notification.sheet(frame(Language::En)).words().unwrap().html;
        assert!(["src=", "url(", "<link", "<img", "@import"].iter().all(|loading| !html.contains(loading)));
    });
}

#[test]
fn the_other_mails_in_each_language() {
    for language in Language::ALL {
        let (frame, link, code) = (|| frame(language), LINK.to_owned(), language.code());
        insta::assert_snapshot!(format!("confirm_{code}"), plain(&confirm(frame(), link.clone())));
        insta::assert_snapshot!(format!("account_exists_{code}"), plain(&account_exists(frame(), link.clone())));
        insta::assert_snapshot!(format!("password_reset_{code}"), plain(&password_reset(frame(), link.clone())));
        insta::assert_snapshot!(format!("password_changed_{code}"), plain(&password_changed(frame(), link)));
        let note = words::Note(language);
        let said = Said {
            why: note.in_body(&note.the_attachment("list.xlsx"), note.ssn()),
            hidden: Some(note.card().to_owned()),
            was_asked_for: false,
        };
        let sealed = note_sealed(frame(), "Papers •••", &said);
        let known = note_sealed(frame(), "Papers •••", &Said { was_asked_for: true, ..said });
        assert!(sealed.before.contains(&note.marker().to_owned()) && !known.before.contains(&note.marker().to_owned()));
        insta::assert_snapshot!(format!("note_sealed_{code}"), plain(&sealed));
    }
}

#[test]
fn a_mail_bears_the_agencys_colour_and_whom_to_ask() {
    let portal = portal(
        "portal.accent = '#7a0b3c'\nportal.help_text = 'Monday to Friday.'\nportal.help_phone = '+1 (916) 555-0100'\n\
         portal.privacy_url = 'https://www.cws.state.ca.us/privacy'",
    );
    let words = confirm(Frame::new(&portal, Language::En), LINK.to_owned()).words().unwrap();
    for text in [&words.text, &words.html] {
        assert!(text.contains("Questions? Call +1 (916) 555-0100.") && text.contains("Monday to Friday."), "{text}");
        assert!(text.contains("https://www.cws.state.ca.us/privacy") && !text.contains("Contact"), "{text}");
    }
    assert!(words.html.contains("background:#7a0b3c") && !words.html.contains("#0b5a7a"));
}
