//! The audit trail: who did what to which message, and why. Append-only, one chain a node; each row carries an HMAC
//! over itself and the one before, so that none can be changed or taken out unseen.

use chrono::{DateTime, Utc};
use shared::EmailAddress;

use crate::{
    app::Parts,
    id::{AuditEventId, DeliveryId, MessageId},
    seal::{MacPurpose, Seal},
    store::{self, Connection, audit_events, audit_events::AuditEvent},
};

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A message was sealed and stored.
    Sealed,
    /// A recipient opened a message for the first time in a session.
    Opened,
    /// A message was taken back.
    Recalled,
    /// A recipient said that a message is not for them.
    Refused,
    /// A message can be read for longer.
    Extended,
    /// A job was given up.
    GivenUp,
    /// An account was confirmed.
    AccountConfirmed,
    /// A password was changed.
    PasswordChanged,
    /// An administrator shut an account out.
    AccountDisabled,
    /// An administrator let it in again.
    AccountEnabled,
    /// An administrator made a link that sets its password.
    ResetLinkMade,
}

impl Event {
    const fn code(self) -> &'static str {
        match self {
            Self::Sealed => "sealed",
            Self::Opened => "opened",
            Self::Recalled => "recalled",
            Self::Refused => "refused",
            Self::Extended => "extended",
            Self::GivenUp => "given-up",
            Self::AccountConfirmed => "account-confirmed",
            Self::PasswordChanged => "password-changed",
            Self::AccountDisabled => "account-disabled",
            Self::AccountEnabled => "account-enabled",
            Self::ResetLinkMade => "reset-link-made",
        }
    }
}

/// A row to be written.
#[derive(Clone, Debug)]
pub struct Entry {
    /// What happened.
    pub event: Event,
    /// Who did it.
    pub actor: Option<EmailAddress>,
    /// To which message.
    pub message_id: Option<MessageId>,
    /// To which delivery.
    pub delivery_id: Option<DeliveryId>,
    /// Why, as a code.
    pub reason: Option<&'static str>,
}

impl Entry {
    /// An event of a message.
    pub fn of_message(
        event: Event,
        actor: Option<EmailAddress>,
        message_id: MessageId,
        reason: Option<&'static str>,
    ) -> Self {
        Self { event, actor, message_id: Some(message_id), delivery_id: None, reason }
    }
}

/// Appends a row within the transaction that does what it tells of.
pub fn record(conn: &mut Connection, app: &Parts, entry: &Entry) -> Result<(), store::Error> {
    let node = &app.config.gateway.hostname;
    store::lock(conn, node)?;
    let last = audit_events::last_of(conn, node)?;
    let sequence = last.as_ref().map_or(1, |last| last.sequence + 1);
    let previous_mac = last.map_or_else(|| vec![0; 32], |last| last.mac);
    let now = app.clock.now();
    let mut row = AuditEvent {
        id: AuditEventId::new(now),
        node: node.clone(),
        sequence,
        at: now,
        event: entry.event.code().to_owned(),
        actor: entry.actor.as_ref().map(|actor| actor.as_str().to_owned()),
        message_id: entry.message_id,
        delivery_id: entry.delivery_id,
        reason: entry.reason.map(str::to_owned),
        key_id: app.seal.active_key(),
        previous_mac,
        mac: Vec::new(),
    };
    row.mac = mac(&app.seal, &row).ok_or(store::Error::NotFound)?;
    audit_events::insert(conn, &row)
}

/// Whether a row is as it was written.
pub fn verify(seal: &Seal, row: &AuditEvent) -> bool {
    mac(seal, row).is_some_and(|mac| mac == row.mac)
}

fn mac(seal: &Seal, row: &AuditEvent) -> Option<Vec<u8>> {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let parts: [&[u8]; 9] = [
        row.node.as_bytes(),
        &row.sequence.to_be_bytes(),
        &micros(row.at),
        row.event.as_bytes(),
        &text(&row.actor).into_bytes(),
        &row.message_id.map_or([0; 16], |id| *id.as_bytes()),
        &row.delivery_id.map_or([0; 16], |id| *id.as_bytes()),
        &text(&row.reason).into_bytes(),
        &row.previous_mac,
    ];
    seal.mac_under(row.key_id, MacPurpose::Audit, &parts).map(|mac| mac.to_vec())
}

fn micros(at: DateTime<Utc>) -> [u8; 8] {
    at.timestamp_micros().to_be_bytes()
}
