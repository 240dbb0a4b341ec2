//! All that the API answers with.

use js_sys::{Array, Object};
use wasm_bindgen::{JsCast, JsValue};

use super::{Read, field};
use crate::{api, rules};

objects! {
    api::Mailbox { name, address }
    api::account::Account { id, email, display_name, role, locale }
    api::api_token::ApiToken { id, name, scopes, created_at, expires_at, last_used_at }
    api::conversation::Turn { id, sender, subject, sent_at, first_opened_at, own, excerpt }
    api::correspondent::Correspondent { name, address, last_at }
    api::delivery::Deliveries { message, items, next }
    api::delivery::Delivery {
        id, recipient, state, notified_at, first_opened_at, replied_at, expires_at, requested_at, refused_at
    }
    api::draft::Draft { fields, updated_at }
    api::extension::Extension { message_id, subject, recipients, expires_at, until }
    api::message::Attachment { index, name, content_type, size, inline }
    api::message::AttachmentView { index, url }
    api::message::MessageSummary {
        id, reference, sender, recipients, subject, sent_at, expires_at, first_opened_at, has_attachments, size, state,
        progress
    }
    api::message::NotifiedAgain { recipients }
    api::message::Progress { sealed, opened, failed, refused, recalled }
    api::message::Sent { id, deliveries }
    api::message::Unread { count }
    api::message::Views { url, source, attachments, expires_in }
    api::problem::FieldError { field, code, message }
    api::problem::Problem { kind: "type", title, status, detail, reason, errors, findings }
    api::reference::Reference { reference, sent_at, sender, message_id }
    api::registration::Confirmed { email, return_to, access_token, expires_in, account }
    api::registration::Registration { email, state, return_to }
    api::rules::CheckedRecipient { address, outcome }
    api::rules::CheckedRules { marked, seals, body_findings, subject_findings, recipients }
    api::session::PasswordReset { email, return_to }
    api::session::Session { access_token, expires_in, account }
    api::ticket::Ticket {
        message_id, recipient, sender, subject, sent_at, expires_at, reference, state, account, requested_at, refused_at,
        read_notice
    }
    rules::Finding { rule, label, strength, part, start, end }
}

codes! {
    api::account::Role { Sender: "sender", Recipient: "recipient" }
    api::api_token::Scope { MessagesSend: "messages:send", MessagesRead: "messages:read" }
    api::delivery::DeliveryState {
        Queued: "queued", Notified: "notified", Relayed: "relayed", Failed: "failed", Expired: "expired",
        Recalled: "recalled"
    }
    api::problem::ProblemReason {
        OwnMessage: "own-message", Refused: "refused", AskedAlready: "asked-already", WrongPasswords: "wrong-passwords"
    }
    api::registration::RegistrationState { Pending: "pending", Confirmed: "confirmed", Over: "over" }
    api::rules::Outcome {
        Sealed: "sealed", Ordinary: "ordinary", NotAllowed: "not-allowed", Malformed: "malformed"
    }
    api::ticket::AccountState { None: "none", Unconfirmed: "unconfirmed", Active: "active" }
    api::ticket::MessageState { Available: "available", Expired: "expired", Recalled: "recalled" }
    rules::Part { Subject: "subject", Text: "text", Html: "html" }
    rules::Rule {
        Ssn: "ssn", SsnLabelled: "ssn-labelled", CaseId: "case-id", Card: "card", NineDigits: "nine-digits",
        Phone: "phone", Email: "email", BirthDate: "birth-date"
    }
    rules::Strength { Strong: "strong", Weak: "weak" }
}

impl<T: Read> Read for api::Page<T> {
    fn read(value: &JsValue) -> Option<Self> {
        Some(Self { items: field(value, "items")?, next: field(value, "next")? })
    }
}

/// With the summary's fields among its own.
impl Read for api::message::Message {
    fn read(value: &JsValue) -> Option<Self> {
        Some(Self {
            summary: Read::read(value)?,
            text: field(value, "text")?,
            html: field(value, "html")?,
            remote_images: field(value, "remote_images")?,
            attachments: field(value, "attachments")?,
            in_reply_to: field(value, "in_reply_to")?,
            read_notice: field(value, "read_notice")?,
        })
    }
}

/// Likewise.
impl Read for api::api_token::CreatedApiToken {
    fn read(value: &JsValue) -> Option<Self> {
        Some(Self { details: Read::read(value)?, token: field(value, "token")? })
    }
}

impl Read for api::draft::Fields {
    fn read(value: &JsValue) -> Option<Self> {
        let text = |entry: JsValue| {
            let entry = entry.dyn_into::<Array>().ok()?;
            Some((entry.get(0).as_string()?, entry.get(1).as_string()?))
        };
        Object::entries(value.dyn_ref()?).iter().map(text).collect::<Option<_>>().map(Self)
    }
}
