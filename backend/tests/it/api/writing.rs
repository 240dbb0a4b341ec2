//! What the page for writing asks before anything is sent.

use serde_json::{Value, json};

use crate::support::app::TestApp;

const CLERK: &str = "clerk@cws.state.ca.us";
const PAT: &str = "pat@example.org";

async fn known(app: &TestApp, token: &str, query: &str) -> Vec<(String, String)> {
    let page = app.get(&format!("/api/v1/correspondents{query}")).bearer(token).send().await.is(200).json();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    page["items"].as_array().unwrap().iter().map(|one| (text(&one["name"]), text(&one["address"]))).collect()
}

fn pair(name: &str, address: &str) -> (String, String) {
    (name.to_owned(), address.to_owned())
}

on_both_databases! {
    async fn whom_one_wrote_to_or_heard_from_is_suggested(database: &Database) {
        let app = TestApp::start(database).await;
        let clerk = app.account(CLERK).await;
        assert_eq!(known(&app, &clerk, "").await, []);
        for to in [json!(["Pat Parent <pat@example.org>"]), json!(["sam@example.org"]), json!(["Pat@Example.org"])] {
            app.wait(chrono::Duration::minutes(1));
            let message = json!({"to": to, "bcc": ["quiet@example.org"], "subject": "x", "text": "x"});
            app.post("/api/v1/messages", message).bearer(&clerk).send().await.is(201);
        }
        app.run_jobs().await;
        let all = known(&app, &clerk, "").await;
        assert_eq!(all, [pair("Pat Parent", "Pat@Example.org"), pair("", "quiet@example.org"), pair("", "sam@example.org")]);
        assert_eq!(known(&app, &clerk, "?search=PAR").await, [pair("Pat Parent", "Pat@Example.org")]);
        assert_eq!(known(&app, &clerk, "?search=sam%40").await, [pair("", "sam@example.org")]);
        assert_eq!(known(&app, &clerk, "?limit=1").await.len(), 1);
        app.get("/api/v1/correspondents?limit=0").bearer(&clerk).send().await.is(422);
        app.get("/api/v1/correspondents").send().await.is(401);
        // A recipient is told of staff alone, and never of whom the others wrote to.
        let pat = app.account(PAT).await;
        assert_eq!(known(&app, &pat, "").await, [pair("Pat Parent", CLERK)]);
    }

    async fn what_would_happen_to_each_recipient_is_said_before(database: &Database) {
        let app = TestApp::start(database).await;
        let clerk = app.account(CLERK).await;
        let message = json!({"to": [PAT], "subject": "x", "text": "x"});
        app.post("/api/v1/messages", message).bearer(&clerk).send().await.is(201);
        app.run_jobs().await;
        let pat = app.account(PAT).await;
        let asked = json!({"subject": "", "text": "", "recipients": ["Sam <sam@example.org>", "boss@dss.state.ca.us", "nobody"]});
        for (token, outcomes) in
            [(&clerk, ["sealed", "ordinary", "malformed"]), (&pat, ["not-allowed", "ordinary", "malformed"])]
        {
            let answer = app.post("/api/v1/rules/check", asked.clone()).bearer(token).send().await.is(200).json();
            let said: Vec<_> =
                answer["recipients"].as_array().unwrap().iter().map(|one| one["outcome"].as_str().unwrap()).collect();
            assert_eq!(said, outcomes);
            assert_eq!(answer["recipients"][0]["address"], "Sam <sam@example.org>");
        }
    }
}
