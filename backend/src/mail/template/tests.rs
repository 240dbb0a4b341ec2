//! The mails as their readers get them.

use super::*;

fn show(words: &Words) -> String {
    format!("Subject: {}\n\n{}\n\n{}", words.subject, words.text, words.html)
}

fn notification() -> Notification {
    Notification {
        portal: "Secure Mail".to_owned(),
        host: "mail.cws.state.ca.us".to_owned(),
        link: "https://mail.cws.state.ca.us/open/TICKET".to_owned(),
        sender_name: "Clara <Clerk>".to_owned(),
        sender: "Clara <Clerk> <clerk@cws.state.ca.us>".to_owned(),
        sender_address: "clerk@cws.state.ca.us".to_owned(),
        subject: "Visit & papers".to_owned(),
        sent: "23 November 2026, 10:15 UTC".to_owned(),
        until: "21 February 2027".to_owned(),
        reference: "7KQ2-M4XT".to_owned(),
    }
}

#[test]
fn the_notification_says_who_what_when_and_what_to_do() {
    insta::assert_snapshot!(show(&notification().words().unwrap()));
}

#[test]
fn the_attached_page_has_a_link_and_neither_form_nor_script() {
    let page = notification().attachment().unwrap();
    assert!(!page.contains("<script") && !page.contains("<form"));
    insta::assert_snapshot!(page);
}

#[test]
fn the_other_mails() {
    let (portal, host) = ("Secure Mail".to_owned(), "mail.cws.state.ca.us".to_owned());
    let link = "https://mail.cws.state.ca.us/…".to_owned();
    let confirm = Confirm { portal: portal.clone(), host: host.clone(), link: link.clone() };
    insta::assert_snapshot!("confirm", show(&confirm.words().unwrap()));
    let exists = AccountExists { portal: portal.clone(), host: host.clone(), link: link.clone() };
    insta::assert_snapshot!("account_exists", show(&exists.words().unwrap()));
    let reset = PasswordReset { portal: portal.clone(), host: host.clone(), link: link.clone() };
    insta::assert_snapshot!("password_reset", show(&reset.words().unwrap()));
    let changed = PasswordChanged { portal: portal.clone(), host: host.clone(), link };
    insta::assert_snapshot!("password_changed", show(&changed.words().unwrap()));
}

#[test]
fn the_note_says_what_was_found_and_where_and_how_to_ask_for_it() {
    let (portal, host) = ("Secure Mail".to_owned(), "mail.cws.state.ca.us".to_owned());
    let why = "The attachment “list.xlsx” holds what looks like a social security number. Such mail is always \
               encrypted when it leaves the agency.";
    let subject = "Papers".to_owned();
    let mut note = NoteSealed { portal, host, subject, why: why.to_owned(), hidden: None };
    insta::assert_snapshot!("note_sealed", show(&note.words().unwrap()));
    note.subject = "Papers •••".to_owned();
    note.hidden = Some("a payment card number".to_owned());
    insta::assert_snapshot!("note_masked", show(&note.words().unwrap()));
}
