//! What a sender may do with a message that has gone: extend it, notify again, export, be told when it is read.

use chrono::{DateTime, Duration};
use octothorpe::outbox::sweep;
use serde_json::{Value, json};

use crate::support::app::{Answer, TestApp};

const CLERK: &str = "clerk@cws.state.ca.us";
const PAT: &str = "pat@example.org";
const SAM: &str = "sam@example.org";

/// The clerk's token, and the id of a message to Pat, Sam and a colleague that was sent and announced.
async fn sent(app: &TestApp, more: Value) -> (String, String) {
    let clerk = app.account(CLERK).await;
    let mut message =
        json!({"to": [format!("Pat Parent <{PAT}>"), SAM, "boss@dss.state.ca.us"], "subject": "Plan", "text": "x"});
    message.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let answer = app.post("/api/v1/messages", message).bearer(&clerk).send().await.is(201);
    app.run_jobs().await;
    (clerk, answer.json()["id"].as_str().unwrap().to_owned())
}

async fn post(app: &TestApp, token: &str, id: &str, call: &str, body: Value) -> Answer {
    app.post(&format!("/api/v1/messages/{id}/{call}"), body).bearer(token).send().await
}

/// The delivery to an address.
async fn delivery(app: &TestApp, token: &str, id: &str, to: &str) -> Value {
    let all = app.get(&format!("/api/v1/messages/{id}/deliveries")).bearer(token).send().await.is(200).json();
    all["items"].as_array().unwrap().iter().find(|one| one["recipient"] == to).unwrap().clone()
}

async fn end(app: &TestApp, token: &str, id: &str, to: &str) -> DateTime<chrono::Utc> {
    delivery(app, token, id, to).await["expires_at"].as_str().unwrap().parse().unwrap()
}

fn field(answer: &Answer) -> (String, String) {
    let error = &answer.json()["errors"][0];
    (error["field"].as_str().unwrap().to_owned(), error["code"].as_str().unwrap().to_owned())
}

async fn open(app: &TestApp, id: &str, token: &str) -> Value {
    app.get(&format!("/api/v1/messages/{id}")).bearer(token).send().await.is(200).json()
}

/// What time brings about, and what comes of it.
async fn sweep(app: &TestApp) {
    sweep::run(&app.app).await.unwrap();
    app.run_jobs().await;
}

