//! View grants: frames, inline images and downloads.

use actix_web::http::Method;
use chrono::Duration;
use serde_json::json;

use crate::support::app::TestApp;

const MAIL: &str = "From: <clerk@cws.state.ca.us>\nSubject: # Hello\nMIME-Version: 1.0\n\
    Content-Type: multipart/related; boundary=x\n\n--x\nContent-Type: text/html\n\n\
    <p onclick=\"evil()\">Hello</p><script>evil()</script><img src=\"cid:logo@1\">\
    <img src=\"https://elsewhere.test/pixel.png\">\n\
    --x\nContent-Type: image/png\nContent-ID: <logo@1>\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo=\n--x--\n";

on_both_databases! {
    async fn a_grant_alone_shows_the_body_harmless_and_without_what_lies_elsewhere(database: &Database) {
        let app = TestApp::start(database).await;
        let (id, token) = app.waiting("pat@example.org", MAIL).await;
        let views = app.post(&format!("/api/v1/messages/{id}/views"), json!({})).bearer(&token).send().await.is(201).json();
        let url = views["url"].as_str().unwrap();
        let frame = app.get(url).send().await.is(200);
        let policy = &frame.headers["content-security-policy"];
        assert!(policy.starts_with("sandbox ") && !policy.contains("allow-scripts") && !policy.contains("https:"));
        assert!(!frame.text().contains("evil") && !frame.text().contains("elsewhere.test"));
        let with_remote = app.get(&format!("{url}?remote=1")).send().await.is(200);
        assert!(with_remote.text().contains("https://elsewhere.test/pixel.png"));
        assert!(with_remote.headers["content-security-policy"].contains("https:"));

        let text = frame.text();
        let start = text.find("/view/").unwrap();
        let image: String = text[start..].chars().take_while(|c| *c != '"').collect();
        let image = app.get(&image).send().await.is(200);
        assert_eq!(image.headers["content-type"], "image/png");
        assert!(image.headers["content-disposition"].starts_with("inline"));
        assert_eq!(&image.body[..4], b"\x89PNG");
        let download = app.get(views["attachments"][0]["url"].as_str().unwrap()).send().await.is(200);
        assert!(download.headers["content-disposition"].starts_with("attachment"));
    }

    async fn a_grant_ends_with_its_time_and_with_its_log_in(database: &Database) {
        let app = TestApp::start(database).await;
        let (id, token) = app.waiting("pat@example.org", MAIL).await;
        let path = format!("/api/v1/messages/{id}/views");
        let views = app.post(&path, json!({})).bearer(&token).send().await.is(201).json();
        let url = views["url"].as_str().unwrap().to_owned();
        app.get(&url).send().await.is(200);
        app.wait(Duration::seconds(views["expires_in"].as_i64().unwrap()));
        app.get(&url).send().await.is(404);

        let log_in = json!({"email": "pat@example.org", "password": crate::support::app::PASSWORD});
        let answer = app.post("/api/v1/sessions", log_in).send().await.is(200);
        let token = answer.json()["access_token"].as_str().unwrap().to_owned();
        let views = app.post(&path, json!({})).bearer(&token).send().await.is(201).json();
        let url = views["url"].as_str().unwrap().to_owned();
        app.get(&url).send().await.is(200);
        let cookie = answer.headers["set-cookie"].split(';').next().unwrap().to_owned();
        let out = app.call(Method::DELETE, "/api/v1/sessions/current").header("Origin", "http://portal.test");
        out.header("Cookie", &cookie).send().await.is(204);
        app.get(&url).send().await.is(404);
    }

    async fn a_grant_for_a_recalled_message_shows_nothing(database: &Database) {
        let app = TestApp::start(database).await;
        let (id, token) = app.waiting("pat@example.org", MAIL).await;
        let clerk = app.account("clerk@cws.state.ca.us").await;
        let path = format!("/api/v1/messages/{id}");
        let views = app.post(&format!("{path}/views"), json!({})).bearer(&token).send().await.is(201).json();
        app.post(&format!("{path}/recall"), json!({})).bearer(&clerk).send().await.is(204);
        app.get(views["url"].as_str().unwrap()).send().await.is(410);
        app.get("/view/nonsense").send().await.is(404);
    }
}
