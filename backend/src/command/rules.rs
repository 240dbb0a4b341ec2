//! `octothorpe rules`: what would happen to a mail, and why.

use std::{fmt::Write as _, path::PathBuf};

use anyhow::Context as _;
use clap::Subcommand;
use shared::{EmailAddress, rules::SubjectTags};

use crate::{
    config::Config,
    intake::envelope::{Envelope, Recipient},
    message::{self, RawMail},
    policy::{self, Rules},
};

/// What to do.
#[derive(Subcommand)]
pub enum Action {
    /// Tells, rule by rule, what would happen to a mail and why. What was found is not shown.
    Test {
        /// The mail, as a file (.eml).
        file: PathBuf,
        /// The envelope sender; the From address unless given.
        #[arg(long, value_name = "ADDRESS")]
        from: Option<EmailAddress>,
        /// A recipient; those of To and Cc unless given.
        #[arg(long, value_name = "ADDRESS")]
        to: Vec<EmailAddress>,
    },
}

/// Runs it.
///
/// # Errors
/// When the file cannot be read.
pub fn run(config: &Config, action: Action) -> anyhow::Result<()> {
    let Action::Test { file, from, to } = action;
    let bytes = std::fs::read(&file).with_context(|| format!("the mail {} cannot be read", file.display()))?;
    super::print(&report(config, &RawMail(bytes.into()), from, to));
    Ok(())
}

/// The explanation of a mail, a line a fact.
pub fn report(config: &Config, raw: &RawMail, from: Option<EmailAddress>, to: Vec<EmailAddress>) -> String {
    let rules = Rules {
        organisation: config.organisation.clone(),
        subject_tags: SubjectTags::new(config.rules.subject_tags.clone()),
        subject_findings: config.gateway.subject_findings,
        encrypted_archives: config.rules.encrypted_archives,
        custom: policy::CustomRules::new(config.rules.custom.clone()),
    };
    let mail = message::read(raw);
    let visible = mail.headers.to.iter().chain(&mail.headers.cc).map(|mailbox| mailbox.address.clone());
    let to = if to.is_empty() { visible.collect() } else { to };
    let envelope = Envelope {
        sender: from.or_else(|| mail.headers.from.first().map(|mailbox| mailbox.address.clone())),
        recipients: to.into_iter().map(Recipient::new).collect(),
        eight_bit: false,
        smtputf8: false,
        ret: None,
        envid: None,
    };
    let verdict = policy::judge(&mail, raw, &envelope, &rules);
    let mut out = String::new();
    let mut line = |text: String| writeln!(out, "{text}").unwrap_or_default();
    match (&verdict.sender, &envelope.sender) {
        (Some(sender), _) => line(format!("sender     {sender}: the rules apply")),
        (None, Some(sender)) => {
            line(format!("sender     {sender}: not in organisation.sender_domains, the rules do not apply"));
        }
        (None, None) => line("sender     none: the rules do not apply".to_owned()),
    }
    for hit in policy::explain(&mail, raw, &rules) {
        let says = match (hit.seals, &verdict.sender) {
            (true, Some(_)) => "seals",
            (true, None) => "would seal, if the rules applied",
            (false, _) => "does not seal",
        };
        line(format!("rule       {}, in {}: {says}", hit.rule, hit.place));
    }
    if verdict.refused {
        line("outcome    refused: the subject holds personal information (gateway.subject_findings)".to_owned());
        return out;
    }
    for recipient in &verdict.sealed {
        let why = verdict.reason.map_or_else(String::new, |reason| rules.name_of(reason).to_owned());
        line(format!("outcome    {}: sealed, because of {why}", recipient.address));
    }
    let internal = |address: &EmailAddress| rules.organisation.is_internal(address);
    for recipient in &verdict.relayed {
        let why = match &verdict.sender {
            _ if internal(&recipient.address) => "internal",
            Some(_) => "no rule seals it",
            None => "the rules do not apply",
        };
        line(format!("outcome    {}: relayed unchanged, {why}", recipient.address));
    }
    if envelope.recipients.is_empty() {
        line("outcome    no recipient: name one with --to".to_owned());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(mail: &str) -> String {
        let config = Config::parse(
            "mail.transport = 'capture'\norganisation.sender_domains = 'cws.state.ca.us'\n\
             [[rules.custom]]\nname = 'court-file'\npattern = 'CF-[0-9]{4}'\naction = 'report'\n",
        );
        report(&config.unwrap(), &RawMail(mail.replace('\n', "\r\n").into_bytes().into()), None, Vec::new())
    }

    #[test]
    fn every_rule_and_every_recipient_is_told_and_nothing_that_was_found() {
        let mail = "From: clerk@cws.state.ca.us\nTo: pat@example.org, boss@cws.state.ca.us\nSubject: Born 2/3/2019\n\n\
                    CF-1234, 123-45-6789\n";
        insta::assert_snapshot!(told(mail), @r"
        sender     clerk@cws.state.ca.us: the rules apply
        rule       birth-date, in subject: does not seal
        rule       ssn, in body: seals
        rule       court-file, in body: does not seal
        outcome    pat@example.org: sealed, because of ssn
        outcome    boss@cws.state.ca.us: relayed unchanged, internal
        ");
    }

    #[test]
    fn mail_of_others_is_told_apart() {
        let told = told("From: a@example.com\nTo: pat@example.org\nSubject: # x\n\nhi\n");
        insta::assert_snapshot!(told, @r"
        sender     a@example.com: not in organisation.sender_domains, the rules do not apply
        rule       marker, in subject: would seal, if the rules applied
        outcome    pat@example.org: relayed unchanged, the rules do not apply
        ");
    }

    #[test]
    fn numbers_in_names_are_not_shown() {
        let mail = "From: clerk@cws.state.ca.us\nTo: pat@example.org\nSubject: x\n\
                    Content-Type: text/csv; name=\"Smith 123-45-6789.csv\"\n\nSSN,987654321\n";
        let told = told(mail);
        assert!(told.contains("ssn, in the name of an attachment: seals"), "{told}");
        assert!(told.contains("ssn-labelled, in Smith") && !told.contains("6789"), "{told}");
    }
}
