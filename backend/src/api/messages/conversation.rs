//! `GET /messages/{id}/conversation`.

use actix_web::{HttpResponse, web};
use shared::{
    EmailAddress,
    api::{Page, api_token::Scope, conversation::Turn, problem::Problem, ticket::MessageState},
    quote::first_words,
};

use super::{
    access::{self, Opened},
    body::{self, Body},
    shown,
};
use crate::{
    api::{Caller, Result, Server, tickets::state},
    app::App,
    message::conversation::{Links, belonging},
    reading,
    store::{correspondence, deliveries, deliveries::Delivery, messages::Message},
};

/// Messages that are looked through, each way.
const MOST: i64 = 200;
/// Characters of the first words.
const EXCERPT: usize = 140;
/// A text of more octets is not opened for its first words.
const LARGE: u64 = 256 * 1024;

/// The messages of the same conversation that the caller may read, the oldest first, this one among them. Fetching
/// them opens none: what the caller has not opened before comes without its first words.
#[utoipa::path(
    get, path = "/messages/{id}/conversation", tag = "messages", params(("id" = String, Path)),
    responses((status = 200, body = Page<Turn>), (status = 404, body = Problem), (status = 410, body = Problem))
)]
pub async fn list(server: web::Data<Server>, caller: Caller, id: web::Path<String>) -> Result {
    caller.may(Scope::MessagesRead)?;
    let app = &server.app;
    let reader = caller.account.email.clone();
    let opened = access::open(app, &reader, access::id(&id)?).await?;
    let mut items = Vec::new();
    for one in gather(app, &reader, opened).await? {
        items.push(turn(&server, one).await?);
    }
    Ok(HttpResponse::Ok().json(Page { items, next: None }))
}

/// The conversation, looked for in what passed between the reader and the others who have the message.
async fn gather(app: &App, reader: &EmailAddress, opened: Opened) -> Result<Vec<Opened>> {
    let outline = &opened.outline;
    let visible = outline.to.iter().chain(&outline.cc).map(|mailbox| mailbox.address.clone());
    let others: Vec<EmailAddress> =
        visible.chain([opened.message.sender.clone()]).filter(|address| address != reader).collect();
    let (this, wanted) = (opened.message.id, reader.clone());
    let (got, sent) = app
        .store
        .read(move |conn| {
            let got = correspondence::list_from(conn, &wanted, &others, MOST)?;
            Ok((got, correspondence::list_to(conn, &wanted, &others, MOST)?))
        })
        .await?;
    let got = got.into_iter().map(|(message, delivery)| (message, Some(delivery)));
    let mut all: Vec<Opened> = got
        .chain(sent.into_iter().map(|message| (message, None)))
        .filter(|(message, _)| message.id != this)
        .filter_map(|(message, delivery)| readable(app, message, delivery))
        .chain([opened])
        .collect();
    // Ids sort by the time of arrival. A message to oneself is there both ways.
    all.sort_by_key(|one| one.message.id);
    all.dedup_by_key(|one| one.message.id);
    let links: Vec<Links> =
        all.iter().map(|one| Links::of(one.message.id, one.message.in_reply_to, &one.outline)).collect();
    let first = all.iter().position(|one| one.message.id == this).unwrap_or(0);
    let members = belonging(first, &links);
    Ok(all.into_iter().enumerate().filter(|(index, _)| members.contains(index)).map(|(_, one)| one).collect())
}

fn readable(app: &App, message: Message, delivery: Option<Delivery>) -> Option<Opened> {
    if state(&message, delivery.as_ref(), app.clock.now()) != MessageState::Available {
        return None;
    }
    let opener = access::opener(app, &message, delivery.as_ref()).ok()?;
    let outline = reading::outline(&opener, &message)?;
    Some(Opened { message, delivery, outline, opener })
}

async fn turn(server: &Server, opened: Opened) -> Result<Turn> {
    let app = &server.app;
    let own = opened.delivery.is_none();
    let was_opened = opened.delivery.as_ref().is_none_or(|delivery| delivery.first_opened_at.is_some());
    let is_large = opened.outline.body().leaves().any(|leaf| leaf.size > LARGE);
    let excerpt = if was_opened && !is_large {
        Some(body::work(server, &opened, |body: &Body| first_words(&body.text(), EXCERPT)).await?)
    } else {
        was_opened.then(String::new)
    };
    let id = opened.message.id;
    let all = if own { app.store.read(move |conn| deliveries::list_of(conn, id)).await? } else { Vec::new() };
    let summary = shown::with_outline(app, &opened.message, opened.delivery.as_ref(), &all, Some(&opened.outline));
    Ok(Turn {
        id: summary.id,
        sender: summary.sender,
        subject: summary.subject,
        sent_at: summary.sent_at,
        first_opened_at: summary.first_opened_at,
        own,
        excerpt,
    })
}
