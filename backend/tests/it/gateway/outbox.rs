//! When what was taken leaves: at once, or as soon as the next hop can be reached.

use std::time::Duration;

use diesel::{Connection as _, SqliteConnection, connection::SimpleConnection as _};
use octothorpe::{outbox::worker, store::outbox};
use tokio::{
    sync::watch,
    time::{sleep, timeout},
};

use super::{CLERK, mail};
use crate::support::{
    app::TestApp,
    server::{Break, MailServer},
};

const PAT: &str = "pat@example.org";
const SAM: &str = "sam@example.org";

/// Waits until nothing is left to do.
async fn until_idle(app: &TestApp) {
    let idle = async {
        while app.app.store.read(outbox::count).await.unwrap() > 0 {
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(Duration::from_mins(1), idle).await.expect("jobs are left");
}

on_both_databases! {
    async fn everyone_is_told_once_whether_or_not_the_job_finds_a_place_at_once(database: &Database) {
        let app = TestApp::start(database).await;
        let (stop, stopped) = watch::channel(false);
        let worker = tokio::spawn(worker::run(app.app.clone(), stopped));
        let all: Vec<String> = (0..50).map(|number| format!("r{number}@example.org")).collect();
        let all: Vec<&str> = all.iter().map(String::as_str).collect();
        for number in 0..3 {
            let mail = mail("# Visit", "x").replace("<one@", &format!("<n{number}@"));
            assert!(app.send(CLERK, &all, &mail).await.starts_with("250 "));
        }
        until_idle(&app).await;
        for to in all {
            assert_eq!(app.mails(to).len(), 3, "{to}");
        }
        stop.send(true).unwrap();
        worker.await.unwrap();
        // With nobody to begin it, a job waits in the table.
        assert!(app.send(CLERK, &[PAT], &mail("# Visit", "x")).await.starts_with("250 "));
        app.run_jobs().await;
        assert_eq!(app.mails(PAT).len(), 1);
    }

    async fn while_the_next_hop_cannot_be_reached_nothing_is_tried_and_then_all_leaves(database: &Database) {
        let server = MailServer::start().await;
        let app = TestApp::before(database, &server).await;
        server.break_at(Break::Greeting);
        app.send(CLERK, &[PAT], &mail("# Visit", "x")).await;
        app.run_jobs().await;
        assert!(server.has_broken());
        app.send(CLERK, &[SAM], &mail("# Visit", "y").replace("<one@", "<two@")).await;
        app.run_jobs().await;
        assert!(server.mails(SAM).is_empty(), "it is not asked again so soon");
        app.wait(chrono::Duration::seconds(11));
        app.run_jobs().await;
        assert_eq!(server.mails(SAM).len(), 1);
        app.wait(chrono::Duration::minutes(1));
        app.run_jobs().await;
        assert_eq!(server.mails(PAT).len(), 1);
    }

    async fn what_waits_out_an_outage_leaves_within_a_minute_of_its_end(database: &Database) {
        let server = MailServer::start().await;
        let app = TestApp::before(database, &server).await;
        app.send(CLERK, &[PAT], &mail("# Visit", "x")).await;
        for _ in 0..12 {
            server.break_at(Break::Greeting);
            app.run_jobs().await;
            assert!(server.has_broken());
            app.wait(chrono::Duration::hours(1));
        }
        // The last try was an hour ago: one more, and then the server is back.
        server.break_at(Break::Greeting);
        app.run_jobs().await;
        app.wait(chrono::Duration::minutes(1));
        app.run_jobs().await;
        assert_eq!(server.mails(PAT).len(), 1);
    }

    async fn what_the_next_hop_took_is_not_sent_again_for_a_store_that_was_away(database: &Database) {
        let Some(path) = database.url().strip_prefix("sqlite:") else { return };
        let server = MailServer::start().await;
        let app = TestApp::before(database, &server).await;
        app.send(CLERK, &[PAT], &mail("# Visit", "x")).await;
        server.slow_down(Duration::from_millis(200));
        let mut other = SqliteConnection::establish(path).unwrap();
        other.batch_execute("PRAGMA busy_timeout = 5000").unwrap();
        let running = app.app.clone();
        let jobs = tokio::spawn(async move { worker::run_due(&running, &[9; 16]).await });
        while server.mails(PAT).is_empty() {
            sleep(Duration::from_millis(1)).await;
        }
        // The answer is still on its way.
        other.batch_execute("BEGIN IMMEDIATE").unwrap();
        // Longer than a write waits.
        sleep(Duration::from_secs(6)).await;
        assert!(!jobs.is_finished());
        other.batch_execute("ROLLBACK").unwrap();
        jobs.await.unwrap().unwrap();
        assert_eq!(app.app.store.read(outbox::count).await.unwrap(), 0);
        app.wait(chrono::Duration::hours(1));
        app.run_jobs().await;
        assert_eq!(server.mails(PAT).len(), 1);
    }

    async fn a_mail_that_breaks_the_line_holds_up_no_other_and_waits_longer_each_time(database: &Database) {
        let server = MailServer::start().await;
        let app = TestApp::before(database, &server).await;
        app.send(CLERK, &[PAT], &mail("# Visit", "x")).await;
        for minutes in [1, 5] {
            server.break_at(Break::Within);
            app.run_jobs().await;
            assert!(server.has_broken());
            app.wait(chrono::Duration::minutes(minutes) - chrono::Duration::seconds(1));
            app.run_jobs().await;
            assert!(server.mails(PAT).is_empty());
            app.wait(chrono::Duration::seconds(1));
        }
        server.break_at(Break::Within);
        app.run_jobs().await;
        app.send(CLERK, &[SAM], &mail("# Visit", "y").replace("<one@", "<two@")).await;
        app.run_jobs().await;
        assert_eq!(server.mails(SAM).len(), 1, "at once");
    }
}
