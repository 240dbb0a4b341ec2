//! Mail that wants to be taken for another, to slip through, or to break something.

use serde_json::json;

use super::{CLERK, mail};
use crate::support::app::{PASSWORD, TestApp};

const PAT: &str = "pat@example.org";
const NUMBER: &str = "123-45-6789";

/// The header of a captured mail, without what the delivery agent put in front.
fn header(mail: &str) -> &str {
    mail.split_once("\n\n").unwrap().0
}

/// Asserts that nobody could write a field of their own into a mail of ours.
fn assert_no_field_is_forged(mail: &str) {
    for line in header(mail).lines() {
        let is_forged = line.to_ascii_lowercase().starts_with("bcc") || line.starts_with("X-Evil");
        assert!(!is_forged && !line.contains(['\r', '\u{202E}']), "{mail}");
    }
    assert!(header(mail).contains("X-Octothorpe-Origin: "), "the header is whole: {mail}");
    assert!(mail.split("Content-Type: text/html").skip(1).all(|html| !html.contains("<script")), "{mail}");
}

/// Encoded words that decode to line ends and fields.
const EVIL_NAME: &str = "=?utf-8?q?Clara=0D=0ABcc=3A_evil=0D=0A=0D=0A=3Cscript=3E=E2=80=AE?=";
const EVIL_SUBJECT: &str = "=?utf-8?q?Smith=0D=0AX-Evil=3A_yes=0ABcc=3A_evil=40example=2Eorg=0D=0A=3Cscript=3E?=";
const EVIL_ID: &str = "<one\r\n\tX-Evil: yes@cws.state.ca.us>";

