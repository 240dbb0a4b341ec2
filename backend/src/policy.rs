//! What happens to a mail, and why: the table of who is who, the marker, the fail-safe rules.

mod body;
mod custom;
mod explain;

use std::borrow::Cow;

use shared::{
    EmailAddress,
    rules::{Finding, Rule, Strength, SubjectTags, marker, mask, scan_subject},
};

pub use self::{
    custom::{CustomId, CustomRules},
    explain::{Hit, explain},
};
use crate::{
    config::{EncryptedArchives, Organisation, RulePlace, SubjectFindings},
    intake::envelope::{Envelope, Recipient},
    message::{ParsedMail, RawMail, Unreadable, header},
};

/// The settings that a verdict depends on.
#[derive(Clone, Debug)]
pub struct Rules {
    /// Who is who.
    pub organisation: Organisation,
    /// What to skip in front of the marker.
    pub subject_tags: SubjectTags,
    /// What to do about personal data in a subject.
    pub subject_findings: SubjectFindings,
    /// What to do about what is under a password or cannot be looked into for another reason.
    pub encrypted_archives: EncryptedArchives,
    /// The rules of the settings.
    pub custom: CustomRules,
}

impl Rules {
    /// What to call a reason: the name of a rule of the settings, or the code.
    pub fn name_of(&self, reason: Reason) -> &str {
        match reason {
            Reason::Custom(id) => self.custom.name(id),
            _ => reason.code(),
        }
    }
}

/// Why a mail is sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The subject begins with the marker.
    Marker,
    /// `Sensitivity: Company-Confidential`.
    SensitivityHeader,
    /// `X-Octothorpe: seal`.
    SealHeader,
    /// A rule found something in the body.
    Body(Rule),
    /// A rule found something in the subject.
    Subject(Rule),
    /// The body cannot be judged.
    Unreadable(Unreadable),
    /// A rule of the settings.
    Custom(CustomId),
}

impl Reason {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Marker => "marker",
            Self::SensitivityHeader => "sensitivity-header",
            Self::SealHeader => "seal-header",
            Self::Body(rule) | Self::Subject(rule) => rule.code(),
            Self::Unreadable(_) => "unreadable",
            Self::Custom(_) => "custom-rule",
        }
    }

    /// Whether the sender asked for it, so that no note is needed.
    pub const fn is_asked_for(self) -> bool {
        matches!(self, Self::Marker | Self::SensitivityHeader | Self::SealHeader)
    }
}

/// What happens to a mail.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// The sender of the message, if the rules apply to it: owns tracking and recall.
    pub sender: Option<EmailAddress>,
    /// The first reason to seal; none if nothing is sealed.
    pub reason: Option<Reason>,
    /// Who gets a notification.
    pub sealed: Vec<Recipient>,
    /// Who gets the mail as it came.
    pub relayed: Vec<Recipient>,
    /// The subject with its marker read.
    pub subject: marker::Subject,
    /// The subject as it may stand in clear, without its marker.
    pub masked_subject: String,
    /// What the subject holds.
    pub subject_findings: Vec<Finding>,
    /// The mail would be sealed, but its subject holds personal data and the settings say to refuse such mail.
    pub refused: bool,
    /// What else was seen on the way.
    pub seen: Seen,
}

/// What a verdict's reason does not say.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// The attachment in whose text or name the reason was found.
    pub attachment: Option<String>,
    /// Rules that are being tried out and would have sealed.
    pub reported: Vec<CustomId>,
}

