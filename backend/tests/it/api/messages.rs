//! Messages: who may see, send, answer, recall.

use actix_web::http::Method;
use octothorpe::store::audit_events;
use serde_json::{Value, json};

use crate::support::app::TestApp;

const CLERK: &str = "clerk@cws.state.ca.us";
const PAT: &str = "pat@example.org";
const MAIL: &str = "From: <clerk@cws.state.ca.us>\nTo: pat@example.org, sam@example.org, boss@dss.state.ca.us\n\
    Subject: # Hello\nMessage-ID: <one@cws.state.ca.us>\n\ntext\n";

async fn send(app: &TestApp, token: &str, message: Value) -> crate::support::app::Answer {
    app.post("/api/v1/messages", message).bearer(token).send().await
}

on_both_databases! {
    async fn a_message_is_there_for_its_sender_and_its_recipients_alone(database: &Database) {
        let app = TestApp::start(database).await;
        let (id, _) = app.waiting(PAT, MAIL).await;
        let path = format!("/api/v1/messages/{id}");
        app.send(CLERK, &["eve@example.org"], "From: <clerk@cws.state.ca.us>\nSubject: # Other\n\nx\n").await;
        let eve = app.account("eve@example.org").await;
        for call in ["", "/source", "/attachments/0", "/deliveries"] {
            app.get(&format!("{path}{call}")).bearer(&eve).send().await.is(404);
        }
        for call in ["/views", "/replies", "/recall"] {
            app.post(&format!("{path}{call}"), json!({"text": "x"})).bearer(&eve).send().await.one_of(&[400, 404]);
        }
        let clerk = app.account(CLERK).await;
        let own = app.get(&path).bearer(&clerk).send().await.is(200).json();
        assert_eq!(own["first_opened_at"], Value::Null, "the sender's own look is no opening");
    }

    async fn the_source_is_what_came_but_for_bcc(database: &Database) {
        let app = TestApp::start(database).await;
        let mail = MAIL.replace("Subject", "Bcc: secret@example.org\nSubject");
        let (id, token) = app.waiting(PAT, &mail).await;
        let answer = app.get(&format!("/api/v1/messages/{id}/source")).bearer(&token).send().await.is(200);
        assert_eq!(answer.headers["content-type"], "message/rfc822");
        assert_eq!(answer.text(), MAIL.replace('\n', "\r\n"));
    }

    async fn saving_a_message_leaves_a_row_in_the_audit_trail_and_reading_it_tells_the_sender(database: &Database) {
        let app = TestApp::start(database).await;
        let (id, token) = app.waiting(PAT, MAIL).await;
        let clerk = app.account(CLERK).await;
        let openings = async || {
            let rows = app.app.store.read(|conn| audit_events::list_of(conn, "gateway.test", 0, 100)).await.unwrap();
            rows.iter().filter(|row| row.event == "opened").count()
        };
        let first_opened = async || {
            let path = format!("/api/v1/messages/{id}/deliveries");
            app.get(&path).bearer(&clerk).send().await.is(200).json()["items"][0]["first_opened_at"].clone()
        };
        app.get(&format!("/api/v1/messages/{id}/source")).bearer(&token).send().await.is(200);
        app.post(&format!("/api/v1/messages/{id}/views"), json!({})).bearer(&token).send().await.is(201);
        assert_eq!((openings().await, first_opened().await), (1, Value::Null));
        for _ in 0..2 {
            app.get(&format!("/api/v1/messages/{id}")).bearer(&token).send().await.is(200);
        }
        assert_eq!(openings().await, 1);
        assert_ne!(first_opened().await, Value::Null);
    }

    async fn a_source_of_many_pieces_is_whole_however_long_its_header_is(database: &Database) {
        let app = TestApp::start(database).await;
        let token = { app.send(CLERK, &[PAT], MAIL).await; app.run_jobs().await; app.account(PAT).await };
        for length in [1_000, 200_000, 2_000_000] {
            let field = |name: &str| format!("{name}: {}\n", "a, ".repeat(20).repeat(length / 60 / 2).replace(", a, a, a, a, a", ",\n a"));
            let (before, bcc) = (field("X-Before"), field("Bcc"));
            let rest = format!("From: <{CLERK}>\nSubject: # {length}\n\nBcc: text\n{}", "A line.\n".repeat(30_000));
            app.send(CLERK, &[PAT], &format!("{before}{bcc}{rest}")).await;
            let list = app.get("/api/v1/messages").bearer(&token).send().await.is(200).json();
            let path = format!("/api/v1/messages/{}/source", list["items"][0]["id"].as_str().unwrap());
            let answer = app.get(&path).bearer(&token).send().await.is(200);
            assert!(answer.text() == format!("{before}{rest}").replace('\n', "\r\n"), "{length}");
        }
    }

    async fn lists_are_newest_first_in_pages(database: &Database) {
        let app = TestApp::start(database).await;
        for number in 0..5 {
            app.send(CLERK, &[PAT], &format!("From: <{CLERK}>\nSubject: # Number {number}\n\nx\n")).await;
        }
        let token = app.account(PAT).await;
        let mut subjects = Vec::new();
        let mut before = String::new();
        loop {
            let page = app.get(&format!("/api/v1/messages?limit=2&before={before}")).bearer(&token).send().await.json();
            for item in page["items"].as_array().unwrap() {
                subjects.push(item["subject"].as_str().unwrap().to_owned());
            }
            let Some(next) = page["next"].as_str() else { break };
            next.clone_into(&mut before);
        }
        assert_eq!(subjects, ["Number 4", "Number 3", "Number 2", "Number 1", "Number 0"]);
        let all = app.get("/api/v1/messages").bearer(&token).send().await.json();
        let reference = all["items"][2]["reference"].as_str().unwrap();
        let one = app.get(&format!("/api/v1/messages?reference={reference}")).bearer(&token).send().await.json();
        assert_eq!(one["items"][0]["subject"], "Number 2");
        assert_eq!(one["items"].as_array().unwrap().len(), 1);
    }

    async fn a_sender_writes_to_anyone_sealed_outside_and_ordinary_inside(database: &Database) {
        let app = TestApp::start(database).await;
        let clerk = app.account(CLERK).await;
        let message = json!({
            "to": ["Pat Parent <pat@example.org>", "boss@dss.state.ca.us"], "bcc": ["quiet@example.org"],
            "subject": "Plan", "text": "Three o'clock.", "expires_in_days": 3,
        });
        let sent = send(&app, &clerk, message).await.is(201).json();
        assert_eq!(sent["deliveries"].as_array().unwrap().len(), 3);
        app.run_jobs().await;
        assert!(!app.mails(PAT)[0].contains("Three o'clock."));
        assert!(!app.mails(PAT)[0].contains("quiet@example.org"));
        let ordinary = app.mails("boss@dss.state.ca.us").remove(0);
        assert!(ordinary.contains("Three o'clock.") && ordinary.contains("Subject: # Plan"), "{ordinary}");
        assert!(!ordinary.contains("quiet@example.org"));
        let path = format!("/api/v1/messages/{}/deliveries", sent["id"].as_str().unwrap());
        let states = app.get(&path).bearer(&clerk).send().await.json();
        let states: Vec<_> = states["items"].as_array().unwrap().iter().map(|d| d["state"].as_str().unwrap()).collect();
        assert_eq!(states.iter().filter(|state| **state == "notified").count(), 2);
        assert!(states.contains(&"relayed"));
    }

    async fn a_message_goes_to_as_many_as_a_mail_does(database: &Database) {
        let app = TestApp::with(database, "gateway.max_recipients = 100").await;
        let clerk = app.account(CLERK).await;
        let all: Vec<String> = (0..101).map(|number| format!("r{number}@example.org")).collect();
        let refused = send(&app, &clerk, json!({"to": all, "subject": "Plan", "text": "x"})).await.is(422).json();
        assert_eq!((&refused["errors"][0]["field"], &refused["errors"][0]["code"]), (&json!("to"), &json!("too-many")));
        let twice: Vec<&String> = all[..100].iter().chain(&all[..100]).collect();
        let sent = send(&app, &clerk, json!({"to": twice, "subject": "Plan", "text": "x"})).await.is(201).json();
        assert_eq!(sent["deliveries"].as_array().unwrap().len(), 100);
    }

    async fn a_recipient_writes_to_staff_only_and_with_reply_to_all_to_the_visible(database: &Database) {
        let app = TestApp::start(database).await;
        let (id, token) = app.waiting(PAT, MAIL).await;
        let outside = json!({"to": ["eve@example.org"], "subject": "Hi", "text": "x"});
        assert_eq!(send(&app, &token, outside).await.is(403).problem(), "recipient-not-allowed");
        let inside = json!({"to": ["boss@dss.state.ca.us"], "subject": "Hi", "text": "x"});
        send(&app, &token, inside).await.is(201);
        let all = json!({"text": "To all.", "all": true});
        let reply = app.post(&format!("/api/v1/messages/{id}/replies"), all).bearer(&token).send().await.is(201).json();
        let mut to: Vec<_> =
            reply["deliveries"].as_array().unwrap().iter().map(|d| d["recipient"].as_str().unwrap()).collect();
        to.sort_unstable();
        assert_eq!(to, ["boss@dss.state.ca.us", CLERK, "sam@example.org"]);
        app.run_jobs().await;
        assert!(app.mails("sam@example.org")[0].contains("/open/"));
        assert!(!app.mails("sam@example.org")[0].contains("To all."));
    }

    async fn personal_data_in_a_subject_is_refused_unless_accepted_and_masked_then(database: &Database) {
        let app = TestApp::start(database).await;
        let clerk = app.account(CLERK).await;
        let mut message = json!({"to": [PAT], "subject": "For 123-45-6789", "text": "x"});
        let refused = send(&app, &clerk, message.clone()).await.is(422);
        assert_eq!(refused.problem(), "subject-holds-personal-information");
        assert_eq!(refused.json()["findings"][0]["rule"], "ssn");
        message["accept_subject_findings"] = json!(true);
        send(&app, &clerk, message).await.is(201);
        app.run_jobs().await;
        assert!(app.mails(PAT)[0].contains("For •••"));
    }

    async fn wrong_fields_are_named(database: &Database) {
        let app = TestApp::start(database).await;
        let clerk = app.account(CLERK).await;
        let message = json!({
            "to": [PAT, "nobody"], "cc": ["@"], "subject": "x".repeat(501), "text": "", "expires_in_days": 0,
        });
        let answer = send(&app, &clerk, message).await.is(422).json();
        let fields: Vec<_> = answer["errors"].as_array().unwrap().iter().map(|e| e["field"].as_str().unwrap()).collect();
        assert_eq!(fields, ["to[1]", "cc[0]", "expires_in_days", "subject"]);
        let nobody = send(&app, &clerk, json!({"subject": "x", "text": "x"})).await.is(422).json();
        assert_eq!(nobody["errors"][0]["field"], "to");
    }

    async fn a_form_brings_attachments_that_come_back_as_they_were(database: &Database) {
        let app = TestApp::start(database).await;
        let (id, token) = app.waiting(PAT, MAIL).await;
        let clerk = app.account(CLERK).await;
        let octets: Vec<u8> = (0..200_000_u32).map(|n| n.to_le_bytes()[0] ^ 0x5A).collect();
        let mut form = format!(
            "--b\r\nContent-Disposition: form-data; name=\"message\"\r\n\r\n{}\r\n--b\r\n\
             Content-Disposition: form-data; name=\"attachment\"; filename=\"bericht ä.bin\"\r\n\
             Content-Type: application/x-thing\r\n\r\n",
            json!({"text": "See the file."})
        )
        .into_bytes();
        form.extend_from_slice(&octets);
        form.extend_from_slice(b"\r\n--b--\r\n");
        let call = app.call(Method::POST, &format!("/api/v1/messages/{id}/replies")).bearer(&token);
        call.header("Content-Type", "multipart/form-data; boundary=b").body(form).send().await.is(201);
        let inbox = app.get("/api/v1/messages").bearer(&clerk).send().await.json();
        assert_eq!(inbox["items"][0]["has_attachments"], true);
        let path = format!("/api/v1/messages/{}", inbox["items"][0]["id"].as_str().unwrap());
        let read = app.get(&path).bearer(&clerk).send().await.json();
        let shown = json!([{
            "index": 0, "name": "bericht ä.bin", "content_type": "application/x-thing", "size": 200_000,
        }]);
        assert_eq!(read["attachments"], shown);
        let got = app.get(&format!("{path}/attachments/0")).bearer(&clerk).send().await.is(200);
        assert_eq!(got.body, octets);
        assert!(got.headers["content-disposition"].starts_with("attachment; filename=\"bericht _.bin\""));
        app.get(&format!("{path}/attachments/1")).bearer(&clerk).send().await.is(404);
    }

    async fn recall_of_some_leaves_the_others_and_takes_back_waiting_notifications(database: &Database) {
        let app = TestApp::start(database).await;
        let clerk = app.account(CLERK).await;
        let message = json!({"to": [PAT, "sam@example.org"], "subject": "Plan", "text": "x"});
        let id = send(&app, &clerk, message).await.is(201).json()["id"].as_str().unwrap().to_owned();
        let recall = |body: Value| app.post(&format!("/api/v1/messages/{id}/recall"), body).bearer(&clerk);
        recall(json!({"recipients": []})).send().await.is(422);
        recall(json!({"recipients": ["eve@example.org"]})).send().await.is(422);
        recall(json!({"recipients": [PAT]})).send().await.is(204);
        app.run_jobs().await;
        assert_eq!((app.mails(PAT).len(), app.mails("sam@example.org").len()), (0, 1));
        app.get(&format!("/api/v1/messages/{id}")).bearer(&clerk).send().await.is(200);
        recall(json!({})).send().await.is(204);
        let gone = app.get(&format!("/api/v1/messages/{id}")).bearer(&clerk).send().await.is(410);
        assert_eq!(gone.problem(), "message-recalled");
        let sent = app.get("/api/v1/messages?box=sent").bearer(&clerk).send().await.json();
        assert_eq!(sent["items"][0]["state"], "recalled");
    }

    async fn the_rules_say_what_the_gateway_would_do(database: &Database) {
        let app = TestApp::with(database, "[[rules.custom]]\nname = 'court-file'\npattern = 'CF-[0-9]{4}'").await;
        let clerk = app.account(CLERK).await;
        for (body, marked, seals) in [
            (json!({"subject": "Hi", "text": "Hello"}), false, false),
            (json!({"subject": "Re: [EXTERNAL] #Hi", "text": "Hello"}), true, true),
            (json!({"subject": "Hi", "text": "123-45-6789"}), false, true),
            (json!({"subject": "Hi", "text": "", "html": "<b>123</b>-45-6789"}), false, true),
            (json!({"subject": "Call 916-555-0100", "text": ""}), false, false),
            (json!({"subject": "Hi", "text": "see CF-2026"}), false, true),
            (json!({"subject": "CF-2026", "text": ""}), false, true),
            (json!({"subject": "Hi", "text": "", "html": "<b>CF</b>-2026"}), false, true),
        ] {
            let answer = app.post("/api/v1/rules/check", body.clone()).bearer(&clerk).send().await.is(200).json();
            assert_eq!((answer["marked"].as_bool(), answer["seals"].as_bool()), (Some(marked), Some(seals)), "{body}");
        }
    }
}
