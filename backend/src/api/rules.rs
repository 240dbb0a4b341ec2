//! `POST /rules/check`: what the gateway would do with a mail to an external recipient, and what would happen to each
//! recipient of a message that is written here.

use actix_web::{HttpResponse, web};
use shared::{
    address::parse_mailbox,
    api::{
        account::Role,
        problem::Problem,
        rules::{CheckRules, CheckedRecipient, CheckedRules, Outcome},
    },
    rules::{Part, marker, scan_body, scan_subject, visible_text},
};

use super::{Caller, Result, Server};
use crate::config::RulePlace;

/// Applies the rules to a text without sending it.
#[utoipa::path(
    post, path = "/rules/check", tag = "rules", request_body = CheckRules,
    responses((status = 200, body = CheckedRules), (status = 400, body = Problem))
)]
pub async fn check(server: web::Data<Server>, caller: Caller, body: web::Json<CheckRules>) -> Result {
    let CheckRules { subject, text, html, recipients } = body.into_inner();
    let marked = marker::read(&subject, &server.app.rules.subject_tags).marked;
    let mut body_findings = scan_body(&text, Part::Text);
    let seen_html = html.map(|html| visible_text(&html));
    if let Some(seen) = &seen_html {
        body_findings.extend(scan_body(seen, Part::Html));
    }
    let subject_findings = scan_subject(&subject);
    let mut texts = vec![(RulePlace::Subject, subject.as_str()), (RulePlace::Body, text.as_str())];
    texts.extend(seen_html.as_deref().map(|seen| (RulePlace::Body, seen)));
    let custom = &server.app.rules.custom;
    let by_settings = texts.iter().any(|(place, text)| custom.first_hit(place, text, &mut Vec::new()).is_some());
    let seals = by_settings
        || marked
        || !body_findings.is_empty()
        || subject_findings.iter().any(|finding| finding.rule.seals());
    let recipients = recipients.into_iter().map(|address| recipient(&server, &caller, address)).collect();
    Ok(HttpResponse::Ok().json(CheckedRules { marked, seals, body_findings, subject_findings, recipients }))
}

/// What would happen to one recipient if the caller wrote to it.
fn recipient(server: &Server, caller: &Caller, written: String) -> CheckedRecipient {
    let outcome = match parse_mailbox(&written) {
        Err(_) => Outcome::Malformed,
        Ok((_, address)) if server.app.config.organisation.is_internal(&address) => Outcome::Ordinary,
        Ok(_) if caller.role == Role::Sender => Outcome::Sealed,
        Ok(_) => Outcome::NotAllowed,
    };
    CheckedRecipient { address: written, outcome }
}