/// Judges one mail for all its recipients.
pub fn judge(mail: &ParsedMail, raw: &RawMail, envelope: &Envelope, rules: &Rules) -> Verdict {
    let sender = sender_of(mail, envelope, &rules.organisation);
    let subjects: Vec<marker::Subject> =
        mail.headers.subjects.iter().map(|subject| marker::read(subject, &rules.subject_tags)).collect();
    let subject = subjects.first().cloned().unwrap_or_else(|| marker::read("", &rules.subject_tags));
    let marked = subjects.iter().any(|subject| subject.marked);
    let subject_findings = scan_subject(&subject.display);
    let (external, internal): (Vec<_>, Vec<_>) =
        envelope.recipients.iter().cloned().partition(|recipient| !rules.organisation.is_internal(&recipient.address));
    let mut seen = Seen::default();
    let is_judged = sender.is_some() && !external.is_empty();
    let reason = if is_judged { reason(mail, raw, marked, rules, &mut seen) } else { None };
    if reason.is_some() {
        try_out(mail, raw, rules, &mut seen);
    }
    let is_strong = |finding: &Finding| finding.strength == Strength::Strong;
    let has_strong = || subjects.iter().flat_map(|subject| scan_subject(&subject.display)).any(|one| is_strong(&one));
    let refused = reason.is_some() && rules.subject_findings == SubjectFindings::Reject && has_strong();
    let masked_subject = match rules.subject_findings {
        SubjectFindings::Allow => subject.display.clone(),
        SubjectFindings::Mask | SubjectFindings::Reject => mask(&subject.display),
    };
    let (sealed, relayed) =
        if reason.is_some() { (external, internal) } else { (Vec::new(), envelope.recipients.clone()) };
    Verdict { sender, reason, sealed, relayed, subject, masked_subject, subject_findings, refused, seen }
}

/// The From address if the rules apply to it, else the envelope sender if they do.
fn sender_of(mail: &ParsedMail, envelope: &Envelope, organisation: &Organisation) -> Option<EmailAddress> {
    let from = mail.headers.from.iter().map(|mailbox| &mailbox.address);
    from.chain(&envelope.sender).find(|address| organisation.is_sender(address)).cloned()
}

/// The first reason to seal, the cheapest looked for first.
fn reason(mail: &ParsedMail, raw: &RawMail, marked: bool, rules: &Rules, seen: &mut Seen) -> Option<Reason> {
    if let Some(reason) = asked_for(mail, marked) {
        return Some(reason);
    }
    let in_subject =
        mail.headers.subjects.iter().flat_map(|subject| scan_subject(subject)).find(|finding| finding.rule.seals());
    if let Some(finding) = in_subject {
        return Some(Reason::Subject(finding.rule));
    }
    let in_header = header_texts(mail, &mut |place, text| rules.custom.first_hit(place, text, &mut seen.reported));
    if let Some(id) = in_header {
        return Some(Reason::Custom(id));
    }
    if body::is_encrypted(&mail.outline.root, raw) {
        return None;
    }
    body::judge(mail, raw, rules, seen)
}

/// What the rules that are being tried out say of all that nobody looked at any more once there was a reason.
fn try_out(mail: &ParsedMail, raw: &RawMail, rules: &Rules, seen: &mut Seen) {
    if !rules.custom.is_waiting(&seen.reported) {
        return;
    }
    let mut look = |place: &RulePlace, text: &str| {
        rules.custom.report(place, text, &mut seen.reported);
        (!rules.custom.is_waiting(&seen.reported)).then_some(())
    };
    if header_texts(mail, &mut look).is_none() && !body::is_encrypted(&mail.outline.root, raw) {
        body::texts(mail, raw, &mut look);
    }
}

/// What the sender asked for, by the marker or a header field.
fn asked_for(mail: &ParsedMail, marked: bool) -> Option<Reason> {
    if marked {
        return Some(Reason::Marker);
    }
    if mail.headers.values("sensitivity").any(|value| value.trim().eq_ignore_ascii_case("company-confidential")) {
        return Some(Reason::SensitivityHeader);
    }
    if mail.headers.values("x-octothorpe").any(|value| value.trim().eq_ignore_ascii_case("seal")) {
        return Some(Reason::SealHeader);
    }
    None
}

/// Shows what only rules of the settings look at, subjects, header fields and names of attachments, to `visit`, until
/// it answers something.
fn header_texts<T>(mail: &ParsedMail, visit: &mut dyn FnMut(&RulePlace, &str) -> Option<T>) -> Option<T> {
    let subjects = mail.headers.subjects.iter().find_map(|subject| visit(&RulePlace::Subject, subject));
    let mut field = |(name, value): &(String, String)| {
        let place = RulePlace::Header(name.clone());
        let as_written = visit(&place, value.trim());
        as_written.or_else(|| match header::decoded(value) {
            Cow::Owned(decoded) => visit(&place, decoded.trim()),
            Cow::Borrowed(_) => None,
        })
    };
    let found = subjects.or_else(|| mail.headers.fields.iter().find_map(&mut field));
    found.or_else(|| body::names(&mail.outline.root, &mut |name| visit(&RulePlace::AttachmentName, name)))
}

#[cfg(test)]
mod tests;
