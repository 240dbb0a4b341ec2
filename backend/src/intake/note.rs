//! The friendly note to a sender whose mail was sealed by a fail-safe rule, or whose subject was masked: what was found,
//! never the number itself, and where.

use shared::{
    EmailAddress,
    rules::{Rule, Strength, mask},
};

use super::envelope::Envelope;
use crate::{
    message::{Headers, Unreadable, header::one_line},
    outbox::{Job, job::Said},
    policy::{Reason, Rules, Verdict},
    words::{self, Language},
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
    let hides = verdict.masked_subject != verdict.subject.display && !hidden_rules(verdict).is_empty();
    if (reason.is_asked_for() && !hides) || headers.is_automatic() {
        return None;
    }
    let is_internal = |address: &&EmailAddress| rules.organisation.is_internal(address);
    let envelope_sender = envelope.sender.as_ref()?;
    let to = [Some(envelope_sender), verdict.sender.as_ref()].into_iter().flatten().find(is_internal)?.clone();
    let mut kind = match reason {
        _ if reason.is_asked_for() => String::new(),
        // Its words are those of the other.
        Reason::Body(Rule::SsnLabelled) | Reason::Subject(Rule::SsnLabelled) => Rule::Ssn.code().to_owned(),
        _ => rules.name_of(reason).to_owned(),
    };
    if hides {
        kind.push_str("+masked-subject");
    }
    let said = |language| {
        let words = words::Note(language);
        Said {
            why: why(reason, verdict, rules, words),
            hidden: hides.then(|| hidden(verdict, words)),
            was_asked_for: reason.is_asked_for(),
        }
    };
    let job = Job::NoteSealed {
        to: to.clone(),
        subject: verdict.masked_subject.clone(),
        said: Language::ALL.map(|language| (language.code().to_owned(), said(language))).into(),
        original_id: headers.message_id.clone(),
    };
    Some(Note { to, kind, job })
}

/// What the subject held that is hidden in whatever was sent.
fn hidden(verdict: &Verdict, words: words::Note) -> String {
    let mut names: Vec<&str> = Vec::new();
    for rule in hidden_rules(verdict) {
        let name = name_of(rule, words);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.join(words.and())
}

fn hidden_rules(verdict: &Verdict) -> Vec<Rule> {
    let strong = verdict.subject_findings.iter().filter(|finding| finding.strength == Strength::Strong);
    strong.map(|finding| finding.rule).collect()
}

/// Why the mail was sealed, in sentences.
fn why(reason: Reason, verdict: &Verdict, rules: &Rules, words: words::Note) -> String {
    let attachment = verdict.seen.attachment.as_deref().map(shown);
    let place = |otherwise: &str| match &attachment {
        Some(name) => words.the_attachment(name),
        None => otherwise.to_owned(),
    };
    match reason {
        Reason::Body(rule) => words.in_body(&place(words.its_text()), name_of(rule, words)),
        Reason::Subject(rule) => words.in_subject(name_of(rule, words)),
        Reason::Unreadable(Unreadable::EncryptedArchive) => words.under_password(&place(words.an_attachment())),
        Reason::Unreadable(_) => words.unreadable(&place(words.a_part())),
        Reason::Custom(_) => words.own_rule(&place(words.it()), rules.name_of(reason)),
        Reason::Marker => words.marked().to_owned(),
        Reason::SensitivityHeader | Reason::SealHeader => words.confidential().to_owned(),
    }
}

/// What a rule finds, in words that go on a sentence.
fn name_of(rule: Rule, words: words::Note) -> &'static str {
    match rule {
        Rule::Ssn | Rule::SsnLabelled => words.ssn(),
        Rule::CaseId => words.case_id(),
        Rule::Card => words.card(),
        Rule::NineDigits => words.nine_digits(),
        Rule::Phone => words.phone(),
        Rule::Email => words.email(),
        Rule::BirthDate => words.birth_date(),
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
