//! Several nodes on one database.

use chrono::Duration;
use diesel::prelude::*;
use octothorpe::store::{outbox, schema::messages};

use super::{CLERK, mail};
use crate::support::app::TestApp;

const PAT: &str = "pat@example.org";
const SAM: &str = "sam@example.org";

/// How many messages are kept.
async fn messages(app: &TestApp) -> i64 {
    app.app
        .store
        .read(|conn| Ok(messages::table.filter(messages::listed.eq(true)).count().get_result(conn)?))
        .await
        .unwrap()
}

/// How many mails to an address have left from either.
fn mails(nodes: [&TestApp; 2], to: &str) -> usize {
    nodes.iter().map(|node| node.mails(to).len()).sum()
}

fn numbered(number: i64) -> String {
    mail("# Visit", "x").replace("<one@", &format!("<n{number}@"))
}

on_both_databases! {
    async fn the_same_mail_handed_to_two_nodes_at_once_is_there_once(database: &Database) {
        let one = TestApp::start(database).await;
        let two = one.beside(database).await;
        for number in 1..=20 {
            let mail = numbered(number);
            let to = [PAT, "boss@cws.state.ca.us"];
            let (first, second) = tokio::join!(one.send(CLERK, &to, &mail), two.send(CLERK, &to, &mail));
            assert!(first.starts_with("250 ") && second.starts_with("250 "), "{first} {second}");
            tokio::join!(one.run_jobs(), two.run_jobs());
            assert_eq!(messages(&one).await, number);
        }
        assert_eq!(mails([&one, &two], PAT), 20);
        assert_eq!(one.hop.recipients().len() + two.hop.recipients().len(), 20);
    }

    async fn a_mail_that_comes_in_two_parts_to_two_nodes_stays_one_message(database: &Database) {
        let one = TestApp::start(database).await;
        let two = one.beside(database).await;
        for number in 1..=20 {
            let mail = numbered(number);
            let (first, second) = tokio::join!(one.send(CLERK, &[PAT], &mail), two.send(CLERK, &[SAM], &mail));
            assert!(first.starts_with("250 ") && second.starts_with("250 "), "{first} {second}");
            assert_eq!(messages(&one).await, number);
        }
        tokio::join!(one.run_jobs(), two.run_jobs());
        assert_eq!((mails([&one, &two], PAT), mails([&one, &two], SAM)), (20, 20));
    }

    async fn what_a_killed_node_was_about_to_send_is_sent_by_another(database: &Database) {
        let one = TestApp::start(database).await;
        let two = one.beside(database).await;
        one.send(CLERK, &[PAT, "boss@cws.state.ca.us"], &mail("# Visit", "x")).await;
        let now = one.app.clock.now();
        let leased = one.app.store.write(move |conn| outbox::lease(conn, &[9; 16], now, now, Duration::seconds(30), 16)).await;
        assert_eq!(leased.unwrap().len(), 2, "and that was the last it did");
        two.run_jobs().await;
        assert_eq!(mails([&one, &two], PAT), 0, "it may still be at it");
        two.wait(Duration::seconds(31));
        two.run_jobs().await;
        one.run_jobs().await;
        assert_eq!(mails([&one, &two], PAT), 1);
        assert_eq!(two.hop.recipients(), ["boss@cws.state.ca.us"]);
    }

    async fn a_node_that_lacks_the_newest_key_leaves_the_work_to_those_that_have_it(database: &Database) {
        let one = TestApp::start(database).await;
        let two = one.beside(database).await;
        one.rotate_keys();
        one.send(CLERK, &[PAT, "boss@cws.state.ca.us"], &mail("# Visit", "x")).await;
        two.run_jobs().await;
        assert_eq!(mails([&one, &two], PAT) + mails([&one, &two], CLERK), 0);
        one.wait(Duration::minutes(2));
        one.run_jobs().await;
        assert_eq!((one.mails(PAT).len(), one.mails(CLERK).len()), (1, 0));
        assert_eq!(one.hop.recipients(), ["boss@cws.state.ca.us"]);
    }
}
