//! The pipeline: parse, judge, seal, store and enqueue in one transaction, relay. 250 means safe: whatever is answered
//! with a yes is committed here or accepted by the next hop.

pub mod bounced;
pub mod cover;
pub mod dsn;
pub mod envelope;
pub mod fingerprint;
pub mod keep;
mod note;
mod notice;
pub mod once;
pub mod original;
pub mod outcome;
pub mod reference;
pub mod submit;
mod unsealed;

use std::{net::IpAddr, sync::Arc};

use shared::EmailAddress;
use tokio::task::spawn_blocking;

use self::{
    envelope::{Envelope, Recipient},
    keep::{Keep, Kept},
    original::Original,
    outcome::{Arrival, Cause, Client, Intake, Login, Outcome, Refusal},
};
use crate::{
    accounts,
    app::App,
    gateway::trace,
    id::{JobId, MessageId},
    mail::{
        next_hop::{Handed, Mode, Passing},
        origin,
    },
    message::{self, Headers, Mailbox, ParsedMail, RawMail},
    outbox::{
        self, Job, enqueue,
        job::{About, Relay},
        report,
    },
    policy::{self, Verdict},
    store::messages::Origin,
};

/// The pipeline behind the SMTP server.
pub struct Pipeline(pub App);

impl Intake for Pipeline {
    async fn accept(&self, arrival: Arrival) -> Outcome {
        let id = MessageId::new(self.0.clock.now());
        let outcome = accept(&self.0, id, arrival).await;
        let (became, reason) = outcome.codes();
        metrics::counter!("octothorpe_mails_total", "outcome" => became, "reason" => reason).increment(1);
        match &outcome {
            Outcome::Stored { .. } => tracing::info!(message = %id, became, reason, "stored"),
            Outcome::Known => tracing::info!(message = %id, "was here before"),
            Outcome::Relayed(reply) => tracing::info!(message = %id, code = reply.code, "relayed"),
            Outcome::Refused(_) => tracing::info!(message = %id, why = reason, "refused"),
        }
        outcome
    }

    async fn authenticate(&self, client: IpAddr, address: EmailAddress, token: String) -> Login {
        let (app, client) = (&self.0, Some(client));
        if app.logins.wait(&address, client, app.clock.now()).is_some() {
            return Login::TooMany;
        }
        match accounts::api_token::may_send_as(app, &address, &token).await {
            Ok(true) => {
                app.logins.right(&address, client);
                Login::Right
            }
            Ok(false) => {
                app.logins.wrong(&address, client, app.clock.now());
                tracing::info!(?client, "a wrong login by SMTP");
                Login::Wrong
            }
            Err(error) => {
                tracing::error!(%error, "a login by SMTP could not be checked");
                Login::Unknown
            }
        }
    }
}

/// A mail, read and judged.
struct Judged {
    raw: RawMail,
    mail: ParsedMail,
    verdict: Verdict,
}

async fn accept(app: &App, id: MessageId, arrival: Arrival) -> Outcome {
    let Arrival { mut envelope, mail: raw, client } = arrival;
    let came_back = bounced::take_out(app, &mut envelope);
    let Some(judged) = judged(app, raw, &envelope).await else {
        tracing::error!(message = %id, "judging a mail failed");
        return Outcome::Refused(Refusal::TryLater);
    };
    let headers = &judged.mail.headers;
    if trace::is_loop(headers, &app.config.gateway.hostname) {
        return Outcome::Refused(Refusal::MailLoop);
    }
    if client.authenticated.as_ref().is_some_and(|bound| !is_from(bound, &envelope, headers)) {
        return Outcome::Refused(Refusal::SenderNotYours);
    }
    if !came_back.is_empty() {
        let has_null_sender = envelope.sender.is_none();
        match bounced::take(app, &came_back, &judged.mail, &judged.raw, has_null_sender).await {
            Ok(true) if !envelope.recipients.is_empty() => {}
            Ok(true) => return Outcome::Stored { id: id.to_string(), cause: Cause::CameBack },
            // For the others too: what a server refuses its sender hears of.
            Ok(false) => return Outcome::Refused(Refusal::NobodyReads),
            Err(error) => {
                tracing::error!(message = %id, %error, "a failure report could not be taken");
                return Outcome::Refused(Refusal::TryLater);
            }
        }
    }
    // On the heap: a session waits here for long, and there are many.
    Box::pin(dispatch(app, id, judged, envelope, &client)).await
}

