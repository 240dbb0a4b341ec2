//! The pipeline: parse, judge, seal, store and enqueue in one transaction, relay. 250 means safe: whatever is answered
//! with a yes is committed here or accepted by the next hop.

pub mod bounced;
pub mod cover;
pub mod envelope;
mod fingerprint;
pub mod keep;
mod note;
pub mod outcome;
mod reference;
pub mod submit;
mod unsealed;

use bytes::{Bytes, BytesMut};
use shared::EmailAddress;
use tokio::task::spawn_blocking;

use self::{
    envelope::Envelope,
    keep::{Keep, Kept},
    outcome::{Arrival, Intake, Outcome, Refusal},
};
use crate::{
    accounts,
    app::App,
    gateway::trace,
    id::MessageId,
    mail::{
        bounce,
        next_hop::{Handed, Mode},
        origin,
    },
    message::{self, Mailbox, ParsedMail, RawMail},
    outbox::job::Relay,
    policy::{self, Verdict},
    store::messages::Origin,
};

/// The pipeline behind the SMTP server.
pub struct Pipeline(pub App);

impl Intake for Pipeline {
    async fn accept(&self, arrival: Arrival) -> Outcome {
        let id = MessageId::new(self.0.clock.now());
        let outcome = accept(&self.0, id, arrival).await;
        match &outcome {
            Outcome::Stored { .. } => tracing::info!(message = %id, "stored"),
            Outcome::Known => tracing::info!(message = %id, "was here before"),
            Outcome::Relayed(reply) => tracing::info!(message = %id, code = reply.code, "relayed"),
            Outcome::Refused(refusal) => tracing::info!(message = %id, why = refusal.code(), "refused"),
        }
        outcome
    }

    async fn authenticate(&self, address: EmailAddress, token: String) -> bool {
        accounts::api_token::may_send_as(&self.0, &address, &token).await
    }
}

/// A mail, read and judged.
struct Judged {
    raw: RawMail,
    mail: ParsedMail,
    verdict: Verdict,
}

async fn accept(app: &App, id: MessageId, arrival: Arrival) -> Outcome {
    let Arrival { envelope, mail: raw, client } = arrival;
    let (rules, judged_envelope) = (app.rules.clone(), envelope.clone());
    // Decoding and scanning a large mail takes longer than the event loop may wait.
    let judged = spawn_blocking(move || {
        let mail = message::read(&raw);
        let verdict = policy::judge(&mail, &raw, &judged_envelope, &rules);
        Judged { raw, mail, verdict }
    });
    let Ok(Judged { raw, mail, verdict }) = judged.await else {
        tracing::error!(message = %id, "judging a mail failed");
        return Outcome::Refused(Refusal::TryLater);
    };
    let headers = &mail.headers;
    if trace::is_loop(headers, &app.config.gateway.hostname) {
        return Outcome::Refused(Refusal::MailLoop);
    }
    if let Some(bound) = &client.authenticated {
        let is_own = |address: &EmailAddress| address == bound;
        if !envelope.sender.as_ref().is_some_and(is_own) || !headers.from.iter().all(|from| is_own(&from.address)) {
            return Outcome::Refused(Refusal::SenderNotYours);
        }
    }
    let now = app.clock.now();
    if let Some(outcome) = take_bounce(app, &envelope, &mail).await {
        return outcome;
    }
    let trace = trace::received_field(&client, &app.config.gateway.hostname, &id.to_string(), now);
    let sender = verdict.sender.clone();
    let subject = verdict.masked_subject.clone();
    let relay = |envelope: Envelope| Relay { envelope, trace: trace.clone(), sender, subject };
    let recipients: Vec<EmailAddress> = envelope.recipients.iter().map(|recipient| recipient.address.clone()).collect();
    if client.trusted && origin::is_ours(&app.seal, headers, &recipients, now) {
        return relay_through(app, id, &raw, relay(envelope)).await;
    }
    for rule in &verdict.seen.reported {
        tracing::info!(message = %id, rule = app.rules.custom.name(*rule), "a rule that only reports would have sealed");
    }
    if verdict.refused {
        return Outcome::Refused(Refusal::SubjectHoldsPersonalInformation);
    }
    if verdict.sealed.is_empty() {
        return relay_through(app, id, &raw, relay(envelope)).await;
    }
    let rest = (!verdict.relayed.is_empty()).then(|| relay(envelope.to(verdict.relayed.clone())));
    seal_arrived(app, id, Judged { raw, mail, verdict }, &envelope, rest).await
}

