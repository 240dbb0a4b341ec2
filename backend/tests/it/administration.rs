//! What an administrator does for people who are locked out, or must be.

use octothorpe::accounts::administration;
use serde_json::json;

use crate::support::{
    app::{PASSWORD, TestApp},
    sample::address,
};

const CLERK: &str = "clerk@cws.state.ca.us";

async fn log_in(app: &TestApp, password: &str) -> u16 {
    app.post("/api/v1/sessions", json!({"email": CLERK, "password": password})).send().await.status
}

on_both_databases! {
    async fn a_link_told_by_telephone_sets_a_new_password_once(database: &Database) {
        let app = TestApp::start(database).await;
        let before = app.account(CLERK).await;
        let old = administration::reset_link(&app.app, address(CLERK)).await.unwrap().unwrap();
        let link = administration::reset_link(&app.app, address(CLERK)).await.unwrap().unwrap();
        let complete = async |link: &str| {
            let token = link.strip_prefix("http://portal.test/reset/").unwrap();
            let body = json!({"token": token, "password": "four yellow lamps"});
            app.post("/api/v1/password-resets/complete", body).send().await.status
        };
        assert_eq!(complete(&old).await, 410, "the newest link alone works");
        assert_eq!(complete(&link).await, 204);
        assert_eq!(complete(&link).await, 410);
        assert_eq!((log_in(&app, PASSWORD).await, log_in(&app, "four yellow lamps").await), (401, 200));
        app.get("/api/v1/account").bearer(&before).send().await.is(401);
        app.run_jobs().await;
        assert!(app.mails(CLERK).iter().any(|mail| mail.contains("password")), "the owner is told");
        assert!(administration::reset_link(&app.app, address("pat@example.org")).await.unwrap().is_none());
    }

    async fn whoever_is_shut_out_can_do_nothing_until_let_in_again(database: &Database) {
        let app = TestApp::start(database).await;
        let access = app.account(CLERK).await;
        let body = json!({"name": "program", "scopes": ["messages:read"]});
        let token = app.post("/api/v1/api-tokens", body).bearer(&access).send().await.is(201).json();
        let token = token["token"].as_str().unwrap().to_owned();
        app.get("/api/v1/messages").bearer(&token).send().await.is(200);

        assert!(administration::set_disabled(&app.app, address(CLERK), true).await.unwrap());
        app.get("/api/v1/messages").bearer(&access).send().await.is(401);
        app.get("/api/v1/messages").bearer(&token).send().await.is(401);
        assert_eq!(log_in(&app, PASSWORD).await, 401);
        let known = administration::look_up(&app.app, address(CLERK)).await.unwrap();
        assert_eq!((known.log_ins, known.api_tokens.len()), (0, 1));

        assert!(administration::set_disabled(&app.app, address(CLERK), false).await.unwrap());
        assert_eq!(log_in(&app, PASSWORD).await, 200);
        app.get("/api/v1/messages").bearer(&token).send().await.is(200);
        app.get("/api/v1/messages").bearer(&access).send().await.is(401);
        assert!(!administration::set_disabled(&app.app, address("pat@example.org"), true).await.unwrap());
    }

    async fn a_registration_that_waits_for_its_mail_is_shown(database: &Database) {
        let app = TestApp::start(database).await;
        let body = json!({"email": CLERK, "display_name": "Clara", "password": PASSWORD});
        app.post("/api/v1/registrations", body).send().await.is(202);
        let known = administration::look_up(&app.app, address(CLERK)).await.unwrap();
        assert!(known.account.is_none() && known.waits_since.is_some());
    }
}
