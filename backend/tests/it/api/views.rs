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

    async fn html_of_very_many_quotations_or_too_heavy_to_look_through_is_shown_all_the_same(database: &Database) {
        let app = TestApp::start(database).await;
        let (_, token) = app.waiting("pat@example.org", MAIL).await;
        let heavy = (0..3_000).map(|n| format!("<b id={n}>")).collect::<Vec<_>>().concat();
        for (html, shown) in [
            (format!("a{}", "<blockquote class=\"gmail_quote\">x</blockquote>".repeat(20_000)), "<details><summary>"),
            (format!("<p>{heavy}</p>{}", "<p>a &lt;b".repeat(20_000)), "<pre>a &lt;b\na &lt;b"),
        ] {
            let message = json!({"to": ["boss@dss.state.ca.us"], "subject": "Long", "text": "x", "html": html});
            let sent = app.post("/api/v1/messages", message).bearer(&token).send().await.is(201).json();
            let path = format!("/api/v1/messages/{}", sent["id"].as_str().unwrap());
            app.get(&path).bearer(&token).send().await.is(200);
            let views = app.post(&format!("{path}/views"), json!({})).bearer(&token).send().await.is(201).json();
            let frame = app.get(views["url"].as_str().unwrap()).send().await.is(200).text();
            assert!(frame.contains(shown), "{}", &frame[..2_000]);
        }
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

    async fn the_frame_runs_nothing_though_it_is_of_this_origin(database: &Database) {
        let app = TestApp::start(database).await;
        let (id, token) = app.waiting("pat@example.org", MAIL).await;
        let views = app.post(&format!("/api/v1/messages/{id}/views"), json!({})).bearer(&token).send().await.is(201).json();
        for query in ["", "?remote=1", "?print=1", "?print=1&remote=1&language=es"] {
            let frame = app.get(&format!("{}{query}", views["url"].as_str().unwrap())).send().await.is(200);
            let policy = &frame.headers["content-security-policy"];
            let (sandbox, rest) = policy.split_once(';').unwrap();
            for never in ["allow-scripts", "allow-forms", "allow-top-navigation", "allow-downloads"] {
                assert!(!sandbox.contains(never), "{policy}");
            }
            assert!(rest.contains("default-src 'none'") && !rest.contains("script-src"), "{policy}");
            assert!(rest.contains("form-action 'none'") && rest.contains("base-uri 'none'"), "{policy}");
            assert!(rest.contains("frame-ancestors http://portal.test"), "{policy}");
        }
    }

    async fn paper_gets_who_wrote_to_whom_and_when_above_the_whole_text(database: &Database) {
        let app = TestApp::start(database).await;
        let mail = "From: Clara <clerk@cws.state.ca.us>\nTo: Pat <pat@example.org>\nSubject: # A <b> & c\n\n1 < 2\n> old\n";
        let (id, token) = app.waiting("pat@example.org", mail).await;
        let views = app.post(&format!("/api/v1/messages/{id}/views"), json!({})).bearer(&token).send().await.is(201).json();
        let page = app.get(&format!("{}?print=1&language=es", views["url"].as_str().unwrap())).send().await.is(200).text();
        for words in ["A &#60;b&#62; &#38; c</h1>", "<th>De</th><td>Clara &#60;clerk@cws.state.ca.us&#62;", "1 &lt; 2\n&gt; old"] {
            assert!(page.contains(words), "{words} is not in {page}");
        }
        assert!(page.contains("<title>A &lt;b&gt; &amp; c</title>"), "{page}");
    }

    async fn paper_does_not_name_what_outlook_hides_from_all_others(database: &Database) {
        let app = TestApp::start(database).await;
        let mail = "From: <clerk@cws.state.ca.us>\nSubject: # Files\nMIME-Version: 1.0\n\
            Content-Type: multipart/mixed; boundary=x\n\n--x\n\nSee.\n\
            --x\nContent-Type: application/ms-tnef; name=winmail.dat\n\nnone\n--x--\n";
        let (id, token) = app.waiting("pat@example.org", mail).await;
        let views = app.post(&format!("/api/v1/messages/{id}/views"), json!({})).bearer(&token).send().await.is(201).json();
        let page = app.get(&format!("{}?print=1", views["url"].as_str().unwrap())).send().await.is(200).text();
        assert!(page.contains("Attachment from Outlook that cannot be opened") && !page.contains("winmail"), "{page}");
    }

    async fn a_pdf_is_shown_only_if_it_is_one_and_the_message_comes_as_a_file(database: &Database) {
        let app = TestApp::start(database).await;
        let mail = "From: <clerk@cws.state.ca.us>\nBcc: x@example.org\nSubject: # Files\nMIME-Version: 1.0\n\
            Content-Type: multipart/mixed; boundary=x\n\n--x\n\nSee.\n\
            --x\nContent-Type: application/pdf; name=a.pdf\n\n%PDF-1.4 true\n\
            --x\nContent-Type: application/pdf; name=b.pdf\n\n<script>evil()</script>\n\
            --x\nContent-Type: text/html; name=c.html\n\n<script>evil()</script>\n\
            --x\nContent-Type: application/pdf; name=d.pdf\n\n%PD\n--x--\n";
        let (id, token) = app.waiting("pat@example.org", mail).await;
        let views = app.post(&format!("/api/v1/messages/{id}/views"), json!({})).bearer(&token).send().await.is(201).json();
        let view = async |at: usize, query: &str| {
            app.get(&format!("{}{query}", views["attachments"][at]["url"].as_str().unwrap())).send().await.is(200)
        };
        let shown = view(0, "?inline=1").await;
        assert!(shown.headers["content-disposition"].starts_with("inline; filename=\"a.pdf\""));
        assert_eq!(shown.headers["content-type"], "application/pdf");
        assert!(shown.headers["content-security-policy"].starts_with("default-src 'none'"));
        assert_eq!(shown.text(), "%PDF-1.4 true");
        assert!(view(0, "").await.headers["content-disposition"].starts_with("attachment"));
        for other in [1, 2, 3] {
            let saved = view(other, "?inline=1").await;
            assert!(saved.headers["content-disposition"].starts_with("attachment"), "{other}");
            assert_eq!(saved.headers["x-content-type-options"], "nosniff");
            assert!(saved.headers["content-security-policy"].starts_with("sandbox;"));
        }
        let source = app.get(views["source"].as_str().unwrap()).send().await.is(200);
        assert!(source.headers["content-disposition"].contains(".eml"));
        assert!(source.text().starts_with("From: <clerk@cws.state.ca.us>\r\nSubject: # Files"));
    }

    async fn what_stands_in_the_text_and_what_lies_elsewhere_is_said(database: &Database) {
        let app = TestApp::start(database).await;
        let (id, token) = app.waiting("pat@example.org", MAIL).await;
        let message = app.get(&format!("/api/v1/messages/{id}")).bearer(&token).send().await.is(200).json();
        assert_eq!((&message["remote_images"], &message["attachments"][0]["inline"]), (&json!(true), &json!(true)));
        let plain = MAIL.replace("<img src=\"cid:logo@1\">", "").replace("https://elsewhere.test/pixel.png", "");
        app.send("clerk@cws.state.ca.us", &["pat@example.org"], &plain).await;
        let list = app.get("/api/v1/messages").bearer(&token).send().await.json();
        let path = format!("/api/v1/messages/{}", list["items"][0]["id"].as_str().unwrap());
        let message = app.get(&path).bearer(&token).send().await.is(200).json();
        assert!(message.get("remote_images").is_none() && message["attachments"][0].get("inline").is_none());
    }
}
