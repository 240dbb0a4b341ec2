//! Whole ways through the program, by its public doors.

use chrono::Duration;
use serde_json::json;

use crate::support::app::{PASSWORD, TestApp};

const MAIL: &str = "From: Clara Clerk <clerk@cws.state.ca.us>\nTo: Pat <pat@example.org>\nSubject: # Visit on Friday\n\
    Message-ID: <visit@cws.state.ca.us>\nDate: Mon, 23 Nov 2026 11:00:00 +0000\n\nThe visit is at three.\n";

on_both_databases! {
    async fn a_marked_mail_is_sealed_notified_opened_read_and_answered(database: &Database) {
        let app = TestApp::start(database).await;
        let said = app.send("clerk@cws.state.ca.us", &["pat@example.org"], MAIL).await;
        assert!(said.starts_with("250 2.6.0"), "{said}");
        app.run_jobs().await;

        let mails = app.mails("pat@example.org");
        assert_eq!(mails.len(), 1);
        assert!(mails[0].contains("Subject: # Visit on Friday"), "{}", mails[0]);
        assert!(mails[0].contains("From: \"Clara Clerk via Octothorpe\""));
        assert!(!mails[0].contains("at three"));

        let ticket = app.token("pat@example.org", "open");
        let cover = app.get(&format!("/api/v1/tickets/{ticket}")).send().await.is(200).json();
        assert_eq!(cover["subject"], "Visit on Friday");
        assert_eq!(cover["account"], "none");
        assert_eq!(cover["sender"]["name"], "Clara Clerk");
        assert!(mails[0].contains(cover["reference"].as_str().unwrap()));

        let body = json!({
            "email": "pat@example.org", "display_name": "Pat Parent", "password": PASSWORD, "ticket": ticket,
        });
        app.post("/api/v1/registrations", body).send().await.is(202);
        let cover = app.get(&format!("/api/v1/tickets/{ticket}")).send().await.json();
        assert_eq!(cover["account"], "unconfirmed");
        app.run_jobs().await;
        let confirm = json!({"token": app.token("pat@example.org", "confirm"), "password": PASSWORD});
        let confirmed = app.post("/api/v1/registrations/confirm", confirm).send().await.is(200).json();
        let id = cover["message_id"].as_str().unwrap();
        assert_eq!(confirmed["return_to"], format!("/messages/{id}"));

        let token = confirmed["access_token"].as_str().unwrap();
        let message = app.get(&format!("/api/v1/messages/{id}")).bearer(token).send().await.is(200).json();
        assert_eq!(message["text"], "The visit is at three.");
        assert!(message["first_opened_at"].is_string());

        let reply = json!({"text": "We will be there."});
        app.post(&format!("/api/v1/messages/{id}/replies"), reply).bearer(token).send().await.is(201);
        app.run_jobs().await;
        let mails = app.mails("clerk@cws.state.ca.us");
        assert_eq!(mails.len(), 1);
        assert!(mails[0].contains("Subject: Re: # Visit on Friday"), "{}", mails[0]);
        assert!(mails[0].contains("We will be there."));
        assert!(mails[0].contains("In-Reply-To: <visit@cws.state.ca.us>"));
        assert!(mails[0].contains("Reply-To: \"Pat Parent\" <pat@example.org>"));
    }

    async fn a_number_in_the_body_seals_and_the_sender_gets_a_note_without_the_number(database: &Database) {
        let app = TestApp::start(database).await;
        let mail = MAIL.replace("# Visit", "Visit").replace("at three", "for 123-45-6789");
        app.send("clerk@cws.state.ca.us", &["pat@example.org"], &mail).await;
        app.run_jobs().await;
        assert_eq!(app.mails("pat@example.org").len(), 1);
        let notes = app.mails("clerk@cws.state.ca.us");
        assert_eq!(notes.len(), 1);
        assert!(notes[0].contains("social security number") && !notes[0].contains("123-45-6789"));
        assert!(app.hop.taken().is_empty());
    }

    async fn a_message_that_expired_or_was_recalled_says_so(database: &Database) {
        let app = TestApp::start(database).await;
        let (id, token) = app.waiting("pat@example.org", MAIL).await;
        let clerk = app.account("clerk@cws.state.ca.us").await;
        let second = MAIL.replace("visit@", "second@");
        app.send("clerk@cws.state.ca.us", &["pat@example.org"], &second).await;
        app.run_jobs().await;
        let path = format!("/api/v1/messages/{id}");
        app.post(&format!("{path}/recall"), json!({})).bearer(&clerk).send().await.is(204);
        let answer = app.get(&path).bearer(&token).send().await.is(410);
        assert_eq!(answer.problem(), "message-recalled");
        let ticket = app.token("pat@example.org", "open");
        app.wait(Duration::days(91));
        let cover = app.get(&format!("/api/v1/tickets/{ticket}")).send().await.is(200).json();
        assert_eq!((cover["state"].as_str(), cover["subject"].as_str()), (Some("expired"), Some("Visit on Friday")));
    }

    async fn a_forgotten_password_is_set_anew_and_ends_every_log_in(database: &Database) {
        let app = TestApp::start(database).await;
        let (_, token) = app.waiting("pat@example.org", MAIL).await;
        app.post("/api/v1/password-resets", json!({"email": "pat@example.org"})).send().await.is(202);
        app.post("/api/v1/password-resets", json!({"email": "nobody@example.org"})).send().await.is(202);
        app.run_jobs().await;
        assert!(app.mails("nobody@example.org").is_empty());
        let reset = app.token("pat@example.org", "reset");
        let body = json!({"token": reset, "password": "four green chairs"});
        app.post("/api/v1/password-resets/complete", body.clone()).send().await.is(204);
        app.get("/api/v1/account").bearer(&token).send().await.is(401);
        let again = app.post("/api/v1/password-resets/complete", body).send().await.is(410);
        assert_eq!(again.problem(), "token-used");
        let log_in = json!({"email": "PAT@example.org", "password": "four green chairs"});
        app.post("/api/v1/sessions", log_in).send().await.is(200);
        app.run_jobs().await;
        assert!(app.mails("pat@example.org").last().unwrap().contains("password"));
    }
}
