//! The friendly note to a sender whose mail was sealed by a fail-safe rule, or whose subject was masked.

use shared::rules::Strength;

use super::envelope::Envelope;
use crate::{
    message::{Headers, Unreadable},
    outbox::Job,
    policy::{CustomRules, Reason, Verdict},
};

/// The friendly note to a sender who did not ask for sealing, or whose subject was masked. Programs get none.
pub fn of(verdict: &Verdict, rules: &CustomRules, headers: &Headers, envelope: &Envelope) -> Option<Job> {
    let reason = verdict.reason?;
    let masked = verdict.subject_findings.iter().any(|finding| finding.strength == Strength::Strong)
        && verdict.masked_subject != verdict.subject.display;
    if (reason.is_asked_for() && !masked) || headers.is_automatic() || envelope.sender.is_none() {
        return None;
    }
    let why = match reason {
        Reason::Body(rule) => {
            let place = match &verdict.seen.attachment {
                Some(name) => format!("In the attachment {name}"),
                None => "In its text".to_owned(),
            };
            format!("{place}, the gateway found this: {}.", lower_first(rule.label()))
        }
        Reason::Unreadable(Unreadable::EncryptedArchive) => {
            let what = verdict.seen.attachment.as_ref();
            let what = what.map_or_else(|| "An attachment".to_owned(), |name| format!("The attachment {name}"));
            format!("{what} is under a password, so the gateway could not read it, and seals such mail to be safe.")
        }
        Reason::Subject(rule) => format!("In its subject, the gateway found this: {}.", lower_first(rule.label())),
        Reason::Unreadable(_) => "The gateway could not read all of it, and seals such mail to be safe.".to_owned(),
        Reason::Custom(id) => format!("It falls under a rule of your agency, {}.", rules.name(id)),
        Reason::Marker | Reason::SensitivityHeader | Reason::SealHeader => {
            "You asked for it with the # in its subject.".to_owned()
        }
    };
    Some(Job::NoteSealed {
        to: verdict.sender.clone()?,
        subject: verdict.masked_subject.clone(),
        why,
        masked,
        original_id: headers.message_id.clone(),
    })
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_lowercase().chain(chars).collect()).unwrap_or_default()
}
