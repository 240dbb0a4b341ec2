//! Reference codes, as staff look them up.

use serde_json::{Value, json};

use crate::support::app::TestApp;

const CLERK: &str = "clerk@cws.state.ca.us";
const PAT: &str = "pat@example.org";
const MAIL: &str = "From: Clara Clerk <clerk@cws.state.ca.us>\nTo: pat@example.org, sam@example.org\n\
    Subject: # Visit on Friday\n\ntext\n";

async fn look(app: &TestApp, token: &str, code: &str) -> crate::support::app::Answer {
    app.get(&format!("/api/v1/references/{code}")).bearer(token).send().await
}

on_both_databases! {
    async fn staff_learn_that_a_code_is_genuine_and_who_wrote_but_neither_subject_nor_recipients(database: &Database) {
        let app = TestApp::start(database).await;
        let (id, token) = app.waiting(PAT, MAIL).await;
        let reference = app.get(&format!("/api/v1/messages/{id}")).bearer(&token).send().await.json()["reference"].clone();
        let code = reference.as_str().unwrap();
        let colleague = app.account("desk@cws.state.ca.us").await;
        let spoken = code.to_lowercase().replace('-', "");
        let shown = look(&app, &colleague, &spoken).await.is(200);
        assert!(!shown.text().contains("Visit") && !shown.text().contains("pat@example.org"), "{}", shown.text());
        let shown = shown.json();
        assert_eq!(shown["reference"], reference);
        assert_eq!(shown["sender"], json!({"name": "Clara Clerk", "address": CLERK}));
        assert_eq!(shown["message_id"], Value::Null);
        let own = look(&app, &app.account(CLERK).await, code).await.is(200).json();
        assert_eq!(own["message_id"], id.as_str());
    }

    async fn nobody_else_can_look_codes_up(database: &Database) {
        let app = TestApp::start(database).await;
        let (id, token) = app.waiting(PAT, MAIL).await;
        let reference = app.get(&format!("/api/v1/messages/{id}")).bearer(&token).send().await.json()["reference"].clone();
        look(&app, &token, reference.as_str().unwrap()).await.is(403);
        app.get(&format!("/api/v1/references/{}", reference.as_str().unwrap())).send().await.is(401);
    }

    async fn a_code_that_nobody_has_is_told(database: &Database) {
        let app = TestApp::start(database).await;
        let clerk = app.account(CLERK).await;
        for code in ["0000-0000", "hello", "7KQ2-M4XU"] {
            assert_eq!(look(&app, &clerk, code).await.is(404).problem(), "not-found");
        }
    }

    async fn who_wrote_from_outside_is_told_to_nobody_but_the_recipients(database: &Database) {
        let app = TestApp::start(database).await;
        let (id, token) = app.waiting(PAT, MAIL).await;
        let reply = json!({"text": "To all.", "all": true});
        app.post(&format!("/api/v1/messages/{id}/replies"), reply).bearer(&token).send().await.is(201);
        let sent = app.get("/api/v1/messages?box=sent").bearer(&token).send().await.json();
        let code = sent["items"][0]["reference"].as_str().unwrap();
        let desk = look(&app, &app.account("desk@cws.state.ca.us").await, code).await.is(200).json();
        assert_eq!((&desk["sender"], &desk["message_id"]), (&Value::Null, &Value::Null));
        let clerk = look(&app, &app.account(CLERK).await, code).await.is(200).json();
        assert_eq!(clerk["sender"]["address"], PAT);
        assert!(clerk["message_id"].is_string());
    }
}