/// Up to so many octets of text are judged at once: handing them to another thread would take longer.
const AT_ONCE: usize = 32 * 1024;

/// A mail of more octets is large: when it is judged, a decoded part lies beside it.
const LARGE: usize = 1024 * 1024;
/// So many large mails are judged at a time; all others wait for their turn.
pub const LARGE_AT_ONCE: usize = 1;

/// Reads and judges a mail.
async fn judged(app: &App, raw: RawMail, envelope: &Envelope) -> Option<Judged> {
    let read = if raw.0.len() <= AT_ONCE { Some(message::read(&raw)) } else { None };
    let judge = |mail: ParsedMail, raw: RawMail, envelope: &Envelope, rules: &policy::Rules| {
        let verdict = policy::judge(&mail, &raw, envelope, rules);
        Judged { raw, mail, verdict }
    };
    match read {
        Some(mail) if mail.outline.is_text_alone() => Some(judge(mail, raw, envelope, &app.rules)),
        read => {
            let is_large = raw.0.len() > LARGE;
            // Nobody closes it.
            let turn = if is_large { Arc::clone(&app.judging).acquire_owned().await.ok() } else { None };
            let (app, envelope) = (app.clone(), envelope.clone());
            // Decoding, unpacking and scanning take longer than the event loop may wait.
            let judged = spawn_blocking(move || {
                // The work goes on when the client has gone, and so does its turn.
                let _held = turn;
                let mail = read.unwrap_or_else(|| message::read(&raw));
                judge(mail, raw, &envelope, &app.rules)
            });
            judged.await.ok()
        }
    }
}

/// Whether all that says who wrote a mail names this address.
fn is_from(bound: &EmailAddress, envelope: &Envelope, headers: &Headers) -> bool {
    let is_own = |address: &EmailAddress| address == bound;
    let is_whole = !headers.from.is_empty() && headers.from_is_whole;
    envelope.sender.as_ref().is_some_and(is_own) && is_whole && headers.from.iter().all(|from| is_own(&from.address))
}

/// Seals and relays as the verdict says.
async fn dispatch(app: &App, id: MessageId, judged: Judged, envelope: Envelope, client: &Client) -> Outcome {
    let Judged { raw, mail, verdict } = &judged;
    let now = app.clock.now();
    let trace = trace::received_field(client, &app.config.gateway.hostname, &id.to_string(), now);
    let (sender, subject) = (verdict.sender.clone(), verdict.masked_subject.clone());
    let original = Original::of_arrived(&mail.outline, &envelope, sender, subject, now);
    let relay = |envelope| Relay { envelope, trace, original: original.clone(), delay_told: false };
    let recipients: Vec<EmailAddress> = envelope.recipients.iter().map(|recipient| recipient.address.clone()).collect();
    if client.trusted && origin::is_ours(&app.seal, &mail.headers, &recipients, now) {
        return relay_through(app, id, raw, relay(envelope)).await;
    }
    for rule in &verdict.seen.reported {
        tracing::info!(message = %id, rule = app.rules.custom.name(*rule), "a rule that only reports would have sealed");
    }
    if verdict.refused {
        return Outcome::Refused(Refusal::SubjectHoldsPersonalInformation);
    }
    if verdict.sealed.is_empty() {
        return relay_through(app, id, raw, relay(envelope)).await;
    }
    let rest = (!verdict.relayed.is_empty()).then(|| relay(envelope.to(verdict.relayed.clone())));
    seal_arrived(app, id, judged, &envelope, original, rest).await
}

