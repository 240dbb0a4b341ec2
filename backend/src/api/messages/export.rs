//! `GET /messages/{id}/deliveries.csv`: how far a message got, for a table or a file.

use std::fmt::Write as _;

use actix_web::{HttpResponse, http::header::CONTENT_DISPOSITION, web};
use shared::api::{
    api_token::Scope,
    delivery::{Delivery, DeliveryState},
    problem::Problem,
};

use super::{access, shown};
use crate::{
    api::{Caller, Result, Server},
    store::deliveries,
};

/// How far a message got with each of its recipients, as comma-separated values (RFC 4180); for its sender.
#[utoipa::path(
    get, path = "/messages/{id}/deliveries.csv", tag = "messages", params(("id" = String, Path)),
    responses(
        (status = 200, content_type = "text/csv", body = String, description = "UTF-8 with a byte order mark"),
        (status = 404, body = Problem),
    )
)]
pub async fn csv(server: web::Data<Server>, caller: Caller, id: web::Path<String>) -> Result {
    caller.may(Scope::MessagesRead)?;
    let message = access::owned(&server.app, &caller.account.email, access::id(&id)?).await?;
    let (id, reference) = (message.id, message.reference);
    let rows = server.app.store.read(move |conn| deliveries::list_of(conn, id)).await?;
    let rows: Vec<Delivery> = rows.iter().map(shown::delivery).collect();
    let name = format!("attachment; filename=\"tracking-{reference}.csv\"");
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((CONTENT_DISPOSITION, name))
        .body(table(&reference, &rows)))
}

/// Spreadsheets take a text without the mark for one in the code page of the machine.
fn table(reference: &str, rows: &[Delivery]) -> String {
    let mut text = "\u{FEFF}reference,recipient,state,notified_at,first_opened_at,replied_at,expires_at,\
                    refused_at,requested_at\r\n"
        .to_owned();
    for row in rows {
        let time = |time: &Option<String>| time.clone().unwrap_or_default();
        let state = serde_json::to_value(row.state).ok().and_then(|state| state.as_str().map(str::to_owned));
        let cells = [
            reference.to_owned(),
            row.recipient.clone(),
            state.unwrap_or_default(),
            time(&row.notified_at),
            time(&row.first_opened_at),
            time(&row.replied_at),
            // Ordinary mail does not end.
            if row.state == DeliveryState::Relayed { String::new() } else { time(&row.expires_at) },
            time(&row.refused_at),
            time(&row.requested_at),
        ];
        let _ = write!(text, "{}\r\n", cells.map(|text| cell(&text)).join(","));
    }
    text
}

/// A value that no spreadsheet takes for a formula: an address may begin with `=`, `+` or `-`.
fn cell(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    let text = if is_formula { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\n', '\r', ';']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_value_becomes_a_formula_or_another_cell() {
        for (value, written) in [
            ("pat@example.org", "pat@example.org"),
            ("=cmd|'/c calc'!a1@example.org", "'=cmd|'/c calc'!a1@example.org"),
            ("+1@example.org", "'+1@example.org"),
            ("-1@example.org", "'-1@example.org"),
            ("@sum", "'@sum"),
            ("\"a,b\"@example.org", "\"\"\"a,b\"\"@example.org\""),
            ("", ""),
        ] {
            assert_eq!(cell(value), written);
        }
    }
}
