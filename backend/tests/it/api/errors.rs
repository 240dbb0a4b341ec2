//! What every call has in common when it cannot do what was asked.

use actix_web::http::Method;
use serde_json::json;

use crate::support::app::TestApp;

on_both_databases! {
    async fn without_a_token_nothing_else_is_looked_at(database: &Database) {
        let app = TestApp::start(database).await;
        for (method, path) in [
            (Method::GET, "/api/v1/account"),
            (Method::POST, "/api/v1/messages"),
            (Method::GET, "/api/v1/messages/nonsense"),
            (Method::GET, "/api/v1/no-such-call"),
        ] {
            let answer = app.call(method, path).body("{nonsense").send().await.is(401);
            assert_eq!(answer.problem(), "not-authenticated");
            assert_eq!(answer.headers["www-authenticate"], "Bearer");
            assert_eq!(answer.headers["cache-control"], "no-store");
            assert_eq!(answer.headers["x-content-type-options"], "nosniff");
        }
        for token in ["nonsense", "a.b.c", ""] {
            app.get("/api/v1/account").bearer(token).send().await.is(401);
        }
    }

    async fn what_is_malformed_too_large_or_unknown_is_told_apart(database: &Database) {
        let app = TestApp::start(database).await;
        let token = app.account("clerk@cws.state.ca.us").await;
        let json = "application/json";
        let post = |path: &str| app.call(Method::POST, path).bearer(&token).header("Content-Type", json);
        assert_eq!(post("/api/v1/rules/check").body("{bad").send().await.is(400).problem(), "malformed");
        assert_eq!(post("/api/v1/messages").body("{bad").send().await.is(400).problem(), "malformed");
        let large = format!("{{\"subject\": \"{}\", \"text\": \"\"}}", "x".repeat(2_000_000));
        assert_eq!(post("/api/v1/rules/check").body(large).send().await.is(413).problem(), "too-large");
        let unknown = json!({"subject": "", "text": "", "colour": "red"}).to_string();
        assert_eq!(post("/api/v1/rules/check").body(unknown).send().await.is(400).problem(), "malformed");
        assert_eq!(app.get("/api/v1/no-such-call").bearer(&token).send().await.is(404).problem(), "not-found");
        assert_eq!(app.get("/api/other").send().await.is(404).problem(), "not-found");
        let list = app.get("/api/v1/messages?limit=many").bearer(&token).send().await.is(422);
        assert_eq!(list.problem(), "invalid");
    }

    async fn too_many_calls_without_a_log_in_must_wait(database: &Database) {
        let app = TestApp::start(database).await;
        let mut last = None;
        for n in 0..130 {
            let call = app.post("/api/v1/password-resets", json!({"email": format!("nobody{n}@example.org")}));
            last = Some(call.header("X-Forwarded-For", "198.51.100.7").send().await);
        }
        let last = last.unwrap().is(429);
        assert_eq!(last.json()["reason"], serde_json::Value::Null);
        assert!(last.headers["retry-after"].parse::<u32>().unwrap() >= 1);
        let other = app.post("/api/v1/password-resets", json!({"email": "nobody@example.org"}));
        other.header("X-Forwarded-For", "198.51.100.8").send().await.is(202);
    }

    async fn health_is_told_and_metrics_stay_on_this_machine(database: &Database) {
        let app = TestApp::start(database).await;
        app.get("/healthz").send().await.is(200);
        let ready = app.get("/readyz").send().await.is(503).json();
        assert_eq!(ready, json!({"store": true, "keys": true, "gateway": false}));
        app.get("/metrics").send().await.is(200);
        app.get("/metrics").header("X-Forwarded-For", "198.51.100.7").send().await.is(404);
    }
}
