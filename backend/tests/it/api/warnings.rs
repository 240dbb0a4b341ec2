//! The last word before an unread message ends, and the link in it.

use chrono::Duration;
use octothorpe::outbox::sweep;
use serde_json::{Value, json};

use crate::support::{
    app::{Answer, TestApp},
    database::Database,
};

const CLERK: &str = "clerk@cws.state.ca.us";
const PAT: &str = "pat@example.org";
const SAM: &str = "sam@example.org";

/// The clerk's token, and the id of a message to Pat and Sam that was sent at noon and ends with the day 30 days later.
async fn sent(app: &TestApp) -> (String, String) {
    let clerk = app.account(CLERK).await;
    let id = send(app, &clerk).await;
    (clerk, id)
}

async fn send(app: &TestApp, clerk: &str) -> String {
    let message = json!({"to": [PAT, SAM, "boss@dss.state.ca.us"], "subject": "For 123-45-6789", "text": "secret words",
        "expires_in_days": 30, "accept_subject_findings": true});
    let answer = app.post("/api/v1/messages", message).bearer(clerk).send().await.is(201);
    app.run_jobs().await;
    answer.json()["id"].as_str().unwrap().to_owned()
}

/// Sweeps and sends.
async fn sweep(app: &TestApp) {
    sweep::run(&app.app).await.unwrap();
    app.run_jobs().await;
}

/// How many mails each has got: the clerk, Pat, Sam.
fn counts(app: &TestApp) -> [usize; 3] {
    [CLERK, PAT, SAM].map(|address| app.mails(address).len())
}

async fn extend(app: &TestApp, clerk: &str, id: &str, body: Value) -> Answer {
    app.post(&format!("/api/v1/messages/{id}/extension"), body).bearer(clerk).send().await
}

