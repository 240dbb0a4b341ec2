//! Requests with an `Idempotency-Key`: whoever did not hear the answer asks again, and nothing is sent twice.

use actix_web::http::Method;
use chrono::Duration;
use serde_json::{Value, json};

use crate::support::app::{Answer, TestApp};

const CLERK: &str = "clerk@cws.state.ca.us";
const PAT: &str = "pat@example.org";

async fn post(app: &TestApp, token: &str, path: &str, key: &str, body: Value) -> Answer {
    app.post(path, body).bearer(token).header("Idempotency-Key", key).send().await
}

/// A form with a file.
async fn form(app: &TestApp, token: &str, key: &str, (boundary, file): (&str, &str)) -> Answer {
    let message = json!({"to": [PAT], "subject": "Plan", "text": "x"});
    let body = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"message\"\r\n\r\n{message}\r\n--{boundary}\r\n\
         Content-Disposition: form-data; name=\"attachment\"; filename=\"plan.txt\"\r\nContent-Type: text/plain\r\n\r\n\
         {file}\r\n--{boundary}--\r\n"
    );
    let call = app.call(Method::POST, "/api/v1/messages").bearer(token).header("Idempotency-Key", key);
    call.header("Content-Type", format!("multipart/form-data; boundary={boundary}").as_str()).body(body).send().await
}

fn letter(text: &str) -> Value {
    json!({"to": [PAT], "subject": "Plan", "text": text})
}

async fn sent(app: &TestApp, token: &str) -> usize {
    let list = app.get("/api/v1/messages?box=sent").bearer(token).send().await.is(200).json();
    list["items"].as_array().unwrap().len()
}

