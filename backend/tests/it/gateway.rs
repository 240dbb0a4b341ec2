//! The gateway, through real SMTP sessions.

mod colleagues;
mod hostile;
mod next_hop;
mod nodes;
mod notes;
mod outbox;
mod reports;
mod tenants;

use crate::support::{app::TestApp, hop::Mood};

const CLERK: &str = "clerk@cws.state.ca.us";

fn mail(subject: &str, body: &str) -> String {
    format!("From: <{CLERK}>\nSubject: {subject}\nMessage-ID: <one@cws.state.ca.us>\n\n{body}\n")
}

on_both_databases! {
    async fn mail_that_needs_no_seal_is_relayed_byte_for_byte_behind_one_received_field(database: &Database) {
        let app = TestApp::start(database).await;
        let mail = mail("Hello", "..dots\n.\nlast");
        let said = app.send(CLERK, &["pat@example.org"], &mail).await;
        assert_eq!(said, "250 2.0.0 taken as 17");
        let (envelope, content) = app.hop.taken().remove(0);
        assert_eq!(envelope.sender.unwrap().to_string(), CLERK);
        let content = String::from_utf8(content.to_vec()).unwrap();
        let (trace, rest) = content.split_at(content.find("From:").unwrap());
        assert!(trace.starts_with("Received: from client.test ([127.0.0.1])\r\n\tby gateway.test"), "{trace}");
        assert!(!trace.contains("for "));
        assert_eq!(rest, mail.replace('\n', "\r\n"));
    }

    async fn internal_recipients_get_the_mail_and_external_ones_a_notification(database: &Database) {
        let app = TestApp::start(database).await;
        let to = ["boss@dss.state.ca.us", "pat@example.org", "sam@example.org"];
        app.send(CLERK, &to, &mail("# Hello", "text")).await;
        app.run_jobs().await;
        assert_eq!(app.hop.recipients(), ["boss@dss.state.ca.us"]);
        assert_eq!((app.mails("pat@example.org").len(), app.mails("sam@example.org").len()), (1, 1));
        assert!(!app.mails("pat@example.org")[0].contains("sam@example.org"));
    }

    async fn what_a_sender_tries_again_is_there_once_and_a_new_recipient_joins(database: &Database) {
        let app = TestApp::start(database).await;
        let marked = mail("# Hello", "text");
        for _ in 0..3 {
            let said = app.send(CLERK, &["pat@example.org", "boss@dss.state.ca.us"], &marked).await;
            assert!(said.starts_with("250 "), "{said}");
        }
        app.send(CLERK, &["pat@example.org", "sam@example.org"], &marked).await;
        app.run_jobs().await;
        assert_eq!((app.mails("pat@example.org").len(), app.mails("sam@example.org").len()), (1, 1));
        assert_eq!(app.hop.recipients(), ["boss@dss.state.ca.us"]);
        let clerk = app.account(CLERK).await;
        let sent = app.get("/api/v1/messages?box=sent").bearer(&clerk).send().await.json();
        assert_eq!(sent["items"].as_array().unwrap().len(), 1);
    }

    async fn the_same_without_a_message_id_is_two_messages(database: &Database) {
        let app = TestApp::start(database).await;
        let marked = format!("From: <{CLERK}>\nSubject: # Hello\n\ntext\n");
        for _ in 0..2 {
            let said = app.send(CLERK, &["pat@example.org", "PAT@example.org"], &marked).await;
            assert!(said.starts_with("250 "), "{said}");
        }
        app.run_jobs().await;
        assert_eq!(app.mails("pat@example.org").len(), 2);
    }

    async fn sealed_mail_is_taken_while_the_next_hop_is_down_and_other_mail_is_not(database: &Database) {
        let app = TestApp::start(database).await;
        app.hop.set(Mood::Down);
        let said = app.send(CLERK, &["pat@example.org"], &mail("Hello", "text")).await;
        assert!(said.starts_with("451 4.4.1"), "{said}");
        let said = app.send(CLERK, &["pat@example.org", "boss@dss.state.ca.us"], &mail("# Hello", "text")).await;
        assert!(said.starts_with("250 "), "{said}");
        app.run_jobs().await;
        assert_eq!(app.mails("pat@example.org").len(), 1);
        assert!(app.hop.taken().is_empty());
        app.hop.set(Mood::Friendly);
        app.wait(chrono::Duration::minutes(2));
        app.run_jobs().await;
        assert_eq!(app.hop.recipients(), ["boss@dss.state.ca.us"]);
    }

    async fn a_refusal_of_the_next_hop_is_passed_back(database: &Database) {
        let app = TestApp::start(database).await;
        app.hop.set(Mood::Refusing);
        assert_eq!(app.send(CLERK, &["a@example.org"], &mail("Hi", "x")).await, "550 5.1.1 no such user");
        app.hop.set(Mood::Busy);
        assert_eq!(app.send(CLERK, &["a@example.org"], &mail("Hi", "x")).await, "450 4.2.0 later");
    }

    async fn when_the_next_hop_takes_some_the_rest_is_reported(database: &Database) {
        let app = TestApp::start(database).await;
        app.hop.set(Mood::RefusingTheLast);
        let said = app.send(CLERK, &["a@example.org", "b@example.org"], &mail("Hi 123-45-6789", "x")).await;
        assert!(said.starts_with("250 "), "sealed: {said}");
        let said = app.send(CLERK, &["a@example.org", "b@example.org"], &mail("Hi", "x")).await;
        assert!(said.starts_with("250 "), "{said}");
        app.run_jobs().await;
        assert_eq!(app.hop.recipients(), ["a@example.org"]);
        let reports: Vec<String> =
            app.mails(CLERK).into_iter().filter(|mail| mail.contains("delivery-status")).collect();
        assert_eq!(reports.len(), 1);
        assert!(reports[0].contains("Final-Recipient: rfc822; b@example.org"), "{}", reports[0]);
        assert!(reports[0].contains("Return-Path: <>"));
    }

    async fn a_failure_report_fails_the_delivery_and_tells_the_sender(database: &Database) {
        let app = TestApp::start(database).await;
        app.send(CLERK, &["pat@example.org"], &mail("# Hello", "text")).await;
        app.run_jobs().await;
        let notification = app.mails("pat@example.org").remove(0);
        let path = notification.split_once("Return-Path: <").unwrap().1.split_once('>').unwrap().0.to_owned();
        let report = "From: MAILER-DAEMON@example.org\nSubject: Undelivered\nMIME-Version: 1.0\n\
            Content-Type: multipart/report; report-type=delivery-status; boundary=x\n\n--x\n\nno such user\n--x--\n";
        let said = app.send("", &[&path], report).await;
        assert!(said.starts_with("250 "), "{said}");
        app.run_jobs().await;
        assert!(app.mails(CLERK).iter().any(|mail| mail.contains("Final-Recipient: rfc822; pat@example.org")));
        let clerk = app.account(CLERK).await;
        let sent = app.get("/api/v1/messages?box=sent").bearer(&clerk).send().await.json();
        let path = format!("/api/v1/messages/{}/deliveries", sent["items"][0]["id"].as_str().unwrap());
        let deliveries = app.get(&path).bearer(&clerk).send().await.is(200).json();
        assert_eq!(deliveries["items"][0]["state"], "failed");
    }

    async fn what_octothorpe_wrote_passes_its_own_gateway(database: &Database) {
        let app = TestApp::start(database).await;
        let (id, token) = app.waiting("pat@example.org", &mail("# Hello", "my number is 123-45-6789")).await;
        let reply = serde_json::json!({"text": "Yes, 123-45-6789."});
        app.post(&format!("/api/v1/messages/{id}/replies"), reply).bearer(&token).send().await.is(201);
        app.run_jobs().await;
        let reply = app.mails(CLERK).remove(0);
        let (_, ours) = reply.split_once("Delivered-To: clerk@cws.state.ca.us\n").unwrap();
        let said = app.send("octothorpe@portal.test", &[CLERK], ours).await;
        assert_eq!(said, "250 2.0.0 taken as 17");
    }

    async fn large_mails_are_judged_in_turn_and_small_ones_meanwhile(database: &Database) {
        let app = TestApp::start(database).await;
        let turn = app.app.judging.acquire().await.unwrap();
        let text = mail("Hello", &"The visit is at three.\n".repeat(60_000));
        let large = app.send(CLERK, &["pat@example.org"], &text);
        let small = async {
            let said = app.send(CLERK, &["pat@example.org"], &mail("Hello", "text")).await;
            assert!(said.starts_with("250 ") && app.hop.taken().len() == 1, "{said}");
            drop(turn);
        };
        let (said, ()) = tokio::join!(large, small);
        assert!(said.starts_with("250 ") && app.hop.taken().len() == 2, "{said}");
    }

    async fn a_mail_loop_is_broken(database: &Database) {
        let app = TestApp::start(database).await;
        let ours = "Received: from a\n\tby gateway.test (Octothorpe) with ESMTP id 1; Mon, 23 Nov 2026 11:00:00 +0000\n";
        let said = app.send(CLERK, &["pat@example.org"], &format!("{}{}", ours.repeat(3), mail("# Hi", "x"))).await;
        assert!(said.starts_with("554 5.4.6"), "{said}");
    }

    async fn postmaster_is_reached_without_a_domain(database: &Database) {
        let app = TestApp::start(database).await;
        let said = app.send("pat@example.org", &["PostMaster"], &mail("Hello", "x")).await;
        assert_eq!(said, "250 2.0.0 taken as 17");
        assert_eq!(app.hop.recipients(), ["postmaster@state.ca.us"]);
    }

    async fn strangers_may_not_send(database: &Database) {
        let app = TestApp::start(database).await;
        let said = b"EHLO x\r\nMAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.org>\r\nQUIT\r\n";
        let heard = app.smtp_from("203.0.113.7".parse().unwrap(), said).await;
        assert!(heard.contains("\r\n550 5.7.1"), "{heard}");
    }

    async fn personal_data_in_a_subject_can_be_refused(database: &Database) {
        let app = TestApp::with(database, "gateway.subject_findings = 'reject'\n").await;
        let to = ["boss@dss.state.ca.us", "pat@example.org"];
        let said = app.send(CLERK, &to, &mail("# Smith 123-45-6789", "x")).await;
        assert!(said.starts_with("550 5.7.1"), "{said}");
        app.run_jobs().await;
        assert!(app.mails("pat@example.org").is_empty() && app.hop.taken().is_empty());
        let clerk = app.account(CLERK).await;
        let sent = app.get("/api/v1/messages?box=sent").bearer(&clerk).send().await.json();
        assert!(sent["items"].as_array().unwrap().is_empty(), "{sent}");
    }

    async fn personal_data_in_a_subject_is_masked_in_everything_that_leaves(database: &Database) {
        let app = TestApp::start(database).await;
        let (id, token) = app.waiting("pat@example.org", &mail("# Smith 123-45-6789", "x")).await;
        let notification = app.mails("pat@example.org").remove(0);
        assert!(!notification.contains("123-45-6789"));
        let message = app.get(&format!("/api/v1/messages/{id}")).bearer(&token).send().await.json();
        assert_eq!(message["subject"], "Smith 123-45-6789");
        let reply = serde_json::json!({"text": "Yes."});
        app.post(&format!("/api/v1/messages/{id}/replies"), reply).bearer(&token).send().await.is(201);
        app.run_jobs().await;
        assert!(app.mails(CLERK).iter().all(|mail| !mail.contains("123-45-6789")));
    }
}
