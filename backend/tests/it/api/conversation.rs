//! Conversations: what belongs together, for whoever may read it.

use serde_json::{Value, json};

use crate::support::app::TestApp;

const CLERK: &str = "clerk@cws.state.ca.us";
const PAT: &str = "pat@example.org";

fn mail(subject: &str, fields: &str, text: &str) -> String {
    format!("From: Clara Clerk <{CLERK}>\nTo: {PAT}\nSubject: {subject}\n{fields}\n\n{text}\n")
}

async fn turns(app: &TestApp, token: &str, id: &str) -> Vec<Value> {
    let path = format!("/api/v1/messages/{id}/conversation");
    app.get(&path).bearer(token).send().await.is(200).json()["items"].as_array().unwrap().clone()
}

fn excerpts(turns: &[Value]) -> Vec<&str> {
    turns.iter().map(|turn| turn["excerpt"].as_str().unwrap_or("not opened")).collect()
}

async fn reply(app: &TestApp, token: &str, id: &str, text: &str) -> String {
    let answer = app.post(&format!("/api/v1/messages/{id}/replies"), json!({"text": text})).bearer(token).send().await;
    answer.is(201).json()["id"].as_str().unwrap().to_owned()
}

async fn open(app: &TestApp, token: &str, id: &str) {
    app.get(&format!("/api/v1/messages/{id}")).bearer(token).send().await.is(200);
}

on_both_databases! {
    async fn a_conversation_has_both_sides_in_order_however_they_came(database: &Database) {
        let app = TestApp::start(database).await;
        let (first, pat) = app.waiting(PAT, &mail("# Visit", "Message-ID: <1@cws.state.ca.us>", "Will you come?")).await;
        open(&app, &pat, &first).await;
        let own = reply(&app, &pat, &first, "Yes.\n\n> Will you come?").await;
        // The clerk answers by mail the ordinary mail that the reply became.
        app.run_jobs().await;
        let got = app.mails(CLERK).pop().unwrap();
        let field = |name: &str| got.lines().find_map(|line| line.strip_prefix(name)).unwrap().trim().to_owned();
        let answered = format!("In-Reply-To: {}\nMessage-ID: <3@cws.state.ca.us>", field("Message-ID:"));
        app.send(CLERK, &[PAT], &mail("Re: # Visit", &answered, "At three, then.\n\nOn Monday 23 Pat wrote:\n> Yes.")).await;
        app.send(CLERK, &[PAT], &mail("# Another matter", "Message-ID: <4@cws.state.ca.us>", "x")).await;

        let all = turns(&app, &pat, &first).await;
        assert_eq!(excerpts(&all), ["Will you come?", "Yes.", "not opened"]);
        assert_eq!(all.iter().map(|turn| turn["own"].as_bool().unwrap()).collect::<Vec<_>>(), [false, true, false]);
        assert_eq!((&all[0]["id"], &all[1]["id"]), (&json!(first), &json!(own)));
        let last = all[2]["id"].as_str().unwrap();
        assert_eq!(all[2]["first_opened_at"], Value::Null, "to look at a conversation opens nothing");
        open(&app, &pat, last).await;
        assert_eq!(excerpts(&turns(&app, &pat, last).await), ["Will you come?", "Yes.", "At three, then."]);
        // The clerk, who sees the same from the other side.
        let clerk = app.account(CLERK).await;
        let theirs = turns(&app, &clerk, last).await;
        assert_eq!(excerpts(&theirs), ["Will you come?", "not opened", "At three, then."]);
    }

    async fn nobody_sees_a_part_of_a_conversation_that_was_not_theirs(database: &Database) {
        let app = TestApp::start(database).await;
        let (first, pat) = app.waiting(PAT, &mail("# Visit", "Message-ID: <1@cws.state.ca.us>", "Both")).await;
        let both = mail("Re: # Visit", "References: <1@cws.state.ca.us>\nMessage-ID: <2@cws.state.ca.us>", "Both again");
        app.send(CLERK, &[PAT, "sam@example.org"], &both).await;
        let sam_only = mail("Re: # Visit", "References: <1@cws.state.ca.us> <2@cws.state.ca.us>", "Sam alone");
        app.send(CLERK, &["sam@example.org"], &sam_only).await;
        assert_eq!(turns(&app, &pat, &first).await.len(), 2);
        let sam = app.account("sam@example.org").await;
        let list = app.get("/api/v1/messages").bearer(&sam).send().await.json();
        let newest = list["items"][0]["id"].as_str().unwrap();
        assert_eq!(turns(&app, &sam, newest).await.len(), 2);
        app.get(&format!("/api/v1/messages/{first}/conversation")).bearer(&sam).send().await.is(404);
    }

    async fn what_was_taken_back_is_no_longer_part_of_it(database: &Database) {
        let app = TestApp::start(database).await;
        let (first, pat) = app.waiting(PAT, &mail("# Visit", "Message-ID: <1@cws.state.ca.us>", "Wrong")).await;
        app.send(CLERK, &[PAT], &mail("# Visit", "References: <1@cws.state.ca.us>", "Right")).await;
        let second = turns(&app, &pat, &first).await[1]["id"].as_str().unwrap().to_owned();
        let clerk = app.account(CLERK).await;
        app.post(&format!("/api/v1/messages/{first}/recall"), json!({})).bearer(&clerk).send().await.is(204);
        let gone = app.get(&format!("/api/v1/messages/{first}/conversation")).bearer(&pat).send().await.is(410);
        assert_eq!(gone.problem(), "message-recalled");
        assert_eq!(turns(&app, &pat, &second).await.len(), 1);
    }
}
