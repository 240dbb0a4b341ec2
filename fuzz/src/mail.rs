//! Mails: the walk of their parts, what is shown of them, and the verdict.

use std::sync::LazyLock;

use octothorpe::{
    config::{Config, EncryptedArchives, SubjectFindings},
    intake::envelope::{Envelope, Recipient},
    message::{Leaf, RawMail, container, read, returned, rewrite, view},
    policy::{CustomRules, Reason, Rules, explain, judge},
};
use shared::rules::SubjectTags;

/// Reads, judges, shows and copies a mail.
///
/// # Panics
/// When something that always holds does not.
pub fn run(input: &[u8]) {
    let raw = RawMail(input.to_vec().into());
    let mail = read(&raw);
    let octets = |leaf: &Leaf| container::octets_in(leaf, input);
    for leaf in mail.outline.leaves() {
        let outermost = leaf.outermost();
        assert!(outermost.start <= outermost.end && outermost.end <= mail.outline.size);
        assert!(octets(leaf).len() as u64 == leaf.end - leaf.start, "a part is not where the outline says");
    }
    view::body_text(&mail.outline, octets);
    view::body_html(&mail.outline, octets, &|_| None, false);
    returned::read(&mail, &raw, true);
    let whole = without_bcc(input, input.len());
    assert_eq!(whole, without_bcc(input, 3), "Bcc is taken out otherwise in pieces");
    assert!(whole.len() <= input.len());
    let verdict = judge(&mail, &raw, &envelope(), &RULES);
    let hits = explain(&mail, &raw, &RULES);
    assert!(verdict.reason.is_some() == hits.iter().any(|hit| hit.seals), "the verdict cannot be explained");
    if let Some(why) = mail.unreadable
        && !verdict.reason.is_some_and(Reason::is_asked_for)
    {
        let is_encrypted = hits.iter().any(|hit| hit.rule == "encrypted");
        assert!(verdict.reason.is_some() || is_encrypted, "{} passes", why.code());
    }
}

fn without_bcc(input: &[u8], piece: usize) -> Vec<u8> {
    let mut filter = rewrite::WithoutBcc::default();
    let mut out: Vec<u8> = input.chunks(piece.max(1)).flat_map(|piece| filter.push(piece)).collect();
    out.extend(filter.finish());
    out
}

fn envelope() -> Envelope {
    Envelope {
        sender: Some("clerk@cws.state.ca.us".parse().unwrap()),
        recipients: vec![Recipient::new("parent@example.org".parse().unwrap())],
        eight_bit: true,
        smtputf8: true,
        ret: None,
        envid: None,
    }
}

static RULES: LazyLock<Rules> = LazyLock::new(|| {
    let settings = "mail.transport = 'capture'\norganisation.sender_domains = 'cws.state.ca.us'";
    Rules {
        organisation: Config::parse(settings).unwrap().organisation,
        subject_tags: SubjectTags::default(),
        subject_findings: SubjectFindings::Mask,
        encrypted_archives: EncryptedArchives::Seal,
        custom: CustomRules::default(),
    }
});