on_both_databases! {
    async fn a_message_is_extended_for_all_or_for_one(database: &Database) {
        let app = TestApp::start(database).await;
        let (clerk, id) = sent(&app, json!({"expires_in_days": 10})).await;
        let one = post(&app, &clerk, &id, "extension", json!({"expires_in_days": 20, "recipients": [PAT]})).await.is(200);
        assert_eq!(one.json()["items"].as_array().unwrap().len(), 3);
        let now = end(&app, &clerk, &id, SAM).await - Duration::days(10);
        let day = |days| now + Duration::days(days);
        assert_eq!((end(&app, &clerk, &id, PAT).await, end(&app, &clerk, &id, SAM).await), (day(20), day(10)));
        post(&app, &clerk, &id, "extension", json!({"expires_in_days": 15})).await.is(200);
        assert_eq!((end(&app, &clerk, &id, PAT).await, end(&app, &clerk, &id, SAM).await), (day(20), day(15)));
        app.wait(Duration::days(12));
        sweep(&app).await;
        let pat = app.account(PAT).await;
        open(&app, &id, &pat).await;
    }

    async fn an_extension_only_moves_the_end_to_later_and_within_the_setting(database: &Database) {
        let app = TestApp::with(database, "messages.longest_days = 100").await;
        let (clerk, id) = sent(&app, json!({"expires_in_days": 10})).await;
        let extend = |body: Value| post(&app, &clerk, &id, "extension", body);
        for (body, wrong) in [
            (json!({"expires_in_days": 101}), ("expires_in_days", "out-of-range")),
            (json!({"expires_in_days": 0}), ("expires_in_days", "out-of-range")),
            (json!({"expires_in_days": 9}), ("expires_in_days", "too-short")),
            (json!({"expires_in_days": 20, "recipients": []}), ("recipients", "missing")),
            (json!({"expires_in_days": 20, "recipients": ["eve@example.org"]}), ("recipients[0]", "unknown")),
        ] {
            let (field, code) = field(&extend(body).await.is(422));
            assert_eq!((field.as_str(), code.as_str()), wrong);
        }
        extend(json!({"expires_in_days": 100})).await.is(200);
        app.wait(Duration::days(2));
        let clerk = app.log_in(CLERK).await;
        let extend = |body: Value| post(&app, &clerk, &id, "extension", body);
        extend(json!({"expires_in_days": 99})).await.is(422);
        let pat = app.account(PAT).await;
        post(&app, &pat, &id, "extension", json!({"expires_in_days": 20})).await.is(404);
        post(&app, &clerk, &id, "recall", json!({"recipients": [PAT]})).await.is(204);
        let gone = extend(json!({"expires_in_days": 98, "recipients": [PAT]})).await.is(422);
        assert_eq!(field(&gone).1, "ended");
        post(&app, &clerk, &id, "recall", json!({})).await.is(204);
        assert_eq!(extend(json!({"expires_in_days": 98})).await.is(410).problem(), "message-recalled");
        let longer = json!({"to": [PAT], "subject": "x", "text": "x", "expires_in_days": 101});
        let refused = app.post("/api/v1/messages", longer).bearer(&clerk).send().await.is(422);
        assert_eq!(field(&refused).0, "expires_in_days");
    }

    async fn the_notification_goes_again_to_those_who_have_not_opened_it(database: &Database) {
        let app = TestApp::start(database).await;
        let (clerk, id) = sent(&app, json!({})).await;
        let pat = app.account(PAT).await;
        open(&app, &id, &pat).await;
        let again = |body: Value| post(&app, &clerk, &id, "notifications", body);
        assert_eq!(again(json!({})).await.is(202).json(), json!({"recipients": [SAM]}));
        assert_eq!(delivery(&app, &clerk, &id, SAM).await["state"], "queued");
        app.run_jobs().await;
        assert_eq!(delivery(&app, &clerk, &id, SAM).await["state"], "notified");
        let notifications = app.mails(SAM);
        assert_eq!(notifications.len(), 2);
        let link = |mail: &str| mail[mail.find("/open/").unwrap()..][..49].to_owned();
        assert_eq!(link(&notifications[0]), link(&notifications[1]), "both links lead to the message");
        // Who is named gets it although they opened it; not twice within an hour.
        let limited = again(json!({"recipients": [SAM]})).await.is(429);
        assert_eq!((limited.headers["retry-after"].as_str(), field(&limited).1.as_str()), ("3600", "too-soon"));
        assert_eq!(again(json!({"recipients": [PAT, SAM]})).await.is(202).json(), json!({"recipients": [PAT]}));
        app.wait(Duration::minutes(61));
        let clerk = app.log_in(CLERK).await;
        let again = |body: Value| post(&app, &clerk, &id, "notifications", body);
        again(json!({})).await.is(202);
        assert_eq!(field(&again(json!({"recipients": ["boss@dss.state.ca.us"]})).await.is(422)).1, "nobody");
        post(&app, &clerk, &id, "recall", json!({})).await.is(204);
        assert_eq!(again(json!({})).await.is(410).problem(), "message-recalled");
        app.run_jobs().await;
        assert_eq!(app.mails(SAM).len(), 2, "what waited never left");
    }

    async fn a_failed_notification_can_go_again(database: &Database) {
        let app = TestApp::start(database).await;
        let (clerk, id) = sent(&app, json!({})).await;
        let wanted: octothorpe::id::MessageId = id.parse().unwrap();
        app.app.store.write(move |conn| {
            use octothorpe::store::deliveries;
            let sam = deliveries::find_for(conn, wanted, &SAM.parse().unwrap())?.unwrap();
            deliveries::set_state(conn, sam.id, deliveries::DeliveryState::Failed)
        }).await.unwrap();
        post(&app, &clerk, &id, "notifications", json!({"recipients": [SAM]})).await.is(202);
        app.run_jobs().await;
        assert_eq!(delivery(&app, &clerk, &id, SAM).await["state"], "notified");
    }

    async fn the_tracking_comes_as_a_table_without_formulas(database: &Database) {
        let app = TestApp::start(database).await;
        let (clerk, id) = sent(&app, json!({"bcc": ["=1+1@example.org"]})).await;
        let path = format!("/api/v1/messages/{id}/deliveries.csv");
        let answer = app.get(&path).bearer(&clerk).send().await.is(200);
        assert_eq!(answer.headers["content-type"], "text/csv; charset=utf-8");
        assert!(answer.headers["content-disposition"].starts_with("attachment; filename=\"tracking-"));
        let text = answer.text();
        let lines: Vec<&str> = text.trim_start_matches('\u{FEFF}').lines().collect();
        assert_eq!(lines[0], "reference,recipient,state,notified_at,first_opened_at,replied_at,expires_at,refused_at,requested_at");
        assert_eq!(lines.len(), 5);
        assert!(lines[1].contains(",pat@example.org,notified,2026-11-23T12:00:00"), "{}", lines[1]);
        assert!(lines.iter().any(|line| line.contains(",'=1+1@example.org,")), "{text}");
        let ordinary = lines.iter().find(|line| line.contains(",boss@dss.state.ca.us,relayed,")).unwrap();
        assert!(ordinary.ends_with(",,,"), "ordinary mail has no end: {ordinary}");
        let pat = app.account(PAT).await;
        app.get(&path).bearer(&pat).send().await.is(404);
        post(&app, &pat, &id, "refusals", json!({})).await.is(204);
        let text = app.get(&path).bearer(&clerk).send().await.is(200).text();
        let refused = text.lines().find(|line| line.contains(",pat@example.org,recalled,")).unwrap();
        assert!(refused.ends_with("Z,") && !refused.ends_with(",,"), "{refused}");
    }

    async fn the_sent_box_says_how_many_have_opened_it(database: &Database) {
        let app = TestApp::start(database).await;
        let (clerk, id) = sent(&app, json!({})).await;
        let pat = app.account(PAT).await;
        open(&app, &id, &pat).await;
        let list = app.get("/api/v1/messages?box=sent").bearer(&clerk).send().await.json();
        let opened = json!({"sealed": 2, "opened": 1, "failed": 0, "refused": 0, "recalled": 0});
        assert_eq!(list["items"][0]["progress"], opened);
        let inbox = app.get("/api/v1/messages").bearer(&pat).send().await.json();
        assert_eq!(inbox["items"][0]["progress"], Value::Null);
        // Bad news are counted too: it was not for one, and taken back from the other.
        post(&app, &pat, &id, "refusals", json!({})).await.is(204);
        post(&app, &clerk, &id, "recall", json!({"recipients": [SAM]})).await.is(204);
        let list = app.get("/api/v1/messages?box=sent").bearer(&clerk).send().await.json();
        let gone = json!({"sealed": 2, "opened": 1, "failed": 0, "refused": 1, "recalled": 1});
        assert_eq!(list["items"][0]["progress"], gone);
    }

    async fn how_far_a_message_got_names_it_also_after_its_end(database: &Database) {
        let app = TestApp::start(database).await;
        let (_, id) = sent(&app, json!({})).await;
        app.wait(Duration::days(91));
        sweep(&app).await;
        let clerk = app.log_in(CLERK).await;
        let found = app.get(&format!("/api/v1/messages/{id}/deliveries")).bearer(&clerk).send().await.is(200).json();
        let message = &found["message"];
        assert_eq!((&message["id"], &message["subject"], &message["state"]), (&json!(id), &json!("Plan"), &json!("expired")));
        assert_eq!(message["reference"].as_str().map(str::len), Some(9));
    }

    async fn a_sender_who_asks_is_told_once_of_each_first_opening(database: &Database) {
        let app = TestApp::start(database).await;
        let (clerk, id) = sent(&app, json!({"subject": "Card 4111 1111 1111 1111", "accept_subject_findings": true, "read_notice": true})).await;
        let before = app.mails(CLERK).len();
        let ticket = app.get(&format!("/api/v1/tickets/{}", app.token(PAT, "open"))).send().await.is(200).json();
        assert_eq!(ticket["read_notice"], true, "the recipient is told before opening");
        let pat = app.account(PAT).await;
        assert_eq!(open(&app, &id, &pat).await["read_notice"], true);
        open(&app, &id, &pat).await;
        open(&app, &id, &clerk).await;
        app.run_jobs().await;
        let mails = app.mails(CLERK);
        assert_eq!(mails.len(), before + 1);
        let notice = mails.last().unwrap();
        for line in [
            "Opened: Card •••",
            "multipart/report; report-type=\"disposition-notification\"",
            "Final-Recipient: rfc822; pat@example.org",
            "Disposition: manual-action/MDN-sent-automatically; displayed",
            "Auto-Submitted: auto-replied",
            "Return-Path: <>",
        ] {
            assert!(notice.contains(line), "{line} in {notice}");
        }
        assert!(notice.contains(&format!("/sent?id={id}")) && !notice.contains("4111"));
        let sam = app.account(SAM).await;
        open(&app, &id, &sam).await;
        app.run_jobs().await;
        assert_eq!(app.mails(CLERK).len(), before + 2);
    }

    async fn nobody_is_told_of_openings_who_did_not_ask(database: &Database) {
        let app = TestApp::start(database).await;
        let (_, id) = sent(&app, json!({})).await;
        let before = app.mails(CLERK).len();
        let pat = app.account(PAT).await;
        assert_eq!(open(&app, &id, &pat).await["read_notice"], false);
        app.run_jobs().await;
        assert_eq!(app.mails(CLERK).len(), before);
    }

    async fn a_mail_that_asks_for_a_read_notice_to_its_sender_gets_one(database: &Database) {
        let app = TestApp::start(database).await;
        let mail = |to: &str, id: &str| {
            format!("From: <{CLERK}>\nSubject: # Hello\nMessage-ID: <{id}@cws.state.ca.us>\n\
                Disposition-Notification-To: {to}\n\nx\n")
        };
        let (id, pat) = app.waiting(PAT, &mail(&format!("Clara <{CLERK}>"), "one")).await;
        open(&app, &id, &pat).await;
        app.run_jobs().await;
        let notices = app.mails(CLERK);
        assert_eq!(notices.len(), 1);
        assert!(notices[0].contains("Original-Message-ID: <one@cws.state.ca.us>"), "{}", notices[0]);
        assert!(notices[0].contains("In-Reply-To: <one@cws.state.ca.us>"));
        app.send(CLERK, &[PAT], &mail("eve@example.org", "two")).await;
        let list = app.get("/api/v1/messages").bearer(&pat).send().await.json();
        open(&app, list["items"][0]["id"].as_str().unwrap(), &pat).await;
        app.run_jobs().await;
        assert_eq!((app.mails(CLERK).len(), app.mails("eve@example.org").len()), (1, 0));
    }
}
