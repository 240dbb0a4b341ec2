//! Forgotten passwords, and what mailed links are good for.

use chrono::Duration;
use serde_json::{Value, json};

use crate::support::app::{PASSWORD, TestApp};

const CLERK: &str = "clerk@cws.state.ca.us";
const PAT: &str = "pat@example.org";
const MAIL: &str = "From: <clerk@cws.state.ca.us>\nSubject: # Hello\n\ntext\n";

async fn look(app: &TestApp, token: &str) -> crate::support::app::Answer {
    app.get(&format!("/api/v1/password-resets/{token}")).send().await
}

async fn asked(app: &TestApp, body: Value) -> String {
    app.post("/api/v1/password-resets", body).send().await.is(202);
    app.run_jobs().await;
    app.token(PAT, "reset")
}

on_both_databases! {
    async fn the_way_back_to_the_waiting_message_survives_a_forgotten_password(database: &Database) {
        let app = TestApp::start(database).await;
        let (id, _) = app.waiting(PAT, MAIL).await;
        let ticket = app.token(PAT, "open");
        for body in [json!({"email": PAT, "ticket": ticket}), json!({"email": PAT, "message": id})] {
            let token = asked(&app, body).await;
            let shown = look(&app, &token).await.is(200).json();
            assert_eq!(shown, json!({"email": PAT, "return_to": format!("/messages/{id}")}));
        }
        let without = asked(&app, json!({"email": PAT})).await;
        assert_eq!(look(&app, &without).await.is(200).json()["return_to"], "/inbox");
    }

    async fn nobody_is_led_to_the_message_of_another(database: &Database) {
        let app = TestApp::start(database).await;
        app.account(CLERK).await;
        let (id, _) = app.waiting(PAT, MAIL).await;
        app.send(CLERK, &["sam@example.org"], MAIL).await;
        app.run_jobs().await;
        let ticket = app.token("sam@example.org", "open");
        let token = asked(&app, json!({"email": PAT, "ticket": ticket, "message": id})).await;
        assert_eq!(look(&app, &token).await.json()["return_to"], "/inbox");
    }

    async fn looking_at_a_link_uses_nothing_up_and_setting_the_password_ends_all_of_them(database: &Database) {
        let app = TestApp::start(database).await;
        app.waiting(PAT, MAIL).await;
        let first = asked(&app, json!({"email": PAT})).await;
        let second = asked(&app, json!({"email": PAT})).await;
        for _ in 0..3 {
            look(&app, &first).await.is(200);
        }
        let body = json!({"token": first, "password": "four green chairs"});
        app.post("/api/v1/password-resets/complete", body).send().await.is(204);
        for token in [first, second] {
            assert_eq!(look(&app, &token).await.is(410).problem(), "token-used");
            let body = json!({"token": token, "password": "four green chairs"});
            app.post("/api/v1/password-resets/complete", body).send().await.is(410);
        }
        look(&app, "cut").await.is(410);
    }

    async fn a_new_password_ends_the_wait_for_wrong_ones(database: &Database) {
        let app = TestApp::start(database).await;
        app.waiting(PAT, MAIL).await;
        let wrong = json!({"email": PAT, "password": "wrong"});
        for _ in 0..4 {
            let answer = app.post("/api/v1/sessions", wrong.clone()).send().await.is(401);
            assert!(!answer.headers.contains_key("retry-after"));
        }
        let last = app.post("/api/v1/sessions", wrong.clone()).send().await.is(401);
        assert_eq!(last.headers["retry-after"], "1", "the page shows the wait before the next try");
        app.post("/api/v1/sessions", wrong).send().await.is(429);
        let token = asked(&app, json!({"email": PAT})).await;
        let body = json!({"token": token, "password": "four green chairs"});
        app.post("/api/v1/password-resets/complete", body).send().await.is(204);
        let right = json!({"email": PAT, "password": "four green chairs"});
        app.post("/api/v1/sessions", right).send().await.is(200);
        app.run_jobs().await;
    }

    async fn a_mailed_link_says_whether_its_address_is_confirmed_already(database: &Database) {
        let app = TestApp::start(database).await;
        app.send(CLERK, &[PAT], MAIL).await;
        app.run_jobs().await;
        let ticket = app.token(PAT, "open");
        let register = json!({"email": PAT, "display_name": "Pat", "password": PASSWORD, "ticket": ticket});
        app.post("/api/v1/registrations", register.clone()).send().await.is(202);
        app.run_jobs().await;
        let old = app.token(PAT, "confirm");
        let look = |token: &str| app.get(&format!("/api/v1/registrations/{token}"));
        let shown = look(&old).send().await.is(200).json();
        let id = app.get(&format!("/api/v1/tickets/{ticket}")).send().await.json()["message_id"].clone();
        let return_to = format!("/messages/{}", id.as_str().unwrap());
        assert_eq!(shown, json!({"email": PAT, "state": "pending", "return_to": return_to}));

        app.wait(Duration::hours(25));
        assert_eq!(look(&old).send().await.is(200).json()["state"], "over");
        app.post("/api/v1/registrations", register).send().await.is(202);
        app.run_jobs().await;
        let new = app.token(PAT, "confirm");
        let confirm = json!({"token": new, "password": PASSWORD});
        app.post("/api/v1/registrations/confirm", confirm).send().await.is(200);
        for token in [old, new] {
            let shown = look(&token).send().await.is(200).json();
            assert_eq!((shown["state"].as_str(), shown["return_to"].as_str()), (Some("confirmed"), Some(&*return_to)));
        }
        look(&"A".repeat(43)).send().await.is(410);
    }
}
