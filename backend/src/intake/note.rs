//! The friendly note to a sender whose mail was sealed by a fail-safe rule, or whose subject was masked: what was found,
//! never the number itself, and where.

use shared::{
    EmailAddress,
    rules::{Rule, Strength, mask},
};

use super::envelope::Envelope;
use crate::{
    message::{Headers, Unreadable, header::one_line},
    outbox::Job,
    policy::{Reason, Rules, Verdict},
};

/// The longest name of an attachment that is shown whole.
const LONGEST_NAME: usize = 80;

/// A note to be sent, unless its sender had one of its kind today.
pub struct Note {
    /// To whom.
    pub to: EmailAddress,
    /// What it tells of, as a code.
    pub kind: String,
    /// The job that sends it.
    pub job: Job,
}

/// The note to a sender who did not ask for sealing, or whose subject was masked. Programs get none, and nobody does in
/// answer to the null sender.
pub fn of(verdict: &Verdict, rules: &Rules, headers: &Headers, envelope: &Envelope) -> Option<Note> {
    let reason = verdict.reason?;
    let hidden = if verdict.masked_subject == verdict.subject.display { None } else { hidden(verdict) };
    if (reason.is_asked_for() && hidden.is_none()) || headers.is_automatic() {
        return None;
    }
    let is_internal = |address: &&EmailAddress| rules.organisation.is_internal(address);
    let envelope_sender = envelope.sender.as_ref()?;
    let to = [Some(envelope_sender), verdict.sender.as_ref()].into_iter().flatten().find(is_internal)?.clone();
    let mut kind = if reason.is_asked_for() { String::new() } else { rules.name_of(reason).to_owned() };
    if hidden.is_some() {
        kind.push_str("+masked-subject");
    }
    let job = Job::NoteSealed {
        to: to.clone(),
        subject: verdict.masked_subject.clone(),
        why: why(reason, verdict, rules),
        hidden,
        original_id: headers.message_id.clone(),
    };
    Some(Note { to, kind, job })
}

/// What the subject held that is hidden in whatever was sent.
fn hidden(verdict: &Verdict) -> Option<String> {
    let mut names: Vec<&str> = Vec::new();
    for finding in verdict.subject_findings.iter().filter(|finding| finding.strength == Strength::Strong) {
        let name = name_of(finding.rule);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    if names.is_empty() { None } else { Some(names.join(", and ")) }
}

/// Why the mail was sealed, in sentences.
fn why(reason: Reason, verdict: &Verdict, rules: &Rules) -> String {
    let attachment = verdict.seen.attachment.as_deref().map(shown);
    let place = |otherwise: &str| match &attachment {
        Some(name) => format!("The attachment “{name}”"),
        None => otherwise.to_owned(),
    };
    let always = "Such mail is always encrypted when it leaves the agency.";
    let safe = "To be safe, such mail is encrypted when it leaves the agency.";
    match reason {
        Reason::Body(rule) => {
            format!("{} holds what looks like {}. {always}", place("Its text"), name_of(rule))
        }
        Reason::Subject(rule) => format!("Its subject holds what looks like {}. {always}", name_of(rule)),
        Reason::Unreadable(Unreadable::EncryptedArchive) => {
            format!("{} is under a password, so the gateway cannot see what is in it. {safe}", place("An attachment"))
        }
        Reason::Unreadable(_) => {
            format!("{} cannot be read by the gateway, so it cannot see what is in it. {safe}", place("A part of it"))
        }
        Reason::Custom(_) => {
            format!("{} falls under a rule of your agency, “{}”. {always}", place("It"), rules.name_of(reason))
        }
        Reason::Marker => "You asked for it with the # in front of its subject.".to_owned(),
        Reason::SensitivityHeader | Reason::SealHeader => "You asked for it by marking it as confidential.".to_owned(),
    }
}

/// What a rule finds, in words that go on a sentence.
fn name_of(rule: Rule) -> &'static str {
    match rule {
        Rule::Ssn | Rule::SsnLabelled => "a social security number",
        Rule::CaseId => "a 19-digit case number",
        Rule::Card => "a payment card number",
        Rule::NineDigits => "a number of nine digits",
        Rule::Phone => "a telephone number",
        Rule::Email => "an email address",
        Rule::BirthDate => "a date of birth",
    }
}

/// The name of an attachment as it may stand in clear: people put numbers into names, too.
fn shown(name: &str) -> String {
    let masked = mask(&one_line(name));
    if masked.chars().count() <= LONGEST_NAME {
        return masked;
    }
    masked.chars().take(LONGEST_NAME).chain(['…']).collect()
}
