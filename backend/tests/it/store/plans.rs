//! The ways that the database takes to rows. A store holds the mail of years: nothing that happens often may walk over a
//! whole table, and each index that a query relies on has to be there.

use std::{collections::BTreeSet, sync::Mutex};

use actix_web::http::Method;
use chrono::Duration;
use diesel::{
    Connection as _, RunQueryDsl as _, SqliteConnection,
    connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation},
    sql_query, sql_types,
};
use octothorpe::outbox::sweep;
use serde_json::json;

use crate::support::{
    app::{PASSWORD, TestApp},
    database::Database,
};

const CLERK: &str = "clerk@cws.state.ca.us";
const PAT: &str = "pat@example.org";

static ASKED: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

#[expect(clippy::unnecessary_wraps, reason = "as Diesel asks for it")]
fn listener() -> Option<Box<dyn Instrumentation>> {
    Some(Box::new(|event: InstrumentationEvent<'_>| {
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            let text = query.to_string();
            // Behind it stand the values.
            let query = text.split(" -- binds").next().unwrap_or_default();
            ASKED.lock().unwrap().insert(query.to_owned());
        }
    }))
}

#[derive(diesel::QueryableByName)]
struct Step {
    #[diesel(sql_type = sql_types::Text)]
    detail: String,
}

/// The tables that a query walks over from one end to the other.
fn walks(conn: &mut SqliteConnection, query: &str) -> Vec<String> {
    let plan: Vec<Step> = sql_query(format!("EXPLAIN QUERY PLAN {query}")).load(conn).unwrap();
    plan.into_iter().map(|step| step.detail).filter(|detail| detail.starts_with("SCAN ")).collect()
}

fn mail(number: u32) -> String {
    format!(
        "From: Clara <{CLERK}>\nTo: {PAT}\nSubject: # Visit {number}\nMessage-ID: <{number}@cws.state.ca.us>\n\
         Date: Mon, 23 Nov 2026 11:00:00 +0000\n\nAt three.\n"
    )
}

/// What people, programs and time do.
async fn a_year(app: &TestApp) {
    let (id, pat) = app.waiting(PAT, &mail(1)).await;
    app.send(CLERK, &[PAT, "sam@example.org"], &mail(2)).await;
    app.send(CLERK, &[PAT], &mail(2)).await;
    app.run_jobs().await;
    let ticket = app.token(PAT, "open");
    app.get(&format!("/api/v1/tickets/{ticket}")).send().await.is(200);
    let draft = app.call(Method::PUT, "/api/v1/drafts/reply-1").header("Content-Type", "application/json");
    draft.body(json!({"fields": {"text": "We will"}}).to_string()).bearer(&pat).send().await.is(204);
    for path in [
        "/api/v1/messages?limit=5",
        "/api/v1/messages?box=sent",
        "/api/v1/messages?search=visit",
        "/api/v1/messages/unread",
        "/api/v1/correspondents",
        &format!("/api/v1/messages/{id}"),
        &format!("/api/v1/messages/{id}/conversation"),
        "/api/v1/drafts/reply-1",
    ] {
        app.get(path).bearer(&pat).send().await.is(200);
    }
    let answer = json!({"text": "We will be there."});
    app.post(&format!("/api/v1/messages/{id}/replies"), answer).bearer(&pat).send().await.is(201);
    app.run_jobs().await;

    let clerk = app.account(CLERK).await;
    let letter = json!({"to": [PAT], "subject": "News", "text": "Good news."});
    for _ in 0..2 {
        let sent = app.post("/api/v1/messages", letter.clone()).bearer(&clerk).header("Idempotency-Key", "k1");
        sent.send().await.is(201);
    }
    app.run_jobs().await;
    let sent = app.get("/api/v1/messages?box=sent").bearer(&clerk).send().await.is(200).json();
    // The newest is the letter.
    let second = sent["items"][1]["id"].as_str().unwrap();
    app.get(&format!("/api/v1/messages/{second}/deliveries")).bearer(&clerk).send().await.is(200);
    let of_one = json!({"recipients": ["sam@example.org"]});
    for (action, body, status) in [
        ("extension", json!({"expires_in_days": 120}), 200),
        ("notifications", of_one.clone(), 202),
        ("recall", of_one, 204),
        ("recall", json!({}), 204),
    ] {
        app.post(&format!("/api/v1/messages/{second}/{action}"), body).bearer(&clerk).send().await.is(status);
    }
    app.post("/api/v1/password-resets", json!({"email": PAT})).send().await.is(202);
    app.post("/api/v1/sessions", json!({"email": PAT, "password": PASSWORD})).send().await.is(200);
    for _ in 0..60 {
        app.wait(Duration::days(8));
        sweep::run(&app.app).await.unwrap();
        app.run_jobs().await;
    }
}

#[tokio::test]
async fn nothing_that_happens_often_walks_over_a_table() {
    // What has a handful of rows, or one.
    const FEW: [&str; 4] =
        ["SCAN CONSTANT ROW", "SCAN sqlite_master", "SCAN __diesel_schema_migrations", "SCAN key_checks"];
    set_default_instrumentation(listener).unwrap();
    let database = Database::sqlite();
    let app = TestApp::start(&database).await;
    a_year(&app).await;
    let asked = ASKED.lock().unwrap().clone();
    let asked: Vec<&String> = asked
        .iter()
        .filter(|query| ["SELECT", "UPDATE", "DELETE"].iter().any(|verb| query.starts_with(verb)))
        .collect();
    assert!(asked.len() > 50, "{}", asked.len());
    let mut conn = SqliteConnection::establish(database.url().strip_prefix("sqlite:").unwrap()).unwrap();
    let walking: Vec<String> = asked
        .iter()
        .flat_map(|query| walks(&mut conn, query).into_iter().map(move |walk| format!("{walk}: {query}")))
        .filter(|walk| !FEW.iter().any(|few| walk.starts_with(few)))
        .collect();
    assert!(walking.is_empty(), "{walking:#?}");
}
