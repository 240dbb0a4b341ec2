//! Reports: what senders ask to be told (RFC 3461), what they are told (RFC 3464), and notifications that come back.

use chrono::Duration;
use octothorpe::{outbox::worker, store::outbox};

use super::{CLERK, mail};
use crate::support::{app::TestApp, hop::Mood};

const PAT: &str = "pat@example.org";

/// The reports on what became of mails that an address got.
fn reports(app: &TestApp, to: &str) -> Vec<String> {
    app.mails(to).into_iter().filter(|mail| mail.contains("report-type=\"delivery-status\"")).collect()
}

/// The one report that the clerk got.
fn only_report(app: &TestApp) -> String {
    let mut reports = reports(app, CLERK);
    assert_eq!(reports.len(), 1, "{reports:?}");
    reports.remove(0)
}

/// Where what comes back of the notification to an address goes.
fn bounce_address(app: &TestApp, to: &str) -> String {
    let notification = app.mails(to).pop().unwrap();
    notification.split_once("Return-Path: <").unwrap().1.split_once('>').unwrap().0.to_owned()
}

/// A failure report as Postfix writes it.
fn failure(status: &str) -> String {
    format!(
        "From: MAILER-DAEMON@example.org\nSubject: Undelivered Mail Returned to Sender\nMIME-Version: 1.0\n\
         Auto-Submitted: auto-replied\nContent-Type: multipart/report; report-type=delivery-status; boundary=x\n\n--x\n\
         \nIt could not be delivered.\n--x\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.org\n\n\
         Final-Recipient: rfc822; pat@example.org\nAction: {action}\nStatus: {status}\n\
         Diagnostic-Code: smtp; 550 {status} the mailbox is gone\n\n--x--\n",
        action = if status.starts_with('5') { "failed" } else { "delayed" },
    )
}

/// The state of the only delivery of the clerk's last mail.
async fn state(app: &TestApp) -> String {
    let clerk = app.account(CLERK).await;
    let sent = app.get("/api/v1/messages?box=sent").bearer(&clerk).send().await.is(200).json();
    let path = format!("/api/v1/messages/{}/deliveries", sent["items"][0]["id"].as_str().unwrap());
    let deliveries = app.get(&path).bearer(&clerk).send().await.is(200).json();
    deliveries["items"][0]["state"].as_str().unwrap().to_owned()
}