on_both_databases! {
    async fn no_encoded_word_writes_a_field_into_anything_that_leaves(database: &Database) {
        let app = TestApp::start(database).await;
        let mail = format!(
            "From: {EVIL_NAME} <{CLERK}>\nTo: pat@example.org\nSubject: {EVIL_SUBJECT}\nMessage-ID: {}\nMIME-Version: 1.0\n\
             Content-Type: multipart/mixed; boundary=x\n\n--x\n\nSee the list.\n--x\nContent-Type: text/csv\n\
             Content-Disposition: attachment; filename*=utf-8''a%0D%0ABcc%3A%20evil%40example.org%0D%0A%3Cscript%3E.csv\n\n\
             {NUMBER}\n--x--\n",
            EVIL_ID.replace("\r\n", "\n"),
        );
        let said = app.send(CLERK, &[PAT], &mail).await;
        assert!(said.starts_with("250 "), "{said}");
        app.run_jobs().await;
        let notification = app.mails(PAT).remove(0);
        assert_no_field_is_forged(&notification);
        assert!(notification.contains("&lt;script&gt;") || notification.contains("&#60;script&#62;"), "{notification}");
        assert_no_field_is_forged(&app.mails(CLERK)[0]);

        let address = notification.split_once("Return-Path: <").unwrap().1.split_once('>').unwrap().0.to_owned();
        let report = "Subject: Undelivered\nContent-Type: multipart/report; boundary=x\n\n--x\n\nno\n--x\n\
            Content-Type: message/delivery-status\n\nReporting-MTA: dns; a\n\nFinal-Recipient: rfc822; pat@example.org\n\
            Action: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 no\u{85}\n\n\tBcc: evil@example.org\n--x--\n";
        app.send("", &[&address], report).await;
        app.run_jobs().await;
        let mails = app.mails(CLERK);
        assert!(mails.len() == 2 && mails[1].contains("Status: 5.1.1"), "{mails:?}");
        assert_no_field_is_forged(&mails[1]);
    }

    async fn no_name_or_subject_writes_a_field_into_a_reply(database: &Database) {
        let app = TestApp::start(database).await;
        let subject = format!("{EVIL_SUBJECT} =?utf-8?q?=0ABcc=3A?=");
        let (id, _) = app.waiting(PAT, &mail(&format!("# {subject}"), "x")).await;
        let evil = "Pat\r\nBcc: evil@example.org\r\n<script>";
        let login = json!({"email": PAT, "password": PASSWORD});
        let token = app.post("/api/v1/sessions", login).send().await.is(200).json()["access_token"].as_str().unwrap().to_owned();
        // Whether such a name is refused or made harmless is for that call to say.
        let renamed = app.call(actix_web::http::Method::PATCH, "/api/v1/account").bearer(&token);
        renamed.header("Content-Type", "application/json").body(json!({"display_name": evil}).to_string()).send().await.one_of(&[200, 422]);
        app.post(&format!("/api/v1/messages/{id}/replies"), json!({"text": "Yes."})).bearer(&token).send().await.is(201);
        app.run_jobs().await;
        assert_no_field_is_forged(app.mails(CLERK).last().unwrap());
    }

    async fn whoever_stands_in_from_is_judged_wherever_it_stands(database: &Database) {
        let app = TestApp::start(database).await;
        let forms = [
            "From: Ann <ann@example.com>\nFrom: <clerk@cws.state.ca.us>",
            "From: Ann <ann@example.com>, Clara <clerk@cws.state.ca.us>",
            "From: Staff: ann@example.com, clerk@cws.state.ca.us;",
            "From: \"ann@example.com\" <clerk@cws.state.ca.us>",
            "From: clerk@CWS.state.ca.us. (ann@example.com)",
            "From:\n =?utf-8?q?ann=40example=2Ecom?=\n <clerk@cws.state.ca.us>",
            "Sender: ann@example.com\nFrom: clerk@cws.state.ca.us, garbage <<>",
        ];
        for (number, from) in forms.into_iter().enumerate() {
            let mail = format!("{from}\nSubject: # Visit\nMessage-ID: <n{number}@x>\n\nx\n");
            let said = app.send("ann@example.com", &[PAT], &mail).await;
            assert!(said.starts_with("250 2.6.0"), "{from}: {said}");
            app.run_jobs().await;
            let notification = app.mails(PAT).remove(number);
            assert!(notification.contains("Reply-To: ") && notification.to_lowercase().contains("clerk@cws.state.ca.us"), "{from}: {notification}");
            assert!(!notification.contains("ann@example.com"), "{from}: {notification}");
        }
        assert!(app.hop.taken().is_empty());
    }

    async fn a_name_that_looks_like_an_address_makes_nobody_a_sender(database: &Database) {
        let app = TestApp::start(database).await;
        let mail = "From: \"clerk@cws.state.ca.us\" <ann@example.com>\nSubject: # Visit\n\nx\n";
        assert_eq!(app.send("ann@example.com", &[PAT], mail).await, "250 2.0.0 taken as 17");
        app.run_jobs().await;
        assert!(app.mails(PAT).is_empty());
    }

    async fn a_name_that_looks_like_an_address_is_not_shown(database: &Database) {
        let app = TestApp::start(database).await;
        let names = ["director@cws.state.ca.us", "=?utf-8?q?director=EF=BC=A0cws=2Estate=2Eca=2Eus?="];
        for (number, name) in names.into_iter().enumerate() {
            let mail = mail("# Visit", "x").replace("From: <", &format!("From: \"{name}\" <")).replace("<one@", &format!("<n{number}@"));
            app.send(CLERK, &[PAT], &mail.replace(&format!("\"{}\"", names[1]), names[1])).await;
            app.run_jobs().await;
            let notification = app.mails(PAT).remove(number);
            assert!(notification.contains("From: \"clerk@cws.state.ca.us via Octothorpe\""), "{notification}");
            assert!(!notification.contains("director"), "{notification}");
        }
    }

    async fn bombs_are_sealed_without_being_opened(database: &Database) {
        let app = TestApp::start(database).await;
        let part = "--x\nContent-Type: text/plain\n\n.\n";
        let nested = (0..40).map(|n| format!("Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n"));
        let nested = nested.collect::<Vec<_>>().concat();
        let bombs = [
            format!("Content-Type: multipart/mixed; boundary=x\n\n{}--x--\n", part.repeat(20_000)),
            nested,
            format!("{}\n\nx\n", "X-Long: ".to_owned() + &"a ".repeat(600_000)),
            format!("{}\nx\n", "X: y\n".repeat(300_000)),
            "Content-Type: message/rfc822\n\n".repeat(40),
        ];
        for (number, bomb) in bombs.into_iter().enumerate() {
            let mail = format!("From: <{CLERK}>\nSubject: Bomb\nMessage-ID: <n{number}@x>\n{bomb}");
            let said = app.send(CLERK, &[PAT], &mail).await;
            assert!(said.starts_with("250 2.6.0"), "{number}: {said}");
        }
        assert!(app.hop.taken().is_empty());
    }

    async fn a_hundred_hops_are_a_loop_whoever_they_are(database: &Database) {
        let app = TestApp::start(database).await;
        let hop = "Received: from a by b; Mon, 23 Nov 2026 11:00:00 +0000\n";
        for (hops, wanted) in [(99, "250 "), (100, "554 5.4.6 This mail has come round too often")] {
            let said = app.send(CLERK, &[PAT], &format!("{}{}", hop.repeat(hops), mail("Soup", "x"))).await;
            assert!(said.starts_with(wanted), "{hops}: {said}");
        }
    }

    async fn recipients_beyond_the_limit_are_put_off_and_the_others_served(database: &Database) {
        let app = TestApp::with(database, "gateway.max_recipients = 100\n").await;
        let recipients = (0..5_000).map(|number| format!("RCPT TO:<r{number}@example.org>\r\n"));
        let recipients = recipients.collect::<Vec<_>>().concat();
        let mail = mail("Soup", "x").replace('\n', "\r\n");
        let said = format!("EHLO x\r\nMAIL FROM:<{CLERK}>\r\n{recipients}DATA\r\n{mail}\r\n.\r\nQUIT\r\n");
        let heard = app.smtp(said.as_bytes()).await;
        let put_off = "452 4.5.3 Too many recipients, send the rest in another mail\r\n";
        assert_eq!((heard.matches("250 2.1.5 OK").count(), heard.matches(put_off).count()), (100, 4_900));
        assert!(heard.contains("250 2.0.0 taken as 17\r\n221 "), "the session is in step");
        assert_eq!(app.hop.recipients().len(), 100);
    }
}
