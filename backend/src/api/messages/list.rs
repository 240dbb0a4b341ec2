//! `GET /messages`.

use actix_web::{HttpResponse, web};
use serde::Deserialize;
use shared::{
    EmailAddress,
    api::{
        Page,
        api_token::Scope,
        message::{MessageBox, MessageSummary},
        problem::Problem,
    },
};

use super::{
    search::{MOST_LOOKED, Search},
    shown,
};
use crate::{
    api::{Caller, Error, Result, Server},
    app::App,
    id::MessageId,
    store::{self, Connection, deliveries, messages},
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
    /// Only messages in which each of these words stands: in the subject, a name or an address, whatever its case and
    /// accents. With few hits an answer may have fewer items than `limit`, or none, and a `next` to go on from.
    search: Option<String>,
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
    let list = List {
        app: server.app.clone(),
        address: caller.account.email.clone(),
        which: query.which,
        reference: query.reference,
    };
    let search = query.search.as_deref().and_then(Search::new);
    let page = server
        .app
        .store
        .read(move |conn| match search {
            None => list.page(conn, limit, before),
            Some(search) => list.search(conn, &search, limit, before),
        })
        .await?;
    Ok(HttpResponse::Ok().json(page))
}

/// What is listed.
struct List {
    app: App,
    address: EmailAddress,
    which: MessageBox,
    reference: Option<String>,
}

type Found<T> = std::result::Result<T, store::Error>;

impl List {
    fn page(&self, conn: &mut Connection, limit: i64, before: Option<MessageId>) -> Found<Page<MessageSummary>> {
        // One more than asked for tells whether there is another page.
        let mut items = self.load(conn, limit + 1, before)?;
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let has_more = items.len() > limit;
        items.truncate(limit);
        let next = items.last().filter(|_| has_more).map(|(id, _)| id.to_string());
        Ok(Page { items: items.into_iter().map(|(_, item)| item).collect(), next })
    }

    fn search(
        &self,
        conn: &mut Connection,
        search: &Search,
        limit: i64,
        mut before: Option<MessageId>,
    ) -> Found<Page<MessageSummary>> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let mut items: Vec<MessageSummary> = Vec::new();
        let mut looked = 0;
        loop {
            let batch = self.load(conn, MOST, before)?;
            let is_last = i64::try_from(batch.len()).is_ok_and(|len| len < MOST);
            looked += batch.len();
            before = batch.last().map(|(id, _)| *id);
            for (_, item) in batch.into_iter().filter(|(_, item)| search.finds(item)) {
                if items.len() == limit {
                    let next = items.last().map(|last| last.id.clone());
                    return Ok(Page { items, next });
                }
                items.push(item);
            }
            if is_last {
                return Ok(Page { items, next: None });
            }
            if looked >= MOST_LOOKED {
                return Ok(Page { items, next: before.map(|id| id.to_string()) });
            }
        }
    }

    fn load(
        &self,
        conn: &mut Connection,
        limit: i64,
        before: Option<MessageId>,
    ) -> Found<Vec<(MessageId, MessageSummary)>> {
        let page = messages::Page { limit, before, reference: self.reference.clone() };
        Ok(match self.which {
            MessageBox::Inbox => messages::list_inbox(conn, &self.address, &page)?
                .iter()
                .map(|(message, delivery)| (message.id, shown::summary(&self.app, message, Some(delivery), &[])))
                .collect(),
            MessageBox::Sent => {
                let found = messages::list_sent(conn, &self.address, &page)?;
                let ids: Vec<_> = found.iter().map(|message| message.id).collect();
                let all = deliveries::list_of_many(conn, &ids)?;
                found
                    .iter()
                    .map(|message| {
                        let own: Vec<_> =
                            all.iter().filter(|delivery| delivery.message_id == message.id).cloned().collect();
                        (message.id, shown::summary(&self.app, message, None, &own))
                    })
                    .collect()
            }
        })
    }
}
