//! `POST /rules/check`: what the gateway would do with a mail to an external recipient.

use actix_web::{HttpResponse, web};
use shared::{
    api::{
        problem::Problem,
        rules::{CheckRules, CheckedRules},
    },
    rules::{Part, marker, scan_body, scan_subject, visible_text},
};

use super::{Caller, Result, Server};

/// Applies the rules to a text without sending it.
#[utoipa::path(
    post, path = "/rules/check", tag = "rules", request_body = CheckRules,
    responses((status = 200, body = CheckedRules), (status = 400, body = Problem))
)]
pub async fn check(server: web::Data<Server>, _caller: Caller, body: web::Json<CheckRules>) -> Result {
    let CheckRules { subject, text, html } = body.into_inner();
    let marked = marker::read(&subject, &server.app.rules.subject_tags).marked;
    let mut body_findings = scan_body(&text, Part::Text);
    if let Some(html) = html {
        body_findings.extend(scan_body(&visible_text(&html), Part::Html));
    }
    let subject_findings = scan_subject(&subject);
    let seals = marked || !body_findings.is_empty() || subject_findings.iter().any(|finding| finding.rule.seals());
    Ok(HttpResponse::Ok().json(CheckedRules { marked, seals, body_findings, subject_findings }))
}