/// Nothing is sealed: the next hop answers first, and only what it takes in part is kept.
async fn relay_through(app: &App, id: MessageId, raw: &RawMail, relay: Relay) -> Outcome {
    let mail = Passing { trace: relay.trace.clone(), mail: raw.0.clone() };
    let handed = app.next_hop.send(&relay.envelope, mail, Mode::WholeOrNothing).await;
    if handed.is_ok() {
        outbox::note_answer(app, &handed);
    }
    match handed {
        Ok(Handed::All(reply)) if reply.is_yes() => {
            tell_relayed(app, id, &relay);
            Outcome::Relayed(reply)
        }
        Ok(Handed::All(reply) | Handed::None(reply)) => Outcome::Refused(Refusal::NextHop(reply)),
        Ok(Handed::Mixed(_)) => match unsealed::keep(app, id, raw, relay).await {
            Ok(()) => Outcome::Stored { id: id.to_string(), cause: Cause::ToRelay },
            Err(error) => try_later(id, &error),
        },
        Err(error) => {
            tracing::warn!(message = %id, why = error.code(), "the next hop did not take a mail");
            Outcome::Refused(Refusal::NextHopUnreachable)
        }
    }
}

/// Tells a sender who wants to know that the next hop has the mail. It has it, so nothing is undone if this fails, and
/// nobody waits for it: a client that hears nothing for long sends the mail again.
fn tell_relayed(app: &App, id: MessageId, relay: &Relay) {
    let Some(report) = report::relayed_unsealed(app, &relay.original, &relay.envelope.recipients) else { return };
    let (app, now) = (app.clone(), app.clock.now());
    tokio::spawn(async move {
        let (inner, job) = (app.clone(), Job::Report(report));
        let write = move |conn: &mut _| enqueue(conn, &inner.seal, now, JobId::new(now), &job, About::default());
        match app.store.write(write).await {
            Ok(()) => app.wake.wake(),
            Err(error) => {
                tracing::warn!(message = %id, %error, "the sender could not be told that a mail was handed on");
            }
        }
    });
}

async fn seal_arrived(
    app: &App,
    id: MessageId,
    judged: Judged,
    envelope: &Envelope,
    original: Original,
    relay: Option<Relay>,
) -> Outcome {
    let Judged { raw, mail, verdict } = judged;
    let Some(address) = verdict.sender.clone() else { return Outcome::Refused(Refusal::TryLater) };
    let named = mail.headers.from.iter().find(|from| from.address == address);
    // A name that looks like an address would pass for who wrote it.
    let name = named.map(|from| from.name.clone()).filter(|name| !name.contains(message::header::AT_SIGNS));
    let author = Mailbox { name: name.unwrap_or_default(), address };
    let fingerprint = fingerprint::of(&app.seal, &raw, &mail, envelope);
    let read_notice = notice::is_asked_for(&mail.headers, &author.address);
    let note = note::of(&verdict, &app.rules, &mail.headers, envelope);
    let mut sealed: Vec<Recipient> = Vec::new();
    for recipient in verdict.sealed {
        // Named twice, an address still gets one delivery.
        if !sealed.iter().any(|known| known.address == recipient.address) {
            sealed.push(recipient);
        }
    }
    let reason = verdict.reason.map_or("marker", policy::Reason::code);
    let request = Keep {
        id,
        origin: Origin::Smtp,
        author,
        raw,
        outline: mail.outline,
        original,
        sealed,
        staff: Vec::new(),
        relay,
        in_reply_to: None,
        expires_in_days: None,
        read_notice,
        fingerprint,
        once: None,
        draft: None,
        note,
        reason,
    };
    // On the heap: it holds the message twice, as it came and sealed.
    match Box::pin(keep::keep(app, request)).await {
        Ok(Kept::New(_)) => Outcome::Stored { id: id.to_string(), cause: Cause::Sealed(reason) },
        // A mail has no key.
        Ok(Kept::Known | Kept::Sent(_)) => Outcome::Known,
        Err(error) => try_later(id, &error),
    }
}

fn try_later(id: MessageId, error: &keep::Error) -> Outcome {
    tracing::error!(message = %id, %error, "a mail could not be kept");
    Outcome::Refused(Refusal::TryLater)
}
