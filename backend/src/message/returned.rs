//! What comes back to the envelope address of a mail: delivery status reports (RFC 3464), failure reports in words of
//! old and of odd servers, and answers of programs that report nothing.

use super::{
    Leaf, Node, ParsedMail, RawMail,
    decode::decode,
    header::{raw_fields, unfold},
    report::printable,
};

/// So much of a report is looked at.
const LOOKED_AT: usize = 64 * 1024;
/// The longest diagnosis that is kept.
const LONGEST_DIAGNOSIS: usize = 500;

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Returned {
    /// The mail did not arrive.
    Failed(Failure),
    /// It was delayed, or handed on, or delivered: nothing is lost.
    Underway,
    /// The answer of a program that says nothing of the delivery.
    Answer,
    /// What a person wrote to an address that nobody reads.
    Letter,
}

/// Why a mail did not arrive, in the words of whoever says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// An enhanced status code (RFC 3463), for example `5.1.1`.
    pub status: String,
    /// The value of Diagnostic-Code; in a report in words the line that names the status.
    pub diagnostic: Option<String>,
    /// The value of Remote-MTA, or of Reporting-MTA.
    pub remote: Option<String>,
}

/// Reads what came back for a mail to one recipient. A report in words counts only with the null sender, which keeps
/// people's own mail out.
pub fn read(mail: &ParsedMail, raw: &RawMail, has_null_sender: bool) -> Returned {
    let mut leaves = Vec::new();
    own_leaves(&mail.outline.root, &mut leaves);
    let is_status = |leaf: &&&Leaf| {
        matches!(leaf.content_type.as_str(), "message/delivery-status" | "message/global-delivery-status")
    };
    let front = |leaf: &Leaf| {
        let octets = &raw.0[leaf.range()];
        decode(leaf.encoding, &octets[..octets.len().min(LOOKED_AT)])
    };
    if let Some(said) = leaves.iter().find(is_status).and_then(|leaf| read_status(&front(leaf))) {
        return said;
    }
    if has_null_sender && is_failure_in_words(mail) {
        let text = leaves.iter().find(|leaf| leaf.is_text()).map(|leaf| front(leaf));
        return Returned::Failed(read_words(&String::from_utf8_lossy(&text.unwrap_or_default())));
    }
    if has_null_sender || is_from_program(mail) { Returned::Answer } else { Returned::Letter }
}

/// Whether a program says that it wrote this, or says nothing but what programs say.
fn is_from_program(mail: &ParsedMail) -> bool {
    let headers = &mail.headers;
    let says_so = headers.fields.iter().any(|(name, _)| name.starts_with("x-auto"));
    let subject = headers.subject().to_lowercase();
    let is_away = ["out of office", "automatic reply", "autoreply", "auto reply", "vacation"];
    let is_report = matches!(&mail.outline.root, Node::Multipart { subtype, .. } if subtype == "report");
    headers.is_automatic() || says_so || is_report || is_away.iter().any(|words| subject.contains(words))
}

/// The parts of the mail itself, not those of a mail within it.
fn own_leaves<'a>(node: &'a Node, leaves: &mut Vec<&'a Leaf>) {
    match node {
        Node::Leaf(leaf) => leaves.push(leaf),
        Node::Multipart { parts, .. } => parts.iter().for_each(|part| own_leaves(part, leaves)),
        Node::Message { .. } | Node::Opened { .. } => {}
    }
}

/// The fields of a status, group by group: the mail's, then each recipient's. None where there is no recipient's.
fn read_status(text: &[u8]) -> Option<Returned> {
    let groups: Vec<Vec<(String, String)>> = groups(text);
    let remote_of_mail = groups.first().and_then(|fields| value(fields, "reporting-mta"));
    let recipients =
        || groups.iter().filter(|fields| value(fields, "action").is_some() || value(fields, "status").is_some());
    recipients().next()?;
    let failed = recipients().find(|fields| match value(fields, "action") {
        // Behind it may stand a comment (RFC 3464 section 2.1.1).
        Some(action) => action.split(['(', ' ']).next().is_some_and(|word| word.eq_ignore_ascii_case("failed")),
        None => value(fields, "status").is_some_and(|status| status.starts_with('5')),
    });
    Some(failed.map_or(Returned::Underway, |fields| {
        let kept = |text: &str| Some(shortened(text)).filter(|text| !text.is_empty());
        Returned::Failed(Failure {
            status: value(fields, "status").and_then(status_in).unwrap_or_else(unknown),
            diagnostic: value(fields, "diagnostic-code").and_then(kept),
            remote: value(fields, "remote-mta").or(remote_of_mail).and_then(kept),
        })
    }))
}

