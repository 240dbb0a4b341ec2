//! Registration, confirmation, the account.

use actix_web::http::Method;
use chrono::Duration;
use serde_json::{Value, json};

use crate::support::app::{PASSWORD, TestApp};

const MAIL: &str = "From: <clerk@cws.state.ca.us>\nSubject: # Hello\n\ntext\n";
const PAT: &str = "pat@example.org";

fn registration(email: &str, password: &str) -> Value {
    json!({"email": email, "display_name": "Pat Parent", "password": password})
}

/// A message waits for Pat, who has registered; the token of the mailed link.
async fn registered(app: &TestApp, password: &str) -> String {
    app.send("clerk@cws.state.ca.us", &[PAT], MAIL).await;
    app.run_jobs().await;
    app.post("/api/v1/registrations", registration(PAT, password)).send().await.is(202);
    app.run_jobs().await;
    app.token(PAT, "confirm")
}

on_both_databases! {
    async fn a_confirmation_is_mailed_only_where_a_message_waits_or_to_senders(database: &Database) {
        let app = TestApp::start(database).await;
        for email in ["stranger@example.org", "new@cws.state.ca.us"] {
            let answer = app.post("/api/v1/registrations", registration(email, PASSWORD)).send().await.is(202);
            assert_eq!(answer.json(), json!({}));
        }
        app.run_jobs().await;
        assert!(app.mails("stranger@example.org").is_empty());
        assert_eq!(app.mails("new@cws.state.ca.us").len(), 1);
    }

    async fn the_confirmation_mail_never_shows_what_was_typed(database: &Database) {
        let app = TestApp::start(database).await;
        registered(&app, PASSWORD).await;
        let mail = app.mails(PAT).pop().unwrap();
        assert!(!mail.contains("Pat Parent") && !mail.contains(PASSWORD));
    }

    async fn what_is_wrong_with_a_registration_is_said_field_by_field(database: &Database) {
        let app = TestApp::start(database).await;
        let body = json!({"email": "pat", "display_name": " ", "password": "password"});
        let answer = app.post("/api/v1/registrations", body).send().await.is(422).json();
        let fields: Vec<_> = answer["errors"].as_array().unwrap().iter().map(|e| e["field"].as_str().unwrap()).collect();
        assert_eq!(fields, ["email", "display_name", "password"]);
        // The name stands in front of the portal's address when they write: it must not pass for another one.
        for name in ["Director <director@cws.state.ca.us>", "director\u{FF20}cws.state.ca.us", "Pat\u{2066}x", "Pat\nx"] {
            let body = json!({"email": PAT, "display_name": name, "password": PASSWORD});
            let answer = app.post("/api/v1/registrations", body).send().await.is(422).json();
            assert_eq!(answer["errors"][0]["field"], "display_name", "{name}");
        }
    }

    async fn only_token_and_password_together_make_the_account(database: &Database) {
        let app = TestApp::start(database).await;
        let token = registered(&app, PASSWORD).await;
        let log_in = json!({"email": PAT, "password": PASSWORD});
        app.post("/api/v1/sessions", log_in.clone()).send().await.is(401);
        let wrong = json!({"token": token, "password": "not this one"});
        assert_eq!(app.post("/api/v1/registrations/confirm", wrong).send().await.is(401).problem(), "wrong-password");
        let right = json!({"token": token, "password": PASSWORD});
        let answer = app.post("/api/v1/registrations/confirm", right.clone()).send().await.is(200);
        assert!(answer.headers["set-cookie"].contains("HttpOnly; SameSite=Strict"), "{:?}", answer.headers);
        assert_eq!(answer.json()["return_to"], "/inbox");
        assert_eq!(app.post("/api/v1/registrations/confirm", right).send().await.is(410).problem(), "token-used");
        app.post("/api/v1/sessions", log_in).send().await.is(200);
    }

    async fn whoever_does_not_know_the_password_sets_a_new_one_and_what_was_registered_is_gone(database: &Database) {
        let app = TestApp::start(database).await;
        let token = registered(&app, "somebody else's choice").await;
        let anew = json!({"token": token, "new_password": PASSWORD, "display_name": "The true Pat"});
        let answer = app.post("/api/v1/registrations/confirm", anew).send().await.is(200).json();
        assert_eq!(answer["account"]["display_name"], "The true Pat");
        let theirs = json!({"email": PAT, "password": "somebody else's choice"});
        app.post("/api/v1/sessions", theirs).send().await.is(401);
    }

    async fn five_wrong_passwords_end_the_link_and_malformed_calls_do_not_count(database: &Database) {
        let app = TestApp::start(database).await;
        let token = registered(&app, PASSWORD).await;
        for _ in 0..9 {
            app.post("/api/v1/registrations/confirm", json!({"token": token})).send().await.is(400);
        }
        for _ in 0..5 {
            let wrong = json!({"token": token, "password": "not this one"});
            app.post("/api/v1/registrations/confirm", wrong).send().await.is(401);
        }
        let right = json!({"token": token, "password": PASSWORD});
        app.post("/api/v1/registrations/confirm", right).send().await.is(410);
        let token = registered(&app, PASSWORD).await;
        let right = json!({"token": token, "password": PASSWORD});
        app.post("/api/v1/registrations/confirm", right).send().await.is(200);
    }

    async fn a_link_ends_after_a_day_and_with_another_confirmation(database: &Database) {
        let app = TestApp::start(database).await;
        let first = registered(&app, PASSWORD).await;
        app.wait(Duration::hours(25));
        let late = json!({"token": first, "password": PASSWORD});
        app.post("/api/v1/registrations/confirm", late).send().await.is(410);
        let second = registered(&app, PASSWORD).await;
        let third = registered(&app, PASSWORD).await;
        let right = json!({"token": third, "password": PASSWORD});
        app.post("/api/v1/registrations/confirm", right).send().await.is(200);
        let void = json!({"token": second, "password": PASSWORD});
        app.post("/api/v1/registrations/confirm", void).send().await.is(410);
    }

    async fn after_a_link_that_was_too_old_the_way_back_to_the_message_is_still_known(database: &Database) {
        let app = TestApp::start(database).await;
        app.send("clerk@cws.state.ca.us", &[PAT], MAIL).await;
        app.run_jobs().await;
        let mut body = registration(PAT, PASSWORD);
        body["ticket"] = json!(app.token(PAT, "open"));
        app.post("/api/v1/registrations", body).send().await.is(202);
        app.run_jobs().await;
        app.wait(Duration::hours(25));
        app.post("/api/v1/registrations", registration(PAT, PASSWORD)).send().await.is(202);
        app.run_jobs().await;
        let right = json!({"token": app.token(PAT, "confirm"), "password": PASSWORD});
        let answer = app.post("/api/v1/registrations/confirm", right).send().await.is(200).json();
        assert!(answer["return_to"].as_str().unwrap().starts_with("/messages/"), "{answer}");
    }

    async fn registering_an_active_address_changes_nothing_and_tells_its_owner(database: &Database) {
        let app = TestApp::start(database).await;
        app.waiting(PAT, MAIL).await;
        app.post("/api/v1/registrations", registration(PAT, "four green chairs")).send().await.is(202);
        app.run_jobs().await;
        let mail = app.mails(PAT).pop().unwrap();
        assert!(mail.contains("You already have an account") && mail.contains("http://portal.test/login\n"), "{mail}");
        let theirs = json!({"email": PAT, "password": "four green chairs"});
        app.post("/api/v1/sessions", theirs).send().await.is(401);
    }

    async fn the_owner_of_an_active_address_is_shown_the_way_back_to_the_message_that_waits(database: &Database) {
        let app = TestApp::start(database).await;
        app.waiting(PAT, MAIL).await;
        let register = async |ticket: &str| {
            let mut body = registration(PAT, "four green chairs");
            body["ticket"] = json!(ticket);
            app.post("/api/v1/registrations", body).send().await.is(202);
            app.run_jobs().await;
            app.mails(PAT).pop().unwrap()
        };
        let ticket = app.token(PAT, "open");
        let mail = register(&ticket).await;
        assert!(mail.contains(&format!("http://portal.test/login?ticket={ticket}")), "{mail}");
        app.send("clerk@cws.state.ca.us", &["other@example.org"], MAIL).await;
        app.run_jobs().await;
        let others = app.token("other@example.org", "open");
        let mail = register(&others).await;
        assert!(mail.contains("You already have an account") && !mail.contains(&others), "{mail}");
    }

    async fn after_several_mails_no_more_are_sent_and_the_answer_stays_the_same(database: &Database) {
        let app = TestApp::start(database).await;
        app.waiting(PAT, MAIL).await;
        let (reset, before) = (json!({"email": PAT}), app.mails(PAT).len());
        for email in [PAT, "nobody@example.com"] {
            for _ in 0..8 {
                let answer = app.post("/api/v1/registrations", registration(email, PASSWORD)).send().await.is(202);
                assert_eq!(answer.json(), json!({}));
            }
        }
        app.run_jobs().await;
        // One of Pat's six has confirmed the address.
        assert_eq!((app.mails(PAT).len(), app.mails("nobody@example.com").len()), (before + 5, 0));
        // A forgotten password is another matter.
        for _ in 0..8 {
            let answer = app.post("/api/v1/password-resets", reset.clone()).send().await.is(202);
            assert_eq!(answer.json(), json!({}));
        }
        app.run_jobs().await;
        app.token(PAT, "reset");
        assert_eq!(app.mails(PAT).len(), before + 11);
    }

    async fn fetching_pages_confirms_nothing(database: &Database) {
        let app = TestApp::start(database).await;
        let token = registered(&app, PASSWORD).await;
        for method in [Method::GET, Method::HEAD] {
            app.call(method, &format!("/confirm/{token}")).send().await;
        }
        let right = json!({"token": token, "password": PASSWORD});
        app.post("/api/v1/registrations/confirm", right).send().await.is(200);
    }

    async fn name_and_language_can_be_changed_and_the_role_follows_the_address(database: &Database) {
        let app = TestApp::start(database).await;
        let (_, token) = app.waiting(PAT, MAIL).await;
        let patch = |body: Value| {
            let builder = app.call(Method::PATCH, "/api/v1/account").bearer(&token);
            builder.header("Content-Type", "application/json").body(body.to_string())
        };
        let changed = patch(json!({"display_name": "Pat P.", "locale": "es"})).send().await.is(200).json();
        assert_eq!((changed["display_name"].as_str(), changed["role"].as_str()), (Some("Pat P."), Some("recipient")));
        patch(json!({"locale": "tlh"})).send().await.is(422);
        patch(json!({"email": "x@example.org"})).send().await.is(400);
        let shown = app.get("/api/v1/account").bearer(&token).send().await.is(200).json();
        assert_eq!(shown, changed);
        let clerk = app.account("clerk@cws.state.ca.us").await;
        assert_eq!(app.get("/api/v1/account").bearer(&clerk).send().await.json()["role"], "sender");
    }
}