on_both_databases! {
    async fn a_message_asked_for_again_is_sent_once_and_answered_as_before(database: &Database) {
        let app = TestApp::start(database).await;
        let clerk = app.account(CLERK).await;
        let first = post(&app, &clerk, "/api/v1/messages", "a-1", letter("x")).await.is(201).json();
        app.run_jobs().await;
        let second = post(&app, &clerk, "/api/v1/messages", "a-1", letter("x")).await.is(201).json();
        app.run_jobs().await;
        assert_eq!(second["id"], first["id"]);
        assert_eq!(second["deliveries"][0]["id"], first["deliveries"][0]["id"]);
        assert_eq!((sent(&app, &clerk).await, app.mails(PAT).len()), (1, 1));
        // Another key, and none at all, are other messages.
        post(&app, &clerk, "/api/v1/messages", "a-2", letter("x")).await.is(201);
        app.post("/api/v1/messages", letter("x")).bearer(&clerk).send().await.is(201);
        assert_eq!(sent(&app, &clerk).await, 3);
    }

    async fn the_same_key_is_of_no_use_for_something_else(database: &Database) {
        let app = TestApp::start(database).await;
        let clerk = app.account(CLERK).await;
        post(&app, &clerk, "/api/v1/messages", "a-1", letter("x")).await.is(201);
        let other = post(&app, &clerk, "/api/v1/messages", "a-1", letter("y")).await.is(422).json();
        assert_eq!(other["errors"][0]["field"], "Idempotency-Key");
        assert_eq!(other["errors"][0]["code"], "used");
        for key in ["", "with blank", &"x".repeat(201)] {
            let odd = post(&app, &clerk, "/api/v1/messages", key, letter("x")).await.is(422).json();
            assert_eq!(odd["errors"][0]["code"], "malformed");
        }
        // Keys of different people have nothing to do with each other.
        let desk = app.account("desk@cws.state.ca.us").await;
        post(&app, &desk, "/api/v1/messages", "a-1", letter("y")).await.is(201);
        assert_eq!((sent(&app, &clerk).await, sent(&app, &desk).await), (1, 1));
    }

    async fn what_was_refused_may_be_mended_under_its_key(database: &Database) {
        let app = TestApp::start(database).await;
        let clerk = app.account(CLERK).await;
        let mut message = letter("x");
        message["subject"] = json!("For 123-45-6789");
        post(&app, &clerk, "/api/v1/messages", "a-1", message).await.is(422);
        post(&app, &clerk, "/api/v1/messages", "a-1", letter("x")).await.is(201);
        assert_eq!(sent(&app, &clerk).await, 1);
    }

    async fn files_belong_to_what_is_asked_for_and_the_form_around_them_does_not(database: &Database) {
        let app = TestApp::start(database).await;
        let clerk = app.account(CLERK).await;
        let first = form(&app, &clerk, "a-1", ("b", "The plan.")).await.is(201).json();
        let second = form(&app, &clerk, "a-1", ("other", "The plan.")).await.is(201).json();
        assert_eq!(second["id"], first["id"]);
        form(&app, &clerk, "a-1", ("b", "Another plan.")).await.is(422);
        assert_eq!(sent(&app, &clerk).await, 1);
    }

    async fn an_answer_is_known_again_although_what_it_answers_is_gone(database: &Database) {
        let app = TestApp::start(database).await;
        let clerk = app.account(CLERK).await;
        let id = app.post("/api/v1/messages", letter("x")).bearer(&clerk).send().await.is(201).json()["id"].clone();
        app.run_jobs().await;
        let pat = app.account(PAT).await;
        let path = format!("/api/v1/messages/{}/replies", id.as_str().unwrap());
        let first = post(&app, &pat, &path, "a-1", json!({"text": "Yes."})).await.is(201).json();
        let recall = format!("/api/v1/messages/{}/recall", id.as_str().unwrap());
        app.post(&recall, json!({})).bearer(&clerk).send().await.is(204);
        let second = post(&app, &pat, &path, "a-1", json!({"text": "Yes."})).await.is(201).json();
        assert_eq!(second["id"], first["id"]);
        post(&app, &pat, &path, "a-2", json!({"text": "Yes."})).await.is(410);
        app.run_jobs().await;
        assert_eq!(app.mails(CLERK).iter().filter(|mail| mail.contains("Yes.")).count(), 1);
    }

    async fn asked_for_twice_at_once_at_two_nodes_it_is_sent_once(database: &Database) {
        let one = TestApp::start(database).await;
        let two = one.beside(database).await;
        let clerk = one.account(CLERK).await;
        for round in 0..5 {
            let key = format!("a-{round}");
            let (first, second) = tokio::join!(
                post(&one, &clerk, "/api/v1/messages", &key, letter("x")),
                post(&two, &clerk, "/api/v1/messages", &key, letter("x")),
            );
            assert_eq!(first.is(201).json()["id"], second.is(201).json()["id"]);
        }
        one.run_jobs().await;
        two.run_jobs().await;
        assert_eq!(sent(&one, &clerk).await, 5);
        assert_eq!(one.mails(PAT).len() + two.mails(PAT).len(), 5);
    }

    async fn a_key_is_known_for_a_week_also_after_the_key_ring_was_rotated(database: &Database) {
        let app = TestApp::start(database).await;
        let clerk = app.account(CLERK).await;
        let first = post(&app, &clerk, "/api/v1/messages", "a-1", letter("x")).await.is(201).json();
        app.rotate_keys();
        app.wait(Duration::days(6));
        let clerk = app.log_in(CLERK).await;
        octothorpe::outbox::sweep::run(&app.app).await.unwrap();
        let second = post(&app, &clerk, "/api/v1/messages", "a-1", letter("x")).await.is(201).json();
        assert_eq!(second["id"], first["id"]);
        app.wait(Duration::days(2));
        octothorpe::outbox::sweep::run(&app.app).await.unwrap();
        let clerk = app.log_in(CLERK).await;
        let third = post(&app, &clerk, "/api/v1/messages", "a-1", letter("x")).await.is(201).json();
        assert_ne!(third["id"], first["id"]);
        app.run_jobs().await;
    }
}
