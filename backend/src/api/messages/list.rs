//! `GET /messages`.

use actix_web::{HttpResponse, web};
use serde::Deserialize;
use shared::api::{
    Page,
    api_token::Scope,
    message::{MessageBox, MessageSummary},
    problem::Problem,
};

use super::shown;
use crate::{
    api::{Caller, Error, Result, Server},
    store::{deliveries, messages},
};

/// How many items a page has unless asked otherwise, and at most.
const USUAL: i64 = 50;
const MOST: i64 = 200;

/// What to list.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct Query {
    /// Which box; the inbox unless given.
    #[serde(default, rename = "box")]
    #[param(inline)]
    which: MessageBox,
    /// Only the message with this reference code.
    reference: Option<String>,
    /// At most so many, 50 unless given, 200 at most.
    limit: Option<i64>,
    /// What `next` of the page before said.
    before: Option<String>,
}

/// Lists what came or went, newest first.
#[utoipa::path(
    get, path = "/messages", tag = "messages", params(Query),
    responses((status = 200, body = Page<MessageSummary>), (status = 422, body = Problem))
)]
pub async fn list(server: web::Data<Server>, caller: Caller, query: web::Query<Query>) -> Result {
    caller.may(Scope::MessagesRead)?;
    let query = query.into_inner();
    let limit = query.limit.unwrap_or(USUAL);
    if limit < 1 {
        return Err(Error::field("limit", "out-of-range", "It lies between 1 and 200."));
    }
    let limit = limit.min(MOST);
    let before = match query.before.as_deref().filter(|before| !before.is_empty()) {
        None => None,
        Some(text) => Some(text.parse().map_err(|_| Error::field("before", "malformed", "Pass what `next` said."))?),
    };
    // One more than asked for tells whether there is another page.
    let page = messages::Page { limit: limit + 1, before, reference: query.reference };
    let (app, address, which) = (server.app.clone(), caller.account.email.clone(), query.which);
    let items = app
        .store
        .read({
            let app = app.clone();
            move |conn| {
                Ok(match which {
                    MessageBox::Inbox => messages::list_inbox(conn, &address, &page)?
                        .iter()
                        .map(|(message, delivery)| shown::summary(&app, message, Some(delivery), &[]))
                        .collect::<Vec<_>>(),
                    MessageBox::Sent => {
                        let found = messages::list_sent(conn, &address, &page)?;
                        let ids: Vec<_> = found.iter().map(|message| message.id).collect();
                        let all = deliveries::list_of_many(conn, &ids)?;
                        found
                            .iter()
                            .map(|message| {
                                let own: Vec<_> =
                                    all.iter().filter(|delivery| delivery.message_id == message.id).cloned().collect();
                                shown::summary(&app, message, None, &own)
                            })
                            .collect()
                    }
                })
            }
        })
        .await?;
    Ok(HttpResponse::Ok().json(cut(items, limit)))
}

fn cut(mut items: Vec<MessageSummary>, limit: i64) -> Page<MessageSummary> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let has_more = items.len() > limit;
    items.truncate(limit);
    let next = items.last().filter(|_| has_more).map(|last| last.id.clone());
    Page { items, next }
}
