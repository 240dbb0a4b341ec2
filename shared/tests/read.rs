//! What the browser reads of the API's answers is what the server wrote: each type goes through JSON and back.

#![cfg(target_arch = "wasm32")]
#![expect(clippy::expect_used, reason = "a broken answer must stop the test")]

use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, from_value, json, to_value};
use shared::{
    api::{
        Mailbox, Page,
        account::Account,
        api_token::CreatedApiToken,
        conversation::Turn,
        correspondent::Correspondent,
        draft::Draft,
        extension::Extension,
        message::{Message, MessageSummary, NotifiedAgain, Sent, Unread, Views},
        problem::Problem,
        reference::Reference,
        registration::{Confirmed, Registration},
        rules::CheckedRules,
        session::{PasswordReset, Session},
        ticket::Ticket,
    },
    read::{Read, answer},
};
use wasm_bindgen_test::wasm_bindgen_test;

/// Reads what serde has written of this, and what it writes where everything that may be absent is.
#[track_caller]
fn same<T: Read + Serialize + DeserializeOwned>(json: Value) {
    let read = answer::<T>(&json.to_string()).map(|read| to_value(&read).expect("it is data"));
    assert_eq!(read, Some(json.clone()));
    let as_serde_has_it = from_value::<T>(json).map(|value| to_value(&value).expect("it is data"));
    assert_eq!(read, as_serde_has_it.ok());
}

fn account() -> Value {
    json!({"id": "1", "email": "pat@example.org", "display_name": "Pat \"Ä\" 𝒳", "role": "sender", "locale": "es"})
}

fn delivery(state: &str) -> Value {
    json!({"id": "1", "recipient": "pat@example.org", "state": state, "notified_at": "a", "first_opened_at": "b",
        "replied_at": "c", "expires_at": null, "requested_at": "d", "refused_at": "e"})
}

fn progress() -> Value {
    json!({"sealed": 9, "opened": 2, "failed": 1, "refused": 3, "recalled": 4})
}

fn summary() -> Value {
    json!({"id": "1", "reference": "7KQ2-M4XT", "sender": {"name": "", "address": "a@b"}, "recipients": [], "subject": "S",
        "sent_at": "s", "expires_at": "e", "first_opened_at": null, "has_attachments": true, "size": 50_000_000_000_u64,
        "state": "available", "progress": progress()})
}

#[wasm_bindgen_test]
fn people_and_sessions() {
    same::<Account>(account());
    same::<Mailbox>(json!({"name": "Pat", "address": "pat@example.org"}));
    same::<Page<Correspondent>>(json!({"items": [{"name": "", "address": "a@b", "last_at": "l"}], "next": "n"}));
    same::<Session>(json!({"access_token": "t", "expires_in": 600, "account": account()}));
    same::<PasswordReset>(json!({"email": "a@b", "return_to": "/inbox"}));
    same::<Confirmed>(
        json!({"email": "a@b", "return_to": "/", "access_token": "t", "expires_in": 1, "account": account()}),
    );
    for state in ["pending", "confirmed", "over"] {
        same::<Registration>(json!({"email": "a@b", "state": state, "return_to": "/inbox"}));
    }
    same::<CreatedApiToken>(
        json!({"id": "1", "name": "n", "scopes": ["messages:send", "messages:read"], "created_at": "c",
        "expires_at": null, "last_used_at": "l", "token": "secret"}),
    );
}

#[wasm_bindgen_test]
fn messages() {
    same::<Page<MessageSummary>>(json!({"items": [summary()], "next": null}));
    let mut message = summary();
    for (name, value) in [
        ("text", json!("T")),
        ("html", Value::Null),
        ("remote_images", json!(true)),
        ("attachments", json!([{"index": 1, "name": "n", "content_type": "a/b", "size": 3, "inline": true}])),
        ("in_reply_to", json!("2")),
        ("read_notice", json!(true)),
    ] {
        message[name] = value;
    }
    same::<Message>(message);
    same::<Sent>(json!({"id": "1", "deliveries": [
        delivery("queued"), delivery("notified"), delivery("relayed"), delivery("failed"), delivery("expired"),
        delivery("recalled")]}));
    same::<Turn>(json!({"id": "1", "sender": {"name": "", "address": "a@b"}, "subject": "S", "sent_at": "s",
        "first_opened_at": null, "own": false, "excerpt": "E"}));
    same::<Views>(json!({"url": "u", "source": "s", "attachments": [{"index": 7, "url": "v"}], "expires_in": 300}));
    same::<NotifiedAgain>(json!({"recipients": ["a@b"]}));
    same::<Unread>(json!({"count": 4}));
    same::<Draft>(json!({"fields": {"text": "T", "all": ""}, "updated_at": "u"}));
    same::<Extension>(json!({"message_id": "1", "subject": "S", "recipients": [], "expires_at": "e", "until": "u"}));
    same::<Reference>(json!({"reference": "r", "sent_at": "s", "sender": {"name": "", "address": "a@b"}}));
    for (state, account) in [("available", "none"), ("expired", "unconfirmed"), ("recalled", "active")] {
        same::<Ticket>(json!({"message_id": "1", "recipient": "a@b", "sender": {"name": "", "address": "a@b"},
            "subject": "S", "sent_at": "s", "expires_at": "e", "reference": "r", "state": state, "account": account,
            "read_notice": false, "requested_at": "q"}));
    }
}

#[wasm_bindgen_test]
fn problems_and_findings() {
    let finding = |rule: &str, strength: &str, part: &str| json!({"rule": rule, "label": "l", "strength": strength, "part": part, "start": 1, "end": 12});
    same::<Problem>(
        json!({"type": "urn:octothorpe:problem:invalid", "title": "t", "status": 422, "detail": "d", "reason": "refused",
        "errors": [{"field": "to[1]", "code": "missing", "message": "m"}],
        "findings": [finding("ssn", "strong", "subject")]}),
    );
    same::<Problem>(json!({"type": "urn:octothorpe:problem:internal", "title": "t", "status": 500}));
    let rules = ["ssn", "ssn-labelled", "case-id", "card", "nine-digits", "phone", "email", "birth-date"];
    let outcomes = ["sealed", "ordinary", "not-allowed", "malformed"];
    let recipients = outcomes.map(|outcome| json!({"address": "a@b", "outcome": outcome}));
    same::<CheckedRules>(json!({"marked": true, "seals": false, "body_findings": [finding("ssn", "weak", "html")],
        "subject_findings": rules.map(|rule| finding(rule, "weak", "text")), "recipients": recipients}));
}

#[wasm_bindgen_test]
fn what_is_something_else_is_not_read() {
    for text in ["", "<html>", "null", "{}", "[]", r#"{"count": "4"}"#] {
        assert!(answer::<Unread>(text).is_none(), "{text}");
    }
    assert!(answer::<Mailbox>(r#"{"name": "n"}"#).is_none());
    assert!(answer::<Registration>(r#"{"email": "e", "state": "unheard-of", "return_to": "/"}"#).is_none());
    assert!(answer::<Page<Mailbox>>(r#"{"items": {"length": 1}, "next": null}"#).is_none());
}