on_both_databases! {
    async fn recipient_and_sender_are_warned_once_before_an_unread_message_ends(database: &Database) {
        let app = TestApp::start(database).await;
        let (_, id) = sent(&app).await;
        let [clerk, pat, sam] = counts(&app);
        app.wait(Duration::hours(23 * 24 + 12) - Duration::seconds(1));
        sweep(&app).await;
        assert_eq!(counts(&app), [clerk, pat, sam], "it is too early");
        app.wait(Duration::seconds(1));
        sweep(&app).await;
        sweep(&app).await;
        assert_eq!(counts(&app), [clerk + 1, pat + 1, sam + 1]);
        assert_eq!(app.mails("boss@dss.state.ca.us").len(), 1, "staff have it as ordinary mail");
        let (to_sender, to_pat) = (app.mails(CLERK).pop().unwrap(), app.mails(PAT).pop().unwrap());
        assert!(to_pat.contains("# Reminder: For •••") && to_pat.contains("December 23, 2026"), "{to_pat}");
        assert!(to_pat.contains(&app.token(PAT, "open")) && to_pat.contains("Open-Message.html"));
        assert!(to_pat.contains("Reply-To: \"Pat Parent\" <clerk@cws.state.ca.us>"), "{to_pat}");
        assert!(to_sender.contains("Not opened yet: For •••"), "{to_sender}");
        assert!(to_sender.contains(PAT) && to_sender.contains(SAM) && to_sender.contains(&format!("/sent?id={id}")));
        for mail in [&to_sender, &to_pat] {
            assert!(!mail.contains("123-45-6789") && !mail.contains("secret words"));
        }
    }

    async fn who_has_opened_it_is_neither_warned_nor_told_of(database: &Database) {
        let app = TestApp::start(database).await;
        let (_, id) = sent(&app).await;
        let pat = app.account(PAT).await;
        app.get(&format!("/api/v1/messages/{id}")).bearer(&pat).send().await.is(200);
        let before = counts(&app);
        app.wait(Duration::days(24));
        sweep(&app).await;
        assert_eq!(counts(&app), [before[0] + 1, before[1], before[2] + 1]);
        let to_sender = app.mails(CLERK).pop().unwrap();
        assert!(to_sender.contains(SAM) && !to_sender.contains(PAT), "{to_sender}");
    }

    async fn a_warning_that_waits_is_dropped_when_it_is_opened_extended_or_taken_back(database: &Database) {
        let app = TestApp::start(database).await;
        let (clerk, opened) = sent(&app).await;
        let (extended, recalled) = (send(&app, &clerk).await, send(&app, &clerk).await);
        app.account(PAT).await;
        let recall = json!({"recipients": [SAM]});
        app.post(&format!("/api/v1/messages/{opened}/recall"), recall).bearer(&clerk).send().await.is(204);
        app.wait(Duration::days(24));
        sweep::run(&app.app).await.unwrap();
        let before = counts(&app);
        let (clerk, pat) = (app.log_in(CLERK).await, app.log_in(PAT).await);
        app.get(&format!("/api/v1/messages/{opened}")).bearer(&pat).send().await.is(200);
        extend(&app, &clerk, &extended, json!({"expires_in_days": 30})).await.is(200);
        app.post(&format!("/api/v1/messages/{recalled}/recall"), json!({})).bearer(&clerk).send().await.is(204);
        app.run_jobs().await;
        assert_eq!(counts(&app), before);
        // What was extended is warned of again before its new end.
        app.wait(Duration::hours(23 * 24 + 12));
        sweep(&app).await;
        assert_eq!(counts(&app), [before[0] + 1, before[1] + 1, before[2] + 1]);
    }

    async fn a_short_time_is_warned_of_in_its_second_half(database: &Database) {
        let app = TestApp::start(database).await;
        let clerk = app.account(CLERK).await;
        let message = json!({"to": [PAT], "subject": "x", "text": "x", "expires_in_days": 4});
        app.post("/api/v1/messages", message).bearer(&clerk).send().await.is(201);
        app.run_jobs().await;
        app.wait(Duration::hours(53));
        sweep(&app).await;
        assert_eq!(app.mails(PAT).len(), 1);
        app.wait(Duration::hours(1));
        sweep(&app).await;
        assert_eq!(app.mails(PAT).len(), 2);
    }

    async fn no_one_is_warned_where_the_setting_says_so(database: &Database) {
        let app = TestApp::with(database, "messages.warn_days = 0").await;
        sent(&app).await;
        let before = counts(&app);
        app.wait(Duration::days(29));
        sweep(&app).await;
        assert_eq!(counts(&app), before);
    }

    async fn the_link_in_the_warning_extends_once_and_looking_at_it_changes_nothing(database: &Database) {
        let app = TestApp::start(database).await;
        let (_, id) = sent(&app).await;
        let pat = app.account(PAT).await;
        app.get(&format!("/api/v1/messages/{id}")).bearer(&pat).send().await.is(200);
        app.wait(Duration::days(24));
        sweep(&app).await;
        let clerk = app.log_in(CLERK).await;
        let path = format!("/api/v1/extensions/{}", app.token(CLERK, "extend"));
        for _ in 0..2 {
            let shown = app.get(&path).send().await.is(200).json();
            assert_eq!(shown["recipients"], json!([SAM]));
            assert_eq!(shown["subject"], "For •••");
            assert_eq!((&shown["expires_at"], &shown["until"]), (&json!("2026-12-24T00:00:00Z"), &json!("2027-01-23T00:00:00Z")));
        }
        let done = app.post(&path, json!({})).send().await.is(200).json();
        assert_eq!(done["expires_at"], "2027-01-23T00:00:00Z");
        assert_eq!(app.post(&path, json!({})).send().await.is(410).problem(), "token-used");
        assert_eq!(app.get(&path).send().await.is(410).problem(), "token-used");
        assert_eq!(app.get("/api/v1/extensions/x").send().await.is(410).problem(), "token-used");
        let all = app.get(&format!("/api/v1/messages/{id}/deliveries")).bearer(&clerk).send().await.json();
        let end = |to: &str| {
            let items = all["items"].as_array().unwrap();
            items.iter().find(|one| one["recipient"] == to).unwrap()["expires_at"].as_str().unwrap()[..10].to_owned()
        };
        assert_eq!((end(SAM), end(PAT)), ("2027-01-23".to_owned(), "2026-12-24".to_owned()));
    }

    async fn a_message_that_was_taken_back_cannot_be_extended_by_the_link(database: &Database) {
        let app = TestApp::start(database).await;
        let (_, id) = sent(&app).await;
        app.wait(Duration::days(24));
        sweep(&app).await;
        let clerk = app.log_in(CLERK).await;
        let path = format!("/api/v1/extensions/{}", app.token(CLERK, "extend"));
        app.post(&format!("/api/v1/messages/{id}/recall"), json!({})).bearer(&clerk).send().await.is(204);
        assert_eq!(app.get(&path).send().await.is(200).json()["recipients"], json!([]));
        app.post(&path, json!({})).send().await.is(422);
    }

    async fn the_link_goes_no_further_than_the_setting(database: &Database) {
        let app = TestApp::with(database, "messages.longest_days = 40\nmessages.lifetime_days = 30").await;
        sent(&app).await;
        app.wait(Duration::days(24));
        sweep(&app).await;
        let path = format!("/api/v1/extensions/{}", app.token(CLERK, "extend"));
        assert_eq!(app.post(&path, json!({})).send().await.is(200).json()["expires_at"], "2027-01-03T00:00:00Z");
        // Nothing is left to extend: the next warning has no button.
        app.wait(Duration::days(15));
        sweep(&app).await;
        let mail = app.mails(CLERK).pop().unwrap();
        assert!(mail.contains("Not opened yet") && !mail.contains("/extend/"), "{mail}");
    }

    async fn warnings_speak_the_language_of_the_account(database: &Database) {
        let app = TestApp::start(database).await;
        let (clerk, _) = sent(&app).await;
        let pat = app.account(PAT).await;
        for token in [&clerk, &pat] {
            let mut call = app.call(actix_web::http::Method::PATCH, "/api/v1/account").bearer(token);
            call = call.header("Content-Type", "application/json").body(r#"{"locale": "es"}"#);
            call.send().await.is(200);
        }
        app.wait(Duration::days(24));
        sweep(&app).await;
        let to_pat = app.mails(PAT).pop().unwrap();
        assert!(to_pat.contains("# Recordatorio: For •••") && !to_pat.contains("English"), "{to_pat}");
        assert!(app.mails(CLERK).pop().unwrap().contains("Todavía sin abrir: For •••"));
        // Whoever has no account is told in each language, and how to begin: as text, as HTML and in the attached page.
        let to_sam = app.mails(SAM).pop().unwrap();
        assert!(to_sam.contains("# Reminder: For •••"), "{to_sam}");
        for said in ["Español", "The first time, you choose"] {
            assert_eq!(to_sam.matches(said).count(), 3, "{said} in {to_sam}");
        }
    }
}

/// The text that people read of a mail, with what is new each time replaced by its name.
fn words(mail: &str, new: &[(&str, &str)]) -> String {
    let start = mail.find("Content-Type: text/plain").unwrap();
    let text = &mail[start..];
    let text = &text[text.find("\n\n").unwrap() + 2..];
    let text = &text[..text.find("\n--").unwrap()];
    new.iter().fold(text.to_owned(), |text, (value, name)| text.replace(value, name))
}

#[tokio::test]
async fn the_mails_of_a_sender_read_well_in_each_language() {
    for language in ["en", "es"] {
        let database = Database::sqlite();
        let app = TestApp::with(&database, &format!("portal.language = '{language}'")).await;
        let clerk = app.account(CLERK).await;
        let message = json!({"to": [PAT, SAM], "subject": "Visit on Friday", "text": "x", "expires_in_days": 30,
            "read_notice": true});
        let sent = app.post("/api/v1/messages", message).bearer(&clerk).send().await.is(201).json();
        let id = sent["id"].as_str().unwrap();
        app.run_jobs().await;
        let list = app.get("/api/v1/messages?box=sent").bearer(&clerk).send().await.json();
        let reference = list["items"][0]["reference"].as_str().unwrap().to_owned();
        app.wait(Duration::days(24));
        sweep(&app).await;
        let (open, extend) = (app.token(SAM, "open"), app.token(CLERK, "extend"));
        let to_sender = app.mails(CLERK).pop().unwrap();
        let pat = app.account(PAT).await;
        app.get(&format!("/api/v1/messages/{id}")).bearer(&pat).send().await.is(200);
        app.run_jobs().await;
        let notice = app.mails(CLERK).pop().unwrap();
        let new = [
            (id, "<message>"),
            (reference.as_str(), "<reference>"),
            (open.as_str(), "<ticket>"),
            (extend.as_str(), "<token>"),
        ];
        let mails = [&app.mails(SAM).pop().unwrap(), &to_sender, &notice].map(|mail| words(mail, &new));
        insta::assert_snapshot!(format!("mails_of_a_sender_{language}"), mails.join("\n\n=====\n\n"));
    }
}
