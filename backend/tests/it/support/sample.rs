//! Rows to begin with. What is sealed in them opens to nothing.

use chrono::{DateTime, Duration, TimeZone as _, Utc};
use octothorpe::{
    id::{AuditEventId, DeliveryId, JobId, MessageId},
    seal::{ALGORITHM, FORMAT, KeyId, SealedOutline, SealedRecord, Token, Wrap},
    store::{
        audit_events::AuditEvent,
        deliveries::{DeliveryState, NewDelivery},
        messages::{NewMessage, Origin},
        outbox::{JobKind, NewJob},
    },
};
use shared::EmailAddress;

/// Noon of some day, with microseconds that must survive.
pub fn noon() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 23, 12, 0, 0).unwrap() + Duration::microseconds(120_001)
}

/// An address.
pub fn address(text: &str) -> EmailAddress {
    text.parse().unwrap()
}

/// A key's name.
pub fn key(number: u8) -> KeyId {
    KeyId::from_bytes([number; 8])
}

/// A wrap under key 1.
pub fn wrap() -> Wrap {
    Wrap { key_id: key(1), bytes: b"a wrapped key".to_vec() }
}

/// A record under key 1.
pub fn record() -> SealedRecord {
    SealedRecord { key_id: key(1), bytes: b"a sealed record".to_vec() }
}

/// A message of Anna's.
pub fn message() -> NewMessage {
    let id = MessageId::new(noon());
    NewMessage {
        id,
        format: FORMAT,
        algorithm: ALGORITHM,
        origin: Origin::Smtp,
        sender: address("Anna@cws.state.ca.us"),
        reference: id.to_string(),
        listed: true,
        size: 5_000,
        chunk_count: 1,
        sealed_outline: SealedOutline::from_stored(b"a sealed outline".to_vec()),
        cover: record(),
        sender_wrap: Some(wrap()),
        in_reply_to: None,
        sent_at: noon(),
        received_at: noon(),
        expires_at: Some(noon() + Duration::days(90)),
        read_notice: false,
    }
}

/// A delivery of a message.
pub fn delivery(message: &NewMessage, recipient: &str) -> NewDelivery {
    NewDelivery {
        id: DeliveryId::new(noon()),
        message_id: message.id,
        recipient: address(recipient),
        state: DeliveryState::Queued,
        wrap: Some(wrap()),
        ticket_hash: Some(Token::generate().hash()),
        ticket: Some(record()),
        report: Some(record()),
        created_at: noon(),
        expires_at: message.expires_at,
        warn_at: message.expires_at.map(|end| end - Duration::days(7)),
    }
}

/// A job that is about nothing stored, due at noon.
pub fn job() -> NewJob {
    NewJob {
        id: JobId::new(noon()),
        kind: JobKind::PasswordChanged,
        message_id: None,
        delivery_id: None,
        payload: Some(record()),
        wrap: None,
        due_at: noon(),
        created_at: noon(),
        give_up_at: noon() + Duration::days(5),
        lease: None,
    }
}

/// The notification of a delivery.
pub fn notification(delivery: &NewDelivery) -> NewJob {
    NewJob {
        kind: JobKind::Notify,
        message_id: Some(delivery.message_id),
        delivery_id: Some(delivery.id),
        payload: None,
        ..job()
    }
}

/// A row of a node's audit trail.
pub fn audit_event(node: &str, sequence: i64) -> AuditEvent {
    AuditEvent {
        id: AuditEventId::new(noon()),
        node: node.to_owned(),
        sequence,
        at: noon(),
        event: "message-sealed".to_owned(),
        actor: None,
        message_id: Some(message().id),
        delivery_id: None,
        reason: Some("marker".to_owned()),
        key_id: key(3),
        previous_mac: vec![0; 32],
        mac: vec![1; 32],
    }
}
