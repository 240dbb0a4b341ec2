//! `GET /correspondents`: whom the caller wrote to or heard from lately.

use actix_web::{HttpResponse, web};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use shared::{
    EmailAddress,
    api::{Page, account::Role, api_token::Scope, correspondent::Correspondent, problem::Problem},
};

use super::{Caller, Error, Result, Server};
use crate::{
    app::App,
    clock::rfc3339,
    intake::cover,
    store::{self, Connection, deliveries, messages},
};

/// How many messages are looked through, of those that went and of those that came.
const LOOKED_THROUGH: i64 = 200;
/// How many are named unless asked otherwise, and at most.
const USUAL: usize = 8;
const MOST: usize = 50;

/// Whom to look for.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct Query {
    /// What stands in the name or the address; anyone unless given.
    #[serde(default)]
    search: String,
    /// At most so many, 8 unless given, 50 at most.
    limit: Option<usize>,
}

/// Names whom the caller wrote to or heard from in the newest messages, the latest first. Nobody whom the caller may not
/// write to.
#[utoipa::path(
    get, path = "/correspondents", tag = "messages", params(Query),
    responses((status = 200, body = Page<Correspondent>), (status = 422, body = Problem))
)]
pub async fn list(server: web::Data<Server>, caller: Caller, query: web::Query<Query>) -> Result {
    caller.may(Scope::MessagesRead)?;
    let Query { search, limit } = query.into_inner();
    let limit = limit.unwrap_or(USUAL);
    if limit == 0 {
        return Err(Error::field("limit", "out-of-range", "It lies between 1 and 50."));
    }
    let (app, own) = (server.app.clone(), caller.account.email.clone());
    let mut known = server.app.store.read(move |conn| gather(conn, &app, &own)).await?;
    let search = search.trim().to_lowercase();
    known.retain(|one| {
        let may = caller.role == Role::Sender || server.app.config.organisation.is_internal(&one.address);
        let fits = one.name.to_lowercase().contains(&search) || one.address.as_str().contains(&search);
        may && fits && one.address != caller.account.email
    });
    let items = known
        .into_iter()
        .take(limit.min(MOST))
        .map(|one| Correspondent {
            name: one.name,
            address: one.address.written().to_owned(),
            last_at: rfc3339(one.last_at),
        })
        .collect();
    Ok(HttpResponse::Ok().json(Page::<Correspondent> { items, next: None }))
}

struct Known {
    name: String,
    address: EmailAddress,
    last_at: DateTime<Utc>,
}

/// Everyone in the newest messages, the latest first, each once.
fn gather(conn: &mut Connection, app: &App, own: &EmailAddress) -> std::result::Result<Vec<Known>, store::Error> {
    let page = messages::Page { limit: LOOKED_THROUGH, ..messages::Page::default() };
    let sent = messages::list_sent(conn, own, &page)?;
    let ids: Vec<_> = sent.iter().map(|message| message.id).collect();
    // Those in blind copy stand in no cover.
    let recipients = deliveries::list_of_many(conn, &ids)?;
    let mut all = Vec::new();
    for message in &sent {
        let named = cover::open(app, message).map(|cover| cover.recipients).unwrap_or_default();
        for delivery in recipients.iter().filter(|delivery| delivery.message_id == message.id) {
            let name = named.iter().find(|one| one.address == delivery.recipient).map(|one| one.name.clone());
            all.push(Known {
                name: name.unwrap_or_default(),
                address: delivery.recipient.clone(),
                last_at: message.sent_at,
            });
        }
    }
    for (message, _) in messages::list_inbox(conn, own, &page)? {
        let name = cover::open(app, &message).map(|cover| cover.sender.name).unwrap_or_default();
        all.push(Known { name, address: message.sender, last_at: message.sent_at });
    }
    all.sort_by_key(|one| std::cmp::Reverse(one.last_at));
    Ok(once(all))
}

/// Each address once, with the newest name that it was given.
fn once(all: Vec<Known>) -> Vec<Known> {
    let mut places = std::collections::HashMap::new();
    let mut once: Vec<Known> = Vec::new();
    for one in all {
        match places.get(one.address.as_str()) {
            Some(&place) => {
                let known: &mut Known = &mut once[place];
                if known.name.is_empty() {
                    known.name = one.name;
                }
            }
            None => {
                places.insert(one.address.as_str().to_owned(), once.len());
                once.push(one);
            }
        }
    }
    once
}
