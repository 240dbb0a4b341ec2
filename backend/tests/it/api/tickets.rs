//! What the holder of a ticket may do besides looking: ask for an expired message again, say that it is not for them.

use actix_web::http::Method;
use chrono::Duration;
use mail_parser::MessageParser;
use serde_json::{Value, json};

use crate::support::app::{Answer, TestApp};

const CLERK: &str = "clerk@cws.state.ca.us";
const PAT: &str = "pat@example.org";
const MAIL: &str = "From: Clara Clerk <clerk@cws.state.ca.us>\nTo: pat@example.org\nSubject: # Visit of 123-45-6789\n\n\
    text\n";

/// A message waits for Pat: its ticket.
async fn sent(app: &TestApp) -> String {
    app.send(CLERK, &[PAT], MAIL).await;
    app.run_jobs().await;
    app.token(PAT, "open")
}

async fn cover(app: &TestApp, ticket: &str) -> Value {
    app.get(&format!("/api/v1/tickets/{ticket}")).send().await.is(200).json()
}

async fn ask(app: &TestApp, ticket: &str) -> Answer {
    app.call(Method::POST, &format!("/api/v1/tickets/{ticket}/requests")).send().await
}

async fn refuse(app: &TestApp, ticket: &str) -> Answer {
    app.call(Method::POST, &format!("/api/v1/tickets/{ticket}/refusals")).send().await
}