on_both_databases! {
    async fn whoever_asks_hears_that_a_sealed_mail_was_sent(database: &Database) {
        let app = TestApp::start(database).await;
        let to = [(PAT, "NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;Pat+2Bx@example.org"), ("sam@example.org", "NOTIFY=NEVER")];
        app.send_asking((CLERK, "RET=FULL ENVID=QQ+2B1"), &to, &mail("# Hello", "private words")).await;
        app.run_jobs().await;
        let report = only_report(&app);
        for wanted in [
            "Return-Path: <>\n",
            "Auto-Submitted: auto-replied\n",
            "Subject: Sent encrypted: Hello\n",
            "Original-Envelope-Id: QQ+1\n",
            "Original-Recipient: rfc822;Pat+x@example.org\nFinal-Recipient: rfc822; pat@example.org\nAction: relayed\n",
            "Status: 2.0.0\n",
        ] {
            assert!(report.contains(wanted), "{wanted}: {report}");
        }
        assert!(!report.contains("sam@example.org") && !report.contains("private words"), "{report}");
    }

    async fn who_asks_for_nothing_hears_nothing_of_success(database: &Database) {
        let app = TestApp::start(database).await;
        app.send(CLERK, &[PAT, "boss@dss.state.ca.us"], &mail("# Hello", "x")).await;
        app.send_asking((CLERK, ""), &[(PAT, "NOTIFY=FAILURE,DELAY")], &mail("Soup", "x")).await;
        app.run_jobs().await;
        assert!(reports(&app, CLERK).is_empty());
    }

    async fn what_is_asked_for_is_passed_on_with_what_is_relayed(database: &Database) {
        let app = TestApp::start(database).await;
        app.hop.announce_dsn();
        let boss = ("boss@dss.state.ca.us", "NOTIFY=SUCCESS ORCPT=rfc822;boss@dss.state.ca.us");
        let from = (CLERK, "RET=HDRS ENVID=QQ1");
        app.send_asking(from, &[boss], &mail("Soup", "x")).await;
        app.send_asking(from, &[boss, (PAT, "")], &mail("# Hello", "x")).await;
        app.run_jobs().await;
        let taken = app.hop.taken();
        assert_eq!(taken.len(), 2);
        for (envelope, _) in taken {
            assert_eq!((envelope.ret.as_deref(), envelope.envid.as_deref()), (Some("HDRS"), Some("QQ1")));
            let recipient = &envelope.recipients[0];
            assert_eq!(recipient.notify.as_deref(), Some("SUCCESS"));
            assert_eq!(recipient.orcpt.as_deref(), Some("rfc822;boss@dss.state.ca.us"));
        }
        assert!(reports(&app, CLERK).is_empty(), "the next hop reports for itself");
    }

    async fn where_the_next_hop_reports_nothing_we_say_that_it_took_the_mail(database: &Database) {
        let app = TestApp::start(database).await;
        let boss = ("boss@dss.state.ca.us", "NOTIFY=SUCCESS");
        app.send_asking((CLERK, ""), &[boss], &mail("Soup", "x")).await;
        // It is written down once the client has its answer.
        while app.app.store.read(outbox::count).await.unwrap() == 0 {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        app.run_jobs().await;
        let report = only_report(&app);
        assert!(report.contains("Subject: Handed on: Soup\n") && report.contains("Action: relayed\n"), "{report}");
        app.send_asking((CLERK, ""), &[boss, (PAT, "")], &mail("# Hello", "x")).await;
        app.run_jobs().await;
        assert_eq!(reports(&app, CLERK).len(), 2, "of a relay job, too");
    }

    async fn who_wants_to_hear_nothing_hears_of_no_refusal(database: &Database) {
        let app = TestApp::start(database).await;
        app.hop.set(Mood::RefusingTheLast);
        for (notify, wanted) in [("NOTIFY=NEVER", 0), ("NOTIFY=SUCCESS,DELAY", 0), ("NOTIFY=FAILURE", 1)] {
            app.send_asking((CLERK, ""), &[("a@example.org", ""), ("b@example.org", notify)], &mail("Soup", "x")).await;
            app.run_jobs().await;
            assert_eq!(reports(&app, CLERK).len(), wanted, "{notify}");
        }
        let report = only_report(&app);
        assert!(report.contains("Action: failed\nStatus: 5.1.1\n"), "{report}");
        assert!(report.contains("Diagnostic-Code: smtp; 550 5.1.1 no such user\n"), "{report}");
        assert!(report.contains("There is no such address."), "{report}");
    }

    async fn a_mail_that_waits_for_hours_is_told_of_once_and_after_five_days_given_up(database: &Database) {
        let app = TestApp::start(database).await;
        app.hop.set(Mood::PuttingOffTheLast);
        let to = [("a@example.org", ""), ("b@example.org", "NOTIFY=DELAY,FAILURE"), ("c@example.org", "")];
        let said = app.send_asking((CLERK, ""), &to[..2], &mail("Soup", "x")).await;
        assert!(said.starts_with("250 "), "{said}");
        for _ in 0..10 {
            app.run_jobs().await;
            app.wait(Duration::hours(5));
        }
        let report = only_report(&app);
        assert!(report.contains("Subject: Not delivered yet: Soup\n") && report.contains("Action: delayed\n"), "{report}");
        assert!(report.contains("Status: 4.2.1\n") && report.contains("Will-Retry-Until: Sat, 28 Nov 2026"), "{report}");
        for _ in 0..20 {
            app.run_jobs().await;
            app.wait(Duration::hours(5));
        }
        let reports = reports(&app, CLERK);
        assert_eq!(reports.len(), 2, "{reports:?}");
        assert!(reports[1].contains("Action: failed\nStatus: 4.4.7\n"), "{}", reports[1]);
        assert!(reports[1].contains("450 4.2.1 greylisted"), "what was said last is the best reason there is");
        assert_eq!(app.hop.recipients(), ["a@example.org"], "once");
    }

    async fn a_report_begins_without_anybody_looking_for_it(database: &Database) {
        let app = TestApp::start(database).await;
        app.hop.set(Mood::PuttingOffTheLast);
        app.send(CLERK, &["a@example.org", "b@example.org"], &mail("Soup", "x")).await;
        app.run_jobs().await;
        let woken = || tokio::time::timeout(std::time::Duration::from_secs(2), app.app.wake.woken());
        woken().await.expect("the mail that waits wakes the workers");
        app.wait(Duration::days(5));
        worker::run_due(&app.app, &[7; 16]).await.unwrap();
        assert!(reports(&app, CLERK).is_empty());
        woken().await.expect("so does the report of what was given up");
    }

    async fn who_did_not_ask_hears_of_no_delay(database: &Database) {
        let app = TestApp::start(database).await;
        app.hop.set(Mood::Busy);
        app.send(CLERK, &["boss@dss.state.ca.us", PAT], &mail("# Hello", "x")).await;
        for _ in 0..10 {
            app.run_jobs().await;
            app.wait(Duration::hours(5));
        }
        assert!(reports(&app, CLERK).is_empty());
    }

    async fn a_report_holds_no_content_and_the_subject_masked(database: &Database) {
        let app = TestApp::start(database).await;
        app.send_asking((CLERK, "RET=FULL"), &[(PAT, "")], &mail("# Smith 123-45-6789", "private words")).await;
        app.run_jobs().await;
        app.send("", &[&bounce_address(&app, PAT)], &failure("5.1.1")).await;
        app.run_jobs().await;
        let report = only_report(&app);
        assert!(report.contains("Content-Type: text/rfc822-headers"), "{report}");
        assert!(report.contains("Your email “Smith •••” of"), "{report}");
        assert!(!report.contains("123-45-6789") && !report.contains("private words"), "{report}");
        assert!(report.contains("Message-ID: <one@cws.state.ca.us>\n"), "{report}");
    }

    async fn reports_go_to_staff_alone(database: &Database) {
        let app = TestApp::start(database).await;
        app.hop.set(Mood::RefusingTheLast);
        let soup = mail("Soup", "x");
        let postmaster = "postmaster@state.ca.us";
        for (from, header, to) in [
            (CLERK, "clerk@cws.state.ca.us", CLERK),
            ("bounces@list.example", "clerk@cws.state.ca.us", CLERK),
            ("", "clerk@cws.state.ca.us", CLERK),
            ("ann@example.com", "ann@example.com", postmaster),
            ("", "ann@example.com", postmaster),
        ] {
            let before = reports(&app, to).len();
            let mail = soup.replace(CLERK, header);
            app.send(from, &["a@example.org", "b@example.org"], &mail).await;
            app.run_jobs().await;
            assert_eq!(reports(&app, to).len(), before + 1, "{from} {header}");
        }
        assert!(app.mails("ann@example.com").is_empty() && app.mails("bounces@list.example").is_empty());
    }

    async fn a_notification_that_comes_back_fails_the_delivery_and_tells_the_sender_once(database: &Database) {
        let app = TestApp::start(database).await;
        app.send_asking((CLERK, "ENVID=QQ7"), &[(PAT, "ORCPT=rfc822;p@example.org")], &mail("# Hello", "x")).await;
        app.run_jobs().await;
        let address = bounce_address(&app, PAT);
        for _ in 0..3 {
            let said = app.send("", &[&address.to_uppercase()], &failure("5.1.1")).await;
            assert!(said.starts_with("250 "), "{said}");
            app.run_jobs().await;
        }
        let report = only_report(&app);
        for wanted in [
            "Original-Envelope-Id: QQ7\n",
            "Original-Recipient: rfc822;p@example.org\n",
            "Action: failed\nStatus: 5.1.1\n",
            "Remote-MTA: dns; mx.example.org\n",
            "the mailbox is gone",
        ] {
            assert!(report.contains(wanted), "{wanted}: {report}");
        }
        assert_eq!(state(&app).await, "failed");
        assert!(app.hop.taken().is_empty(), "the failure report itself goes nowhere");
    }

    async fn a_failure_is_written_down_also_when_its_sender_wants_to_hear_nothing(database: &Database) {
        let app = TestApp::start(database).await;
        app.send_asking((CLERK, ""), &[(PAT, "NOTIFY=NEVER")], &mail("# Hello", "x")).await;
        app.run_jobs().await;
        app.send("", &[&bounce_address(&app, PAT)], &failure("5.1.1")).await;
        app.run_jobs().await;
        assert!(reports(&app, CLERK).is_empty());
        assert_eq!(state(&app).await, "failed");
    }

    async fn what_is_no_failure_and_comes_back_to_a_notification_is_dropped(database: &Database) {
        let app = TestApp::start(database).await;
        app.send(CLERK, &[PAT], &mail("# Hello", "x")).await;
        app.run_jobs().await;
        let address = bounce_address(&app, PAT);
        let away = "From: <pat@example.org>\nSubject: Out of office\nAuto-Submitted: auto-replied\n\nI am away.\n";
        for (from, answer) in [("", away.to_owned()), (PAT, away.to_owned()), ("", failure("4.4.1"))] {
            let said = app.send(from, &[&address], &answer).await;
            assert!(said.starts_with("250 "), "{said}");
        }
        app.run_jobs().await;
        assert!(reports(&app, CLERK).is_empty() && app.hop.taken().is_empty());
        assert_eq!(state(&app).await, "notified");
    }

    async fn a_person_who_writes_to_the_address_of_a_notification_is_told_that_nobody_reads_it(database: &Database) {
        let app = TestApp::start(database).await;
        app.send(CLERK, &[PAT], &mail("# Hello", "x")).await;
        app.run_jobs().await;
        let letter = "From: <pat@example.org>\nSubject: Re: # Hello\n\nWe will be there.\n";
        let address = bounce_address(&app, PAT);
        // With somebody else, too: nothing of it is dropped without a word.
        for to in [vec![address.as_str()], vec![&address, CLERK]] {
            let said = app.send(PAT, &to, letter).await;
            assert!(said.starts_with("550 5.7.1 Nobody reads"), "{said}");
        }
        assert_eq!(state(&app).await, "notified");
    }

    async fn an_address_that_only_looks_like_one_of_a_notification_is_refused(database: &Database) {
        let app = TestApp::start(database).await;
        app.send(CLERK, &[PAT], &mail("# Hello", "x")).await;
        app.run_jobs().await;
        let forged = bounce_address(&app, PAT).replacen("bounce+a", "bounce+b", 1);
        let report = failure("5.1.1").replace('\n', "\r\n");
        let said = format!("EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<{forged}>\r\nRCPT TO:<{CLERK}>\r\nDATA\r\n{report}.\r\nQUIT\r\n");
        let heard = app.smtp(said.as_bytes()).await;
        assert!(heard.contains("\r\n550 5.1.1 No such address\r\n250 2.1.5 OK\r\n354 "), "{heard}");
        assert!(heard.contains("\r\n250 2.0.0 taken as 17\r\n"), "{heard}");
        assert_eq!(app.hop.recipients(), [CLERK]);
        assert_eq!(state(&app).await, "notified");
    }
}
