//! Finding messages again, and how many are new.

use serde_json::{Value, json};

use crate::support::app::TestApp;

const CLERK: &str = "clerk@cws.state.ca.us";
const PAT: &str = "pat@example.org";

async fn arrive(app: &TestApp, name: &str, subject: &str) {
    let mail = format!("From: {name} <{CLERK}>\nTo: Pat Parent <{PAT}>\nSubject: # {subject}\n\nx\n");
    assert!(app.send(CLERK, &[PAT], &mail).await.starts_with("250 "));
}

async fn list(app: &TestApp, token: &str, query: &str) -> Value {
    app.get(&format!("/api/v1/messages?{query}")).bearer(token).send().await.is(200).json()
}

fn subjects(list: &Value) -> Vec<&str> {
    list["items"].as_array().unwrap().iter().map(|item| item["subject"].as_str().unwrap()).collect()
}

on_both_databases! {
    async fn words_are_found_in_subjects_and_names_whatever_case_and_accents(database: &Database) {
        let app = TestApp::start(database).await;
        arrive(&app, "Clara Clerk", "Visita del viernes").await;
        arrive(&app, "=?utf-8?q?Jos=C3=A9_N=C3=BA=C3=B1ez?=", "Papers").await;
        arrive(&app, "Clara Clerk", "For 123-45-6789").await;
        let pat = app.account(PAT).await;
        assert_eq!(subjects(&list(&app, &pat, "search=VISITA").await), ["Visita del viernes"]);
        assert_eq!(subjects(&list(&app, &pat, "search=nunez%20jose").await), ["Papers"]);
        assert_eq!(subjects(&list(&app, &pat, "search=6789").await), ["For 123-45-6789"]);
        assert_eq!(subjects(&list(&app, &pat, "search=clara").await).len(), 2);
        assert_eq!(list(&app, &pat, "search=nothing").await, json!({"items": [], "next": null}));
        assert_eq!(subjects(&list(&app, &pat, "search=%20").await).len(), 3, "no word asks for all");
        let clerk = app.account(CLERK).await;
        assert_eq!(subjects(&list(&app, &clerk, "box=sent&search=pat%20parent").await).len(), 3);
        assert_eq!(subjects(&list(&app, &clerk, "search=pat").await), Vec::<&str>::new(), "nothing came");
    }

    async fn what_is_found_comes_in_pages(database: &Database) {
        let app = TestApp::start(database).await;
        for number in 0..7 {
            arrive(&app, "Clara Clerk", &format!("{} {number}", if number % 2 == 0 { "Even" } else { "Odd" })).await;
        }
        let pat = app.account(PAT).await;
        let first = list(&app, &pat, "search=even&limit=3").await;
        assert_eq!(subjects(&first), ["Even 6", "Even 4", "Even 2"]);
        let next = first["next"].as_str().unwrap();
        let rest = list(&app, &pat, &format!("search=even&limit=3&before={next}")).await;
        assert_eq!((subjects(&rest), &rest["next"]), (vec!["Even 0"], &Value::Null));
        assert_eq!(list(&app, &pat, "search=odd&limit=3").await["next"], Value::Null);
    }

    async fn a_message_counts_as_unread_until_it_is_opened_or_cannot_be(database: &Database) {
        let app = TestApp::start(database).await;
        for subject in ["One", "Two", "Three"] {
            arrive(&app, "Clara Clerk", subject).await;
        }
        let (pat, clerk) = (app.account(PAT).await, app.account(CLERK).await);
        let all = list(&app, &pat, "").await;
        let path = |at: usize| format!("/api/v1/messages/{}", all["items"][at]["id"].as_str().unwrap());
        let unread = async || app.get("/api/v1/messages/unread").bearer(&pat).send().await.is(200).json()["count"].clone();
        assert_eq!(unread().await, 3);
        app.get(&path(0)).bearer(&pat).send().await.is(200);
        assert_eq!(unread().await, 2);
        app.post(&format!("{}/recall", path(1)), json!({})).bearer(&clerk).send().await.is(204);
        assert_eq!(unread().await, 1);
        app.wait(chrono::Duration::days(91));
        let log_in = json!({"email": PAT, "password": crate::support::app::PASSWORD});
        let later = app.post("/api/v1/sessions", log_in).send().await.json()["access_token"].as_str().unwrap().to_owned();
        assert_eq!(app.get("/api/v1/messages/unread").bearer(&later).send().await.json()["count"], 0);
    }

    async fn a_reply_that_staff_have_in_their_mailbox_does_not_count_as_unread(database: &Database) {
        let app = TestApp::start(database).await;
        arrive(&app, "Clara Clerk", "One").await;
        let (pat, clerk) = (app.account(PAT).await, app.account(CLERK).await);
        let id = list(&app, &pat, "").await["items"][0]["id"].as_str().unwrap().to_owned();
        let reply = app.post(&format!("/api/v1/messages/{id}/replies"), json!({"text": "Yes"}));
        reply.bearer(&pat).send().await.is(201);
        assert_eq!(subjects(&list(&app, &clerk, "").await), ["Re: One"]);
        assert_eq!(app.get("/api/v1/messages/unread").bearer(&clerk).send().await.json()["count"], 0);
    }
}
