//! The door of the portal and the API: a message written here, sealed for external recipients, ordinary mail for staff.

use std::collections::HashSet;

use shared::{
    EmailAddress,
    rules::{Finding, Strength, mask, scan_subject},
};
use thiserror::Error;

use super::{
    envelope::Recipient,
    keep::{self, Keep, Kept, keep},
    once::{self, Once},
    original::Original,
};
use crate::{
    app::App,
    id::{AccountId, MessageId},
    message::{self, compose::Draft},
    store::{self, deliveries::Delivery, messages::Origin},
};

/// Who an account may write to.
#[derive(Clone, Debug)]
pub enum Reach {
    /// Staff: anyone.
    Anyone,
    /// A recipient: staff, and these.
    StaffAnd(Vec<EmailAddress>),
}

/// A message to be sent.
pub struct Submission {
    /// The door.
    pub origin: Origin,
    /// The message; its From is the author.
    pub draft: Draft,
    /// Who may be written to.
    pub reach: Reach,
    /// The message it answers.
    pub answers: Option<MessageId>,
    /// Days until it expires.
    pub expires_in_days: Option<u32>,
    /// Tell the sender by mail when a recipient first opens it.
    pub read_notice: bool,
    /// Sent once, however often it is asked for.
    pub once: Option<Once>,
    /// The account whose draft of this name it was.
    pub kept_as: Option<(AccountId, String)>,
    /// Send although the subject holds strong findings.
    pub accept_subject_findings: bool,
}

/// What was sent.
pub struct Submitted {
    /// The message.
    pub id: MessageId,
    /// Its deliveries.
    pub deliveries: Vec<Delivery>,
}

/// Why it was not.
#[derive(Debug, Error)]
pub enum SubmitError {
    /// Nobody to send it to.
    #[error("no recipients")]
    NoRecipients,
    /// More than `gateway.max_recipients`.
    #[error("more than {0} recipients")]
    TooManyRecipients(usize),
    /// This account may not write to that address.
    #[error("recipient not allowed")]
    RecipientNotAllowed(EmailAddress),
    /// The subject holds personal data.
    #[error("the subject holds personal data")]
    SubjectHoldsPersonalInformation(Vec<Finding>),
    /// Over `gateway.max_size`.
    #[error("too large")]
    TooLarge,
    /// Something else was sent under its key.
    #[error("something else was sent under this key")]
    OtherContent,
    /// It could not be kept.
    #[error(transparent)]
    Keep(#[from] keep::Error),
}

/// Sends a message.
pub async fn submit(app: &App, submission: Submission) -> Result<Submitted, SubmitError> {
    let draft = &submission.draft;
    let recipients = recipients_of(draft, app.config.gateway.max_recipients)?;
    if let Reach::StaffAnd(others) = &submission.reach {
        let others: HashSet<&EmailAddress> = others.iter().collect();
        let is_allowed =
            |address: &&EmailAddress| app.config.organisation.is_internal(address) || others.contains(address);
        if let Some(refused) = recipients.iter().find(|address| !is_allowed(address)) {
            return Err(SubmitError::RecipientNotAllowed(refused.clone()));
        }
    }
    let findings = scan_subject(&draft.subject);
    let is_strong = |finding: &Finding| finding.strength == Strength::Strong;
    if !submission.accept_subject_findings && findings.iter().any(is_strong) {
        return Err(SubmitError::SubjectHoldsPersonalInformation(findings));
    }
    let display = shared::rules::marker::read(&draft.subject, &app.rules.subject_tags).display;
    let raw = message::compose::compose(draft).map_err(|_| keep::Error::Outline)?;
    if raw.0.len() as u64 > app.config.gateway.max_size {
        return Err(SubmitError::TooLarge);
    }
    let (staff, sealed): (Vec<_>, Vec<_>) =
        recipients.into_iter().partition(|address| app.config.organisation.is_internal(address));
    let outline = message::read(&raw).outline;
    let now = app.clock.now();
    let id = MessageId::new(now);
    let request = Keep {
        id,
        origin: submission.origin,
        author: draft.from.clone(),
        original: Original::of_written(&outline, mask(&display), now),
        outline,
        raw,
        sealed: sealed.into_iter().map(Recipient::new).collect(),
        staff,
        relay: None,
        in_reply_to: submission.answers,
        expires_in_days: submission.expires_in_days,
        read_notice: submission.read_notice,
        fingerprint: None,
        once: submission.once.clone(),
        draft: submission.kept_as,
        note: None,
        reason: "written-in-portal",
    };
    let deliveries = match (keep(app, request).await?, &submission.once) {
        (Kept::New(deliveries), _) => deliveries,
        (Kept::Sent(sending), Some(once)) => return once::came_of(app, once, sending).await,
        // Only mail has a fingerprint, and only what has a key can have been sent under it.
        (Kept::Known | Kept::Sent(_), _) => return Err(keep::Error::Store(store::Error::Duplicate).into()),
    };
    Ok(Submitted { id, deliveries })
}

/// Everyone it goes to, each once.
fn recipients_of(draft: &Draft, most: usize) -> Result<Vec<EmailAddress>, SubmitError> {
    let mut known = HashSet::new();
    let mut recipients = Vec::new();
    for mailbox in draft.to.iter().chain(&draft.cc).chain(&draft.bcc) {
        if known.insert(&mailbox.address) {
            recipients.push(mailbox.address.clone());
        }
        if recipients.len() > most {
            return Err(SubmitError::TooManyRecipients(most));
        }
    }
    if recipients.is_empty() { Err(SubmitError::NoRecipients) } else { Ok(recipients) }
}
