//! A next hop that answers slowly, breaks the line at each possible place, or refuses: nothing is lost, nothing doubled
//! but where a line broke after the final dot, and the sender is told.

use std::time::Duration;

use futures_util::future::join_all;

use super::{CLERK, mail};
use crate::support::{
    app::TestApp,
    server::{Break, MailServer},
};

const PLACES: [Break; 11] = [
    Break::Greeting,
    Break::Ehlo,
    Break::Mail,
    Break::Rcpt(1),
    Break::Rcpt(2),
    Break::Rcpt(3),
    Break::Data,
    Break::Within,
    Break::BeforeKept,
    Break::Kept,
    Break::Answered,
];
const BOSS: &str = "boss@cws.state.ca.us";
const CHIEF: &str = "chief@dss.state.ca.us";
const AUNT: &str = "aunt@dhs.state.ca.us";
const PAT: &str = "pat@example.org";
const SAM: &str = "sam@example.org";

/// A mail that differs from all others.
fn numbered(number: usize, subject: &str) -> String {
    mail(subject, &format!("number {number}\n.dot")).replace("<one@", &format!("<n{number}@"))
}

/// How many of the mails to an address are that one.
fn copies(server: &MailServer, to: &str, number: usize) -> usize {
    let id = format!("<n{number}@cws.state.ca.us>");
    server.mails(to).iter().filter(|mail| mail.contains(&id)).count()
}

/// Runs the jobs, and what is tried again within some hours.
async fn run_for_hours(app: &TestApp) {
    for _ in 0..4 {
        app.run_jobs().await;
        app.wait(chrono::Duration::hours(1));
    }
}

