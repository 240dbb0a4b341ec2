//! API tokens.

use actix_web::http::Method;
use chrono::Duration;
use serde_json::{Value, json};

use crate::support::app::TestApp;

const CLERK: &str = "clerk@cws.state.ca.us";

async fn token(app: &TestApp, log_in: &str, body: Value) -> Value {
    app.post("/api/v1/api-tokens", body).bearer(log_in).send().await.is(201).json()
}

on_both_databases! {
    async fn a_token_does_what_its_scopes_allow_and_nothing_else(database: &Database) {
        let app = TestApp::start(database).await;
        let log_in = app.account(CLERK).await;
        let made = token(&app, &log_in, json!({"name": "cases", "scopes": ["messages:read"]})).await;
        let secret = made["token"].as_str().unwrap();
        app.get("/api/v1/messages").bearer(secret).send().await.is(200);
        let message = json!({"to": ["pat@example.org"], "subject": "Hi", "text": "x"});
        let refused = app.post("/api/v1/messages", message.clone()).bearer(secret).send().await.is(403);
        assert_eq!(refused.problem(), "forbidden");
        app.get("/api/v1/api-tokens").bearer(secret).send().await.is(403);
        let made = token(&app, &log_in, json!({"name": "out", "scopes": ["messages:send"]})).await;
        let secret = made["token"].as_str().unwrap();
        app.post("/api/v1/messages", message).bearer(secret).send().await.is(201);
        app.get("/api/v1/messages").bearer(secret).send().await.is(403);
    }

    async fn a_token_is_shown_once_and_ends_when_revoked_or_too_old(database: &Database) {
        let app = TestApp::start(database).await;
        let log_in = app.account(CLERK).await;
        let end = "2026-11-24T12:00:00Z";
        let made = token(&app, &log_in, json!({"name": "a", "scopes": ["messages:read"], "expires_at": end})).await;
        let secret = made["token"].as_str().unwrap();
        app.get("/api/v1/messages").bearer(secret).send().await.is(200);
        let list = app.get("/api/v1/api-tokens").bearer(&log_in).send().await.is(200);
        assert!(!list.text().contains(secret));
        let item = &list.json()["items"][0];
        assert_eq!((item["name"].as_str(), item["expires_at"].as_str()), (Some("a"), Some(end)));
        assert!(item["last_used_at"].is_string());
        let other = token(&app, &log_in, json!({"name": "b", "scopes": ["messages:read"]})).await;
        let path = format!("/api/v1/api-tokens/{}", other["id"].as_str().unwrap());
        app.call(Method::DELETE, &path).bearer(&log_in).send().await.is(204);
        app.call(Method::DELETE, &path).bearer(&log_in).send().await.is(404);
        app.get("/api/v1/messages").bearer(other["token"].as_str().unwrap()).send().await.is(401);
        app.wait(Duration::days(2));
        app.get("/api/v1/messages").bearer(secret).send().await.is(401);
    }

    async fn a_sender_reads_the_replies_that_came_as_ordinary_mail(database: &Database) {
        let app = TestApp::start(database).await;
        let mail = "From: <clerk@cws.state.ca.us>\nSubject: # Hello\n\ntext\n";
        let (id, pat) = app.waiting("pat@example.org", mail).await;
        let reply = json!({"text": "An answer."});
        app.post(&format!("/api/v1/messages/{id}/replies"), reply).bearer(&pat).send().await.is(201);
        app.run_jobs().await;
        let log_in = app.account(CLERK).await;
        let made = token(&app, &log_in, json!({"name": "cases", "scopes": ["messages:read"]})).await;
        let secret = made["token"].as_str().unwrap();
        let list = app.get("/api/v1/messages").bearer(secret).send().await.json();
        let path = format!("/api/v1/messages/{}", list["items"][0]["id"].as_str().unwrap());
        let read = app.get(&path).bearer(secret).send().await.is(200).json();
        assert_eq!((read["text"].as_str(), read["in_reply_to"].as_str()), (Some("An answer."), Some(id.as_str())));
    }

    async fn what_a_token_is_asked_to_be_is_checked(database: &Database) {
        let app = TestApp::start(database).await;
        let log_in = app.account(CLERK).await;
        for (body, status) in [
            (json!({"name": "", "scopes": ["messages:read"]}), 422),
            (json!({"name": "a", "scopes": []}), 422),
            (json!({"name": "a", "scopes": ["messages:read"], "expires_at": "2020-01-01T00:00:00Z"}), 422),
            (json!({"name": "a", "scopes": ["everything"]}), 400),
        ] {
            app.post("/api/v1/api-tokens", body).bearer(&log_in).send().await.is(status);
        }
    }
}