fn groups(text: &[u8]) -> Vec<Vec<(String, String)>> {
    let mut groups = vec![Vec::new()];
    let mut block: Vec<u8> = Vec::new();
    let mut end = |block: &mut Vec<u8>| {
        let fields: Vec<_> = raw_fields(block)
            .map(|(name, value)| (name.to_ascii_lowercase(), unfold(&String::from_utf8_lossy(value))))
            .collect();
        if !fields.is_empty() {
            groups.push(fields);
        }
        block.clear();
    };
    for line in text.split_inclusive(|&byte| byte == b'\n') {
        if line.trim_ascii().is_empty() { end(&mut block) } else { block.extend_from_slice(line) }
    }
    end(&mut block);
    groups.remove(0);
    groups
}

fn value<'a>(fields: &'a [(String, String)], name: &str) -> Option<&'a str> {
    fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
}

/// Whether a mail without a status says in words that something was not delivered.
fn is_failure_in_words(mail: &ParsedMail) -> bool {
    let headers = &mail.headers;
    // Exim's own field, which no answering program writes.
    if headers.value("x-failed-recipients").is_some() {
        return true;
    }
    let is_answer =
        headers.values("auto-submitted").any(|value| value.to_ascii_lowercase().starts_with("auto-replied"));
    // A report of another kind: that a mail was read, or marked as spam.
    let is_other_report = headers.value("content-type").is_some_and(|kind| {
        let kind = kind.to_ascii_lowercase();
        kind.starts_with("multipart/report") && !kind.contains("delivery-status")
    });
    // Answers repeat the subject that they answer, and that of a notification begins with the marker.
    let subject = headers.subject().split('#').next().unwrap_or_default().to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| subject.contains(word));
    if is_answer
        || is_other_report
        || says(&["delayed", "delay)", "warning:", "will retry", "out of office", "automatic reply"])
    {
        return false;
    }
    let is_daemon = headers.from.iter().any(|from| {
        let local = from.address.local_part().to_ascii_lowercase();
        matches!(local.as_str(), "mailer-daemon" | "mailerdaemon" | "postmaster" | "mail-daemon" | "mdaemon")
            || local.starts_with("microsoftexchange")
    });
    let is_nobody = headers.from.is_empty();
    let failure = ["undeliver", "not deliver", "delivery fail", "delivery status", "failure notice", "returned mail"];
    is_daemon || is_nobody || says(&failure)
}

/// The status and the line that names it, as far as a text does.
fn read_words(text: &str) -> Failure {
    let mut lines = text.lines().map(|line| line.trim().trim_start_matches('>').trim());
    let named = lines.find_map(|line| Some((status_in(line)?, line)));
    let basic = || {
        let is_reply = |line: &&str| {
            line.split(|c: char| !c.is_ascii_digit()).any(|word| word.len() == 3 && word.starts_with('5'))
        };
        text.lines().map(str::trim).find(is_reply)
    };
    match named {
        Some((status, line)) => Failure { status, diagnostic: Some(shortened(line)), remote: None },
        None => Failure { status: unknown(), diagnostic: basic().map(shortened), remote: None },
    }
}

/// The first enhanced status code of a failure, for the time being or for good, in a text.
fn status_in(text: &str) -> Option<String> {
    text.split(|c: char| !(c.is_ascii_digit() || c == '.')).map(|word| word.trim_matches('.')).find_map(|word| {
        let mut parts = word.split('.');
        let (class, subject, detail) = (parts.next()?, parts.next()?, parts.next()?);
        let is_number = |part: &str| (1..=3).contains(&part.len());
        let is_status = matches!(class, "4" | "5") && is_number(subject) && is_number(detail) && parts.next().is_none();
        is_status.then(|| word.to_owned())
    })
}

/// "Other or undefined status" (RFC 3463 section 3.1).
fn unknown() -> String {
    "5.0.0".to_owned()
}

fn shortened(text: &str) -> String {
    printable(text).chars().take(LONGEST_DIAGNOSIS).collect()
}

#[cfg(test)]
mod tests;
