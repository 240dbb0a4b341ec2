//! Drafts: kept sealed, for their owner alone, until they are sent or forgotten.

use actix_web::http::Method;
use chrono::Duration;
use octothorpe::{rotation, seal::KeyRing, store};
use serde_json::{Value, json};

use crate::support::{
    app::{Answer, TestApp},
    sample::noon,
};

const PAT: &str = "pat@example.org";
const MAIL: &str = "From: <clerk@cws.state.ca.us>\nTo: pat@example.org\nSubject: # Hello\n\ntext\n";

async fn put(app: &TestApp, token: &str, name: &str, body: Value) -> Answer {
    let call = app.call(Method::PUT, &format!("/api/v1/drafts/{name}")).bearer(token);
    call.header("Content-Type", "application/json").body(body.to_string()).send().await
}

async fn get(app: &TestApp, token: &str, name: &str) -> Answer {
    app.get(&format!("/api/v1/drafts/{name}")).bearer(token).send().await
}

on_both_databases! {
    async fn a_draft_is_there_for_its_account_on_any_device_until_it_is_deleted(database: &Database) {
        let app = TestApp::start(database).await;
        let (_, pat) = app.waiting(PAT, MAIL).await;
        let clerk = app.account("clerk@cws.state.ca.us").await;
        get(&app, &pat, "reply-1").await.is(404);
        put(&app, &pat, "reply-1", json!({"fields": {"text": "We will be"}})).await.is(204);
        put(&app, &pat, "reply-1", json!({"fields": {"text": "We will be there"}})).await.is(204);
        put(&app, &clerk, "reply-1", json!({"fields": {"text": "Not hers"}})).await.is(204);
        let kept = get(&app, &pat, "reply-1").await.is(200);
        assert_eq!(kept.json()["fields"], json!({"text": "We will be there"}));
        assert_eq!(kept.headers["cache-control"], "no-store");
        app.call(Method::DELETE, "/api/v1/drafts/reply-1").bearer(&pat).send().await.is(204);
        get(&app, &pat, "reply-1").await.is(404);
        get(&app, &clerk, "reply-1").await.is(200);
    }

    async fn sending_deletes_the_draft_that_was_sent(database: &Database) {
        let app = TestApp::start(database).await;
        let (id, pat) = app.waiting(PAT, MAIL).await;
        for name in ["one", "two"] {
            put(&app, &pat, name, json!({"fields": {"text": "x"}})).await.is(204);
        }
        let reply = json!({"text": "x", "draft": "one"});
        app.post(&format!("/api/v1/messages/{id}/replies"), reply).bearer(&pat).send().await.is(201);
        get(&app, &pat, "one").await.is(404);
        let message = json!({"to": ["clerk@cws.state.ca.us"], "subject": "x", "text": "x", "draft": "two"});
        app.post("/api/v1/messages", message).bearer(&pat).send().await.is(201);
        get(&app, &pat, "two").await.is(404);
    }

    async fn asking_again_for_what_was_sent_leaves_what_was_begun_since(database: &Database) {
        let app = TestApp::start(database).await;
        let clerk = app.account("clerk@cws.state.ca.us").await;
        put(&app, &clerk, "new", json!({"fields": {"text": "x"}})).await.is(204);
        let letter = json!({"to": [PAT], "subject": "x", "text": "x", "draft": "new"});
        let send = || app.post("/api/v1/messages", letter.clone()).bearer(&clerk).header("Idempotency-Key", "a-1").send();
        send().await.is(201);
        put(&app, &clerk, "new", json!({"fields": {"text": "Another letter"}})).await.is(204);
        send().await.is(201);
        assert_eq!(get(&app, &clerk, "new").await.is(200).json()["fields"]["text"], "Another letter");
        app.run_jobs().await;
    }

    async fn a_draft_that_nobody_touches_is_forgotten_after_thirty_days(database: &Database) {
        let app = TestApp::start(database).await;
        let (_, pat) = app.waiting(PAT, MAIL).await;
        put(&app, &pat, "one", json!({"fields": {"text": "x"}})).await.is(204);
        let count = |app: &TestApp| {
            let (store, account) = (app.app.store.clone(), PAT.parse().unwrap());
            async move {
                let count = move |conn: &mut store::Connection| {
                    let account = store::accounts::find_by_email(conn, &account)?.unwrap();
                    store::drafts::count(conn, account.id)
                };
                store.read(count).await.unwrap()
            }
        };
        app.wait(Duration::days(29));
        octothorpe::outbox::sweep::run(&app.app).await.unwrap();
        assert_eq!(count(&app).await, 1);
        app.wait(Duration::days(2));
        octothorpe::outbox::sweep::run(&app.app).await.unwrap();
        assert_eq!(count(&app).await, 0);
    }

    async fn a_draft_is_sealed_and_follows_when_the_ring_changes(database: &Database) {
        let app = TestApp::start(database).await;
        let mut ring = KeyRing::generate(noon());
        app.app.seal.reload(ring.clone());
        let (_, pat) = app.waiting(PAT, MAIL).await;
        put(&app, &pat, "one", json!({"fields": {"text": "secret words"}})).await.is(204);
        let old = ring.active();
        let new = ring.rotate(noon());
        app.app.seal.reload(ring);
        rotation::rewrap(&app.app).await.unwrap();
        let find = |conn: &mut store::Connection| {
            let account = store::accounts::find_by_email(conn, &PAT.parse().unwrap())?.unwrap();
            store::drafts::find(conn, account.id, "one")
        };
        let draft = app.app.store.read(find).await.unwrap().unwrap();
        assert!(draft.content.key_id == new && old != new);
        assert!(!String::from_utf8_lossy(&draft.content.bytes).contains("secret"));
        assert_eq!(get(&app, &pat, "one").await.is(200).json()["fields"]["text"], "secret words");
    }

    async fn bad_names_and_too_much_text_are_refused_in_words(database: &Database) {
        let app = TestApp::start(database).await;
        let (_, pat) = app.waiting(PAT, MAIL).await;
        for name in ["a.b", "%20", &"x".repeat(101)] {
            assert_eq!(put(&app, &pat, name, json!({"fields": {}})).await.is(422).json()["errors"][0]["field"], "name");
        }
        let long = json!({"fields": {"text": "x".repeat(513 * 1024)}});
        assert_eq!(put(&app, &pat, "one", long).await.is(413).problem(), "too-large");
        put(&app, &pat, "one", json!({"text": "x"})).await.is(400);
        for number in 0..200 {
            put(&app, &pat, &format!("n{number}"), json!({"fields": {}})).await.is(204);
        }
        assert_eq!(put(&app, &pat, "more", json!({"fields": {}})).await.is(422).json()["errors"][0]["code"], "too-many");
        put(&app, &pat, "n7", json!({"fields": {"text": "y"}})).await.is(204);
    }
}