/// A failure report or an automatic answer that came back to a notification's envelope address is ours alone: the
/// former fails the delivery, the latter is dropped.
async fn take_bounce(app: &App, envelope: &Envelope, mail: &ParsedMail) -> Option<Outcome> {
    let [recipient] = envelope.recipients.as_slice() else { return None };
    let delivery = bounce::delivery(&app.seal, &recipient.address)?;
    let is_report = envelope.sender.is_none()
        && mail.headers.value("content-type").is_some_and(|kind| {
            let kind = kind.to_ascii_lowercase();
            kind.starts_with("multipart/report") && kind.contains("delivery-status")
        });
    if is_report && let Err(error) = bounced::fail_delivery(app, delivery).await {
        tracing::error!(%delivery, %error, "a failure report could not be taken");
        return Some(Outcome::Refused(Refusal::TryLater));
    }
    Some(Outcome::Known)
}

/// Nothing is sealed: the next hop answers first, and only what it takes in part is kept.
async fn relay_through(app: &App, id: MessageId, raw: &RawMail, relay: Relay) -> Outcome {
    let content = with_trace(&relay.trace, raw);
    match app.next_hop.send(&relay.envelope, content, Mode::WholeOrNothing).await {
        Ok(Handed::All(reply)) if reply.is_yes() => Outcome::Relayed(reply),
        Ok(Handed::All(reply) | Handed::None(reply)) => Outcome::Refused(Refusal::NextHop(reply)),
        Ok(Handed::Mixed(_)) => match unsealed::keep(app, id, raw, relay).await {
            Ok(()) => Outcome::Stored { id: id.to_string() },
            Err(error) => try_later(id, &error),
        },
        Err(error) => {
            tracing::warn!(message = %id, why = error.code(), "the next hop did not take a mail");
            Outcome::Refused(Refusal::NextHopUnreachable)
        }
    }
}

fn with_trace(trace: &str, raw: &RawMail) -> Bytes {
    let mut content = BytesMut::with_capacity(trace.len() + raw.0.len());
    content.extend_from_slice(trace.as_bytes());
    content.extend_from_slice(&raw.0);
    content.freeze()
}

async fn seal_arrived(app: &App, id: MessageId, judged: Judged, envelope: &Envelope, relay: Option<Relay>) -> Outcome {
    let Judged { raw, mail, verdict } = judged;
    let Some(address) = verdict.sender.clone() else { return Outcome::Refused(Refusal::TryLater) };
    let named = mail.headers.from.iter().find(|from| from.address == address);
    let author = named.cloned().unwrap_or(Mailbox { name: String::new(), address });
    let fingerprint = fingerprint::of(&app.seal, &raw, &mail, envelope);
    let note = note::of(&verdict, &app.rules.custom, &mail.headers, envelope);
    let mut sealed: Vec<EmailAddress> = Vec::new();
    for recipient in verdict.sealed {
        // Named twice, an address still gets one delivery.
        if !sealed.contains(&recipient.address) {
            sealed.push(recipient.address);
        }
    }
    let request = Keep {
        id,
        origin: Origin::Smtp,
        author,
        raw,
        outline: mail.outline,
        subject: verdict.masked_subject,
        sealed,
        staff: Vec::new(),
        relay,
        in_reply_to: None,
        expires_in_days: None,
        fingerprint,
        note,
        reason: verdict.reason.map_or("marker", policy::Reason::code),
    };
    match keep::keep(app, request).await {
        Ok(Kept::New(_)) => Outcome::Stored { id: id.to_string() },
        Ok(Kept::Known) => Outcome::Known,
        Err(error) => try_later(id, &error),
    }
}

fn try_later(id: MessageId, error: &keep::Error) -> Outcome {
    tracing::error!(message = %id, %error, "a mail could not be kept");
    Outcome::Refused(Refusal::TryLater)
}
