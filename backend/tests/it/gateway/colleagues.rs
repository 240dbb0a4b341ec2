//! One mail to colleagues, who get it as it came, and to others, who get a notification.

use octothorpe::store::messages;
use serde_json::{Value, json};

use super::{CLERK, mail};
use crate::support::{app::TestApp, hop::Mood};

const PAT: &str = "pat@example.org";
const BOSS: &str = "boss@dss.state.ca.us";
const CHIEF: &str = "chief@cws.state.ca.us";

/// The clerk's messages.
async fn sent(app: &TestApp, clerk: &str) -> Vec<Value> {
    let list = app.get("/api/v1/messages?box=sent").bearer(clerk).send().await.is(200).json();
    list["items"].as_array().unwrap().clone()
}

/// Who got the mail as it came.
fn reached(app: &TestApp) -> Vec<String> {
    let mut recipients = app.hop.recipients();
    recipients.sort_unstable();
    recipients
}

on_both_databases! {
    async fn a_recall_that_names_a_stranger_leaves_the_mail_to_a_colleague_and_one_of_all_stops_it(database: &Database) {
        let app = TestApp::start(database).await;
        let clerk = app.account(CLERK).await;
        app.hop.set(Mood::Down);
        for id in ["one@", "two@"] {
            app.send(CLERK, &[BOSS, PAT], &mail("# Plan", "text").replace("one@", id)).await;
            app.wait(chrono::Duration::seconds(1));
        }
        app.run_jobs().await;
        let messages = sent(&app, &clerk).await;
        // The newest comes first.
        for (message, body) in messages.iter().zip([json!({}), json!({"recipients": [PAT]})]) {
            let path = format!("/api/v1/messages/{}/recall", message["id"].as_str().unwrap());
            app.post(&path, body).bearer(&clerk).send().await.is(204);
        }
        assert!(sent(&app, &clerk).await.iter().all(|message| message["state"] == "recalled"));
        app.hop.set(Mood::Friendly);
        app.wait(chrono::Duration::minutes(2));
        app.run_jobs().await;
        assert_eq!(reached(&app), [BOSS]);
        assert!(String::from_utf8_lossy(&app.hop.taken()[0].1).contains("<one@"));
        for message in messages {
            let id = message["id"].as_str().unwrap().parse().unwrap();
            let message = app.app.store.read(move |conn| messages::get(conn, id)).await.unwrap();
            assert!(message.keys_destroyed_at.is_some());
        }
    }

    async fn what_a_server_in_front_hands_over_in_parts_is_one_message(database: &Database) {
        let app = TestApp::start(database).await;
        let (marked, clerk) = (mail("# Plan", "text"), app.account(CLERK).await);
        for to in [&["sam@example.org"] as &[&str], &[PAT, BOSS], &[PAT, BOSS, CHIEF]] {
            assert!(app.send(CLERK, to, &marked).await.starts_with("250 "));
        }
        app.run_jobs().await;
        let messages = sent(&app, &clerk).await;
        assert_eq!((messages.len(), app.mails(PAT).len(), app.mails("sam@example.org").len()), (1, 1, 1));
        assert_eq!(reached(&app), [BOSS, CHIEF]);
        let path = format!("/api/v1/messages/{}", messages[0]["id"].as_str().unwrap());
        let deliveries = app.get(&format!("{path}/deliveries")).bearer(&clerk).send().await.is(200).json();
        assert_eq!(deliveries["items"].as_array().unwrap().len(), 2);
        // What was taken back cannot be joined; the mail to one more colleague is no message without a reader.
        app.post(&format!("{path}/recall"), json!({})).bearer(&clerk).send().await.is(204);
        app.send(CLERK, &[PAT, BOSS, "aunt@dhs.state.ca.us"], &marked).await;
        app.run_jobs().await;
        assert_eq!(reached(&app), ["aunt@dhs.state.ca.us", BOSS, CHIEF]);
        assert_eq!(sent(&app, &clerk).await.len(), 1);
    }
}