on_both_databases! {
    async fn whoever_comes_too_late_asks_the_sender_once_a_day(database: &Database) {
        let app = TestApp::start(database).await;
        let ticket = sent(&app).await;
        ask(&app, &ticket).await.is(422);
        app.wait(Duration::days(91));
        ask(&app, &ticket).await.is(204);
        app.run_jobs().await;
        let mails = app.mails(CLERK);
        let mail = mails.last().unwrap();
        let subject = MessageParser::default().parse(mail).unwrap().subject().unwrap().to_owned();
        assert_eq!(subject, "# Visit of •••: please send it again");
        assert!(mail.contains("Reply-To: pat@example.org") || mail.contains("Reply-To: <pat@example.org>"), "{mail}");
        let reference = cover(&app, &ticket).await["reference"].as_str().unwrap().to_owned();
        assert!(mail.contains("pat@example.org asks you") && mail.contains(&reference));
        assert!(mail.contains("/compose?again="), "{mail}");
        assert!(!mail.contains("123-45-6789"));

        assert!(cover(&app, &ticket).await["requested_at"].is_string());
        let count = mails.len();
        let again = ask(&app, &ticket).await.is(429);
        assert_eq!(again.headers["retry-after"], "86400");
        assert_eq!(again.json()["reason"], "asked-already");
        app.run_jobs().await;
        assert_eq!(app.mails(CLERK).len(), count);
        app.wait(Duration::hours(24));
        ask(&app, &ticket).await.is(204);
        app.run_jobs().await;
        assert_eq!(app.mails(CLERK).len(), count + 1);
    }

    async fn a_sender_from_outside_is_asked_to_answer_on_the_portal_and_never_by_mail(database: &Database) {
        let app = TestApp::start(database).await;
        let mail = MAIL.replace("To: pat@example.org", "To: pat@example.org, lee@example.org");
        app.send(CLERK, &[PAT, "lee@example.org"], &mail).await;
        app.run_jobs().await;
        let token = app.account(PAT).await;
        let id = app.get("/api/v1/messages").bearer(&token).send().await.is(200).json()["items"][0]["id"].clone();
        let path = format!("/api/v1/messages/{}/replies", id.as_str().unwrap());
        app.post(&path, json!({"text": "secret", "all": true})).bearer(&token).send().await.is(201);
        app.run_jobs().await;
        let ticket = app.token("lee@example.org", "open");
        app.wait(Duration::days(91));
        for (language, there) in [("en", "Log in and reply there"), ("es", "Iniciar sesión y responder allí")] {
            let token = app.log_in(PAT).await;
            let change = app.call(Method::PATCH, "/api/v1/account").header("Content-Type", "application/json");
            change.body(json!({"locale": language}).to_string()).bearer(&token).send().await.is(200);
            ask(&app, &ticket).await.is(204);
            app.run_jobs().await;
            let mail = app.mails(PAT).pop().unwrap();
            assert!(mail.contains("lee@example.org") && mail.contains(there), "{mail}");
            assert!(mail.contains("http://portal.test/inbox") && !mail.contains("Reply-To"), "{mail}");
            assert!(!mail.contains("Subject: #") && !mail.contains("# in") && !mail.contains("# delante"), "{mail}");
            app.wait(Duration::hours(25));
        }
    }

    async fn a_request_outlives_the_sweep_that_ends_the_message(database: &Database) {
        let app = TestApp::start(database).await;
        let ticket = sent(&app).await;
        app.wait(Duration::days(91));
        ask(&app, &ticket).await.is(204);
        octothorpe::outbox::sweep::run(&app.app).await.unwrap();
        app.run_jobs().await;
        assert!(app.mails(CLERK).last().unwrap().contains("asks you to send an expired message again"));
    }

    async fn a_cover_goes_a_year_after_the_keys(database: &Database) {
        let app = TestApp::start(database).await;
        let path = format!("/api/v1/tickets/{}", sent(&app).await);
        for (days, status) in [(91, 200), (8, 200), (350, 200), (10, 404)] {
            app.wait(Duration::days(days));
            octothorpe::outbox::sweep::run(&app.app).await.unwrap();
            app.get(&path).send().await.is(status);
        }
    }

    async fn a_recipient_who_is_logged_in_asks_without_the_ticket(database: &Database) {
        let app = TestApp::start(database).await;
        let (id, _) = app.waiting(PAT, MAIL).await;
        app.wait(Duration::days(91));
        let log_in = |email: &str| json!({"email": email, "password": crate::support::app::PASSWORD});
        let token = app.post("/api/v1/sessions", log_in(PAT)).send().await.is(200).json()["access_token"].clone();
        let path = format!("/api/v1/messages/{id}/requests");
        app.call(Method::POST, &path).send().await.is(401);
        app.call(Method::POST, &path).bearer(token.as_str().unwrap()).send().await.is(204);
        let clerk = app.account(CLERK).await;
        app.call(Method::POST, &path).bearer(&clerk).send().await.is(404);
        let states = app.get(&format!("/api/v1/messages/{id}/deliveries")).bearer(&clerk).send().await.is(200).json();
        assert!(states["items"][0]["requested_at"].is_string());
    }

    async fn a_message_for_somebody_else_is_gone_for_them_and_its_sender_knows(database: &Database) {
        let app = TestApp::start(database).await;
        let (id, token) = app.waiting(PAT, MAIL).await;
        let ticket = app.token(PAT, "open");
        refuse(&app, &ticket).await.is(204);
        app.run_jobs().await;
        let mail = app.mails(CLERK).pop().unwrap();
        assert!(mail.contains("pat@example.org says that your message is not for them"), "{mail}");
        assert!(!mail.contains("123-45-6789") && !mail.contains("Reply-To"));

        let shown = cover(&app, &ticket).await;
        assert_eq!(shown["state"], "recalled");
        assert!(shown["refused_at"].is_string());
        app.get(&format!("/api/v1/messages/{id}")).bearer(&token).send().await.is(410);
        let inbox = app.get("/api/v1/messages").bearer(&token).send().await.json();
        assert_eq!(inbox["items"], json!([]));

        let clerk = app.account(CLERK).await;
        app.get(&format!("/api/v1/messages/{id}")).bearer(&clerk).send().await.is(200);
        let states = app.get(&format!("/api/v1/messages/{id}/deliveries")).bearer(&clerk).send().await.json();
        assert_eq!(states["items"][0]["state"], "recalled");
        assert!(states["items"][0]["refused_at"].is_string());

        let count = app.mails(CLERK).len();
        refuse(&app, &ticket).await.is(204);
        app.run_jobs().await;
        assert_eq!(app.mails(CLERK).len(), count);
    }

    async fn a_recipient_who_is_logged_in_refuses_without_the_ticket(database: &Database) {
        let app = TestApp::start(database).await;
        let (id, pat) = app.waiting(PAT, MAIL).await;
        let clerk = app.account(CLERK).await;
        let path = format!("/api/v1/messages/{id}/refusals");
        let refuse = async |token: &str| app.call(Method::POST, &path).bearer(token).send().await;
        app.call(Method::POST, &path).send().await.is(401);
        refuse(&clerk).await.is(404);
        let scopes = json!({"name": "reader", "scopes": ["messages:read"]});
        let program = app.post("/api/v1/api-tokens", scopes).bearer(&pat).send().await.is(201).json();
        refuse(program["token"].as_str().unwrap()).await.is(403);
        app.get(&format!("/api/v1/messages/{id}")).bearer(&pat).send().await.is(200);

        refuse(&pat).await.is(204);
        refuse(&pat).await.is(204);
        app.run_jobs().await;
        app.get(&format!("/api/v1/messages/{id}")).bearer(&pat).send().await.is(410);
        let told = app.mails(CLERK).into_iter().filter(|mail| mail.contains("is not for them")).count();
        assert_eq!(told, 1);
    }

    async fn a_refusal_leaves_the_other_recipients_their_message(database: &Database) {
        let app = TestApp::start(database).await;
        app.send(CLERK, &[PAT, "sam@example.org"], MAIL).await;
        app.run_jobs().await;
        refuse(&app, &app.token(PAT, "open")).await.is(204);
        assert_eq!(cover(&app, &app.token("sam@example.org", "open")).await["state"], "available");
    }

    async fn what_was_taken_back_or_never_was_can_neither_be_asked_for_nor_refused(database: &Database) {
        let app = TestApp::start(database).await;
        let ticket = sent(&app).await;
        let clerk = app.account(CLERK).await;
        let id = cover(&app, &ticket).await["message_id"].as_str().unwrap().to_owned();
        app.post(&format!("/api/v1/messages/{id}/recall"), json!({})).bearer(&clerk).send().await.is(204);
        for answer in [ask(&app, &ticket).await, refuse(&app, &ticket).await] {
            assert_eq!(answer.is(410).problem(), "message-recalled");
        }
        for unknown in ["A".repeat(43), "cut".to_owned()] {
            ask(&app, &unknown).await.is(404);
            refuse(&app, &unknown).await.is(404);
        }
    }

    async fn fetching_neither_asks_nor_refuses(database: &Database) {
        let app = TestApp::start(database).await;
        let ticket = sent(&app).await;
        for call in ["requests", "refusals"] {
            for method in [Method::GET, Method::HEAD] {
                let answer = app.call(method, &format!("/api/v1/tickets/{ticket}/{call}")).send().await;
                assert!(answer.status >= 400, "{}", answer.status);
            }
        }
        assert_eq!(cover(&app, &ticket).await["state"], "available");
    }

    async fn senders_are_told_in_the_language_of_their_account(database: &Database) {
        let app = TestApp::start(database).await;
        let clerk = app.account(CLERK).await;
        let patch = app.call(Method::PATCH, "/api/v1/account").bearer(&clerk);
        patch.header("Content-Type", "application/json").body(json!({"locale": "es"}).to_string()).send().await.is(200);
        let ticket = sent(&app).await;
        refuse(&app, &ticket).await.is(204);
        app.run_jobs().await;
        assert!(app.mails(CLERK).pop().unwrap().contains("pat@example.org avisa que el mensaje le llegó por error"));
    }
}