on_both_databases! {
    async fn mail_that_is_relayed_survives_a_break_at_every_place(database: &Database) {
        let server = MailServer::start().await;
        let app = TestApp::before(database, &server).await;
        for (number, at) in PLACES.into_iter().chain(PLACES).enumerate() {
            server.set_pipelining(number >= PLACES.len());
            server.break_at(at);
            let mail = numbered(number, "Soup");
            let first = app.send(CLERK, &[BOSS, PAT, CHIEF], &mail).await;
            assert!(first.starts_with(if at == Break::Answered { "250 2.0.0 taken" } else { "451 4.4.1" }), "{at:?}: {first}");
            if at != Break::Answered {
                // As a mail server does.
                let second = app.send(CLERK, &[BOSS, PAT, CHIEF], &mail).await;
                assert_eq!(second, "250 2.0.0 taken", "{at:?}");
            }
            assert!(server.has_broken(), "{at:?}");
            for to in [BOSS, PAT, CHIEF] {
                assert_eq!(copies(&server, to, number), if at == Break::Kept { 2 } else { 1 }, "{at:?} {to}");
            }
        }
    }

    async fn mail_that_is_sealed_survives_a_break_at_every_place(database: &Database) {
        let server = MailServer::start().await;
        let app = TestApp::before(database, &server).await;
        for (number, at) in PLACES.into_iter().chain(PLACES).enumerate() {
            server.set_pipelining(number >= PLACES.len());
            server.break_at(at);
            let said = app.send(CLERK, &[BOSS, PAT, CHIEF, AUNT], &numbered(number, "# Visit")).await;
            assert!(said.starts_with("250 2.6.0"), "{at:?}: {said}");
            run_for_hours(&app).await;
            assert!(server.has_broken(), "{at:?}");
            for to in [BOSS, CHIEF, AUNT, PAT] {
                let most = if at == Break::Kept { 2 } else { 1 };
                assert!((1..=most).contains(&copies(&server, to, number)), "{at:?} {to}");
            }
        }
        assert!(server.mails(PAT).iter().all(|mail| !mail.contains(".dot") && mail.contains("/open/")));
        assert!(server.mails(CLERK).is_empty(), "nothing failed, so there is nothing to report");
    }

    async fn a_doubled_notification_is_the_same_mail(database: &Database) {
        let server = MailServer::start().await;
        let app = TestApp::before(database, &server).await;
        server.break_at(Break::Kept);
        app.send(CLERK, &[PAT], &mail("# Visit", "x")).await;
        run_for_hours(&app).await;
        let ids: Vec<String> = server
            .mails(PAT)
            .iter()
            .map(|mail| mail.lines().find(|line| line.starts_with("Message-ID:")).unwrap().to_owned())
            .collect();
        assert_eq!(ids.len(), 2);
        assert_eq!(ids[0], ids[1]);
    }

    async fn a_slow_next_hop_is_waited_for(database: &Database) {
        let server = MailServer::start().await;
        server.slow_down(Duration::from_millis(15));
        let app = TestApp::before(database, &server).await;
        for number in 0..2 {
            assert_eq!(app.send(CLERK, &[BOSS, PAT], &numbered(number, "Soup")).await, "250 2.0.0 taken");
            server.set_pipelining(true);
        }
        app.send(CLERK, &[BOSS, PAT], &numbered(2, "# Visit")).await;
        app.run_jobs().await;
        for number in 0..3 {
            assert_eq!((copies(&server, BOSS, number), copies(&server, PAT, number)), (1, 1));
        }
    }

    async fn one_refused_of_three_is_reported_and_the_others_get_it_once(database: &Database) {
        let server = MailServer::start().await;
        let app = TestApp::before(database, &server).await;
        for (number, subject) in ["Soup", "# Visit"].into_iter().enumerate() {
            server.refuse("RCPT TO:<chief@", "550 5.1.1 no such user");
            let said = app.send(CLERK, &[BOSS, CHIEF, PAT], &numbered(number, subject)).await;
            assert!(said.starts_with("250 2.6.0"), "{said}");
            run_for_hours(&app).await;
            assert_eq!((copies(&server, BOSS, number), copies(&server, PAT, number)), (1, 1), "{subject}");
            assert!(server.mails(CHIEF).is_empty());
            let reports = server.mails(CLERK);
            assert_eq!(reports.len(), number + 1, "{subject}");
            assert!(reports[number].contains("Final-Recipient: rfc822; chief@dss.state.ca.us"), "{}", reports[number]);
            assert!(reports[number].contains("Diagnostic-Code: smtp; 550 5.1.1 no such user"), "{}", reports[number]);
        }
    }

    async fn one_put_off_of_three_gets_it_later_and_the_others_once(database: &Database) {
        let server = MailServer::start().await;
        let app = TestApp::before(database, &server).await;
        for (number, subject) in ["Soup", "# Visit"].into_iter().enumerate() {
            server.refuse("RCPT TO:<chief@", "450 4.2.1 greylisted");
            app.send(CLERK, &[BOSS, CHIEF, PAT], &numbered(number, subject)).await;
            run_for_hours(&app).await;
            assert_eq!(copies(&server, CHIEF, number), 0, "{subject}");
            server.relent();
            run_for_hours(&app).await;
            for to in [BOSS, CHIEF, PAT] {
                assert_eq!(copies(&server, to, number), 1, "{subject} {to}");
            }
        }
        assert!(server.mails(CLERK).is_empty());
    }

    async fn a_notification_refused_for_good_fails_and_is_reported(database: &Database) {
        let server = MailServer::start().await;
        let app = TestApp::before(database, &server).await;
        server.refuse("RCPT TO:<pat@", "550 5.1.1 no such user");
        app.send(CLERK, &[PAT, "sam@example.org"], &mail("# Visit", "x")).await;
        run_for_hours(&app).await;
        assert_eq!((server.mails(PAT).len(), server.mails("sam@example.org").len()), (0, 1));
        let reports = server.mails(CLERK);
        assert!(reports.len() == 1 && reports[0].contains("Final-Recipient: rfc822; pat@example.org"), "{reports:?}");
    }

    async fn a_server_that_serves_nobody_costs_no_mail(database: &Database) {
        let server = MailServer::start().await;
        let app = TestApp::before(database, &server).await;
        for (number, answer) in ["554 no service here", "521 go away", "530 5.7.0 log in first"].into_iter().enumerate() {
            server.refuse("EHLO", answer);
            server.refuse("HELO", answer);
            server.refuse("MAIL", answer);
            server.break_at(Break::Greeting);
            app.send(CLERK, &[BOSS, PAT], &numbered(number, "# Visit")).await;
            run_for_hours(&app).await;
            assert_eq!(copies(&server, PAT, number), 0);
            server.relent();
            run_for_hours(&app).await;
            assert_eq!(copies(&server, PAT, number), 1, "{answer}");
        }
    }

    async fn mail_that_is_relayed_waits_with_its_sender_for_a_server_that_wants_another_login(database: &Database) {
        let server = MailServer::start().await;
        let app = TestApp::before(database, &server).await;
        for (start, answer) in [
            ("MAIL", "530 5.7.0 log in first"),
            ("MAIL", "521 go away"),
            ("RCPT", "535 5.7.8 no"),
            ("DATA", "530 5.7.0 log in first"),
            (".", "521 go away"),
        ] {
            server.refuse(start, answer);
            let said = app.send(CLERK, &[PAT], &mail("Soup", "x")).await;
            assert!(said.starts_with("451 4.4.1"), "{answer}: {said}");
            server.relent();
        }
        assert!(server.mails(PAT).is_empty());
    }

    async fn what_one_recipient_is_refused_with_holds_up_no_other(database: &Database) {
        let server = MailServer::start().await;
        let app = TestApp::before(database, &server).await;
        server.refuse("RCPT TO:<sam@", "521 5.1.1 not our customer");
        let said = app.send(CLERK, &[PAT, "sam@example.org"], &mail("Soup", "x")).await;
        assert!(said.starts_with("250"), "{said}");
        run_for_hours(&app).await;
        assert_eq!(server.mails(PAT).len(), 1);
        assert!(server.mails(CLERK)[0].contains("Final-Recipient: rfc822; sam@example.org"));
    }

    async fn who_are_too_many_for_one_mail_get_it_in_the_next_at_once(database: &Database) {
        let server = MailServer::start().await;
        let app = TestApp::before(database, &server).await;
        let to = ["a@example.org", "b@example.org", "c@example.org", "d@example.org", "e@example.org"];
        for (number, answer) in ["452 4.5.3 too many recipients", "552 5.5.3 too many recipients"].into_iter().enumerate() {
            server.take_at_once(2, answer);
            let said = app.send(CLERK, &to, &numbered(number, "Soup")).await;
            assert!(said.starts_with("250"), "{said}");
            app.run_jobs().await;
            assert_eq!(to.map(|to| copies(&server, to, number)), [1; 5], "{answer}");
        }
        assert!(server.mails(CLERK).is_empty());
    }

    async fn a_mail_waits_for_no_connection_while_another_is_free(database: &Database) {
        let server = MailServer::start().await;
        let app = TestApp::before(database, &server).await;
        server.serve_at_once(1);
        server.slow_down(Duration::from_millis(5));
        let mails: Vec<String> = (0..6).map(|number| numbered(number, "Soup")).collect();
        for said in join_all(mails.iter().map(|mail| app.send(CLERK, &[PAT], mail))).await {
            assert!(said.starts_with("250"), "{said}");
        }
        assert_eq!((server.mails(PAT).len(), server.greeted()), (6, 1));
    }

    async fn where_it_sends_more_connections_away_mails_go_over_those_it_serves(database: &Database) {
        let server = MailServer::start().await;
        let app = TestApp::before(database, &server).await;
        server.send_away_beyond(2);
        server.slow_down(Duration::from_millis(5));
        let mails: Vec<String> = (0..8).map(|number| numbered(number, "Soup")).collect();
        for said in join_all(mails.iter().map(|mail| app.send(CLERK, &[PAT], mail))).await {
            assert!(said.starts_with("250"), "{said}");
        }
        assert_eq!(server.mails(PAT).len(), 8);
    }

    async fn a_connection_that_has_served_enough_is_left_for_another(database: &Database) {
        let server = MailServer::start().await;
        let app = TestApp::before(database, &server).await;
        server.take_each(2);
        for number in 0..10 {
            server.set_pipelining(number >= 5);
            let said = app.send(CLERK, &[PAT], &numbered(number, "Soup")).await;
            assert!(said.starts_with("250"), "{said}");
        }
        assert_eq!((server.mails(PAT).len(), server.greeted()), (10, 5));
    }

    async fn a_report_names_those_alone_who_did_not_get_the_mail(database: &Database) {
        let server = MailServer::start().await;
        let app = TestApp::before(database, &server).await;
        server.take_at_once(1, "450 4.2.1 later");
        assert!(app.send(CLERK, &[BOSS, PAT], &mail("Soup", "x")).await.starts_with("250"));
        server.refuse("RCPT TO:<pat", "550 5.1.1 no such user");
        app.wait(chrono::Duration::hours(1));
        app.run_jobs().await;
        app.run_jobs().await;
        let reports = server.mails(CLERK);
        assert_eq!(reports.len(), 1);
        assert!(reports[0].contains(&format!("Final-Recipient: rfc822; {PAT}")), "{}", reports[0]);
        assert!(!reports[0].contains(BOSS), "{}", reports[0]);
    }

    async fn what_it_says_to_one_mail_holds_up_no_other(database: &Database) {
        let server = MailServer::start().await;
        let app = TestApp::before(database, &server).await;
        let answers = ["421 4.7.0 go away", "521 5.3.2 I serve nobody", "530 5.7.0 log in", "450 4.2.0 later"];
        for (round, answer) in answers.into_iter().enumerate() {
            server.relent();
            server.refuse("RCPT TO:<pat", answer);
            for number in 0..4 {
                app.send(CLERK, &[PAT], &numbered(10 * round + number, "# Visit")).await;
            }
            app.send(CLERK, &[SAM], &numbered(10 * round + 9, "# Visit")).await;
            app.run_jobs().await;
            assert_eq!(server.mails(SAM).len(), round + 1, "{answer}");
        }
        assert!(server.mails(PAT).is_empty());
    }

    async fn its_answers_are_passed_back_with_a_code_and_without_an_end_of_the_session(database: &Database) {
        let server = MailServer::start().await;
        let app = TestApp::before(database, &server).await;
        for (start, answer, wanted) in [
            ("MAIL", "421 going down", "451 4.0.0 going down"),
            ("RCPT", "550 unknown", "550 5.0.0 unknown"),
            ("RCPT", "550-5.1.1 No such\r\n550 5.1.1 account", "550 5.1.1 No such account"),
            ("RCPT", "550 4.1.1 Größe", "550 5.0.0 Gr??e"),
            ("DATA", "451 4.3.0 later", "451 4.3.0 later"),
            (".", "552 5.2.2 full", "552 5.2.2 full"),
        ] {
            server.refuse(start, answer);
            assert_eq!(app.send(CLERK, &[PAT], &mail("Soup", "x")).await, wanted);
            server.relent();
        }
        assert!(server.mails(PAT).is_empty());
    }
}
