//! Log-ins.

use actix_web::http::Method;
use chrono::Duration;
use serde_json::json;

use crate::support::app::{Answer, PASSWORD, TestApp};

const CLERK: &str = "clerk@cws.state.ca.us";

fn cookie(answer: &Answer) -> String {
    answer.headers["set-cookie"].split(';').next().unwrap().to_owned()
}

async fn log_in(app: &TestApp) -> Answer {
    app.post("/api/v1/sessions", json!({"email": CLERK, "password": PASSWORD})).send().await.is(200)
}

async fn refresh(app: &TestApp, cookie: &str) -> Answer {
    let call = app.call(Method::POST, "/api/v1/sessions/refresh");
    call.header("Origin", "http://portal.test").header("Cookie", cookie).send().await
}

on_both_databases! {
    async fn the_answer_is_the_same_whether_the_account_exists_or_not(database: &Database) {
        let app = TestApp::start(database).await;
        app.account(CLERK).await;
        let mut answers = Vec::new();
        for email in [CLERK, "nobody@example.org", "no address"] {
            let answer = app.post("/api/v1/sessions", json!({"email": email, "password": "wrong"})).send().await.is(401);
            assert_eq!(answer.problem(), "wrong-credentials");
            answers.push(answer.text());
        }
        assert!(answers.iter().all(|answer| *answer == answers[0]));
    }

    async fn wrong_passwords_make_the_next_try_wait_but_never_for_good(database: &Database) {
        let app = TestApp::start(database).await;
        app.account(CLERK).await;
        for _ in 0..5 {
            app.post("/api/v1/sessions", json!({"email": CLERK, "password": "wrong"})).send().await.is(401);
        }
        let right = json!({"email": CLERK, "password": PASSWORD});
        let answer = app.post("/api/v1/sessions", right.clone()).send().await.is(429);
        let seconds: i64 = answer.headers["retry-after"].parse().unwrap();
        assert!((1..=60).contains(&seconds));
        assert_eq!(answer.problem(), "too-many-requests");
        app.wait(Duration::seconds(seconds));
        app.post("/api/v1/sessions", right).send().await.is(200);
    }

    async fn an_access_token_ends_after_ten_minutes_and_with_its_session(database: &Database) {
        let app = TestApp::start(database).await;
        app.account(CLERK).await;
        let answer = log_in(&app).await;
        let token = answer.json()["access_token"].as_str().unwrap().to_owned();
        app.get("/api/v1/account").bearer(&token).send().await.is(200);
        app.wait(Duration::minutes(11));
        app.get("/api/v1/account").bearer(&token).send().await.is(401);
        let answer = refresh(&app, &cookie(&answer)).await.is(200);
        let token = answer.json()["access_token"].as_str().unwrap().to_owned();
        let out = app.call(Method::DELETE, "/api/v1/sessions/current").header("Origin", "http://portal.test");
        out.header("Cookie", &cookie(&answer)).send().await.is(204);
        app.get("/api/v1/account").bearer(&token).send().await.is(401);
    }

    async fn a_refresh_token_rotates_and_an_old_one_ends_the_family(database: &Database) {
        let app = TestApp::start(database).await;
        app.account(CLERK).await;
        let first = cookie(&log_in(&app).await);
        let second = cookie(&refresh(&app, &first).await.is(200));
        assert_ne!(first, second);
        let twice = cookie(&refresh(&app, &first).await.is(200));
        assert_eq!(second, twice, "whoever asks twice at once gets the same successor");
        let third = cookie(&refresh(&app, &second).await.is(200));
        refresh(&app, &first).await.is(401);
        refresh(&app, &third).await.is(401);
    }

    async fn a_predecessor_is_good_for_a_minute_only(database: &Database) {
        let app = TestApp::start(database).await;
        app.account(CLERK).await;
        let first = cookie(&log_in(&app).await);
        refresh(&app, &first).await.is(200);
        app.wait(Duration::seconds(61));
        refresh(&app, &first).await.is(401);
    }

    async fn only_the_portal_itself_may_refresh_or_log_out(database: &Database) {
        let app = TestApp::start(database).await;
        app.account(CLERK).await;
        let cookie = cookie(&log_in(&app).await);
        for origin in ["http://evil.test", "http://portal.test.evil", "null"] {
            let call = app.call(Method::POST, "/api/v1/sessions/refresh").header("Cookie", &cookie);
            call.header("Origin", origin).send().await.is(403);
            let call = app.call(Method::DELETE, "/api/v1/sessions/current").header("Cookie", &cookie);
            call.header("Origin", origin).send().await.is(403);
        }
        app.call(Method::POST, "/api/v1/sessions/refresh").header("Cookie", &cookie).send().await.is(403);
        let call = app.call(Method::POST, "/api/v1/sessions/refresh").header("Origin", "http://portal.test");
        call.send().await.is(204);
    }

    async fn a_log_in_over_https_sets_a_cookie_for_this_host_alone(database: &Database) {
        let app = TestApp::with(database, "portal.url = 'https://portal.test'\n").await;
        let token = json!({"email": CLERK, "display_name": "C", "password": PASSWORD});
        app.post("/api/v1/registrations", token).send().await.is(202);
        app.run_jobs().await;
        let mail = app.mails(CLERK).pop().unwrap();
        let start = mail.find("/confirm/").unwrap() + 9;
        let body = json!({"token": mail[start..start + 43], "password": PASSWORD});
        let answer = app.post("/api/v1/registrations/confirm", body).send().await.is(200);
        let cookie = &answer.headers["set-cookie"];
        assert!(cookie.starts_with("__Host-octothorpe=") && cookie.contains("Secure") && cookie.contains("Path=/"));
        assert!(answer.headers["strict-transport-security"].starts_with("max-age="));
    }
}
