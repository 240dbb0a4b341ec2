//! `/tickets/{ticket}`: the cover of a message, and what its recipient can do with the link alone.

pub mod refusals;
pub mod requests;

use actix_web::{HttpResponse, web};
use chrono::{DateTime, Utc};
use shared::api::{
    Mailbox,
    problem::Problem,
    ticket::{AccountState, MessageState, Ticket},
};

use super::{Error, Result, Server};
use crate::{
    app::App,
    clock::rfc3339,
    intake::cover,
    seal::Token,
    store::{
        accounts, deliveries,
        deliveries::{Delivery, DeliveryState},
        messages::{self, Message},
        registrations,
    },
};

/// The cover for whoever holds the link: who wrote, when, until when; never the content.
#[utoipa::path(
    get, path = "/tickets/{ticket}", tag = "messages", params(("ticket" = String, Path)), security(()),
    responses((status = 200, body = Ticket), (status = 404, body = Problem))
)]
pub async fn show(server: web::Data<Server>, ticket: web::Path<String>) -> Result {
    Ok(HttpResponse::Ok().json(find(&server.app, &ticket).await?))
}

/// The cover that a ticket names.
pub(super) async fn find(app: &App, ticket: &str) -> Result<Ticket> {
    let (message, delivery) = named(app, ticket).await?;
    let now = app.clock.now();
    let recipient = delivery.recipient.clone();
    let account = app
        .store
        .read(move |conn| {
            Ok(if accounts::find_by_email(conn, &recipient)?.is_some() {
                AccountState::Active
            } else if registrations::latest_pending(conn, &recipient, now)?.is_some() {
                AccountState::Unconfirmed
            } else {
                AccountState::None
            })
        })
        .await?;
    let cover = cover::open(app, &message).ok_or(Error::not_found())?;
    Ok(Ticket {
        message_id: message.id.to_string(),
        recipient: delivery.recipient.written().to_owned(),
        sender: Mailbox { name: cover.sender.name, address: cover.sender.address.written().to_owned() },
        subject: cover.subject,
        sent_at: rfc3339(message.sent_at),
        expires_at: rfc3339(expires_at(&message, Some(&delivery))),
        reference: message.reference.clone(),
        state: state(&message, Some(&delivery), now),
        account,
        requested_at: delivery.requested_at.map(rfc3339),
        refused_at: delivery.refused_at.map(rfc3339),
        read_notice: message.read_notice,
    })
}

/// The message and the delivery that a ticket names.
async fn named(app: &App, ticket: &str) -> Result<(Message, Delivery)> {
    let hash = Token::parse(ticket).ok_or(Error::not_found())?.hash();
    let found = app
        .store
        .read(move |conn| match deliveries::find_by_ticket(conn, &hash)? {
            Some(delivery) => Ok(Some((messages::get(conn, delivery.message_id)?, delivery))),
            None => Ok(None),
        })
        .await?;
    found.ok_or(Error::not_found())
}

/// Until when a message can be read by the recipient of this delivery, or by its sender.
pub(super) fn expires_at(message: &Message, delivery: Option<&Delivery>) -> DateTime<Utc> {
    delivery.and_then(|delivery| delivery.expires_at).or(message.expires_at).unwrap_or(message.received_at)
}

/// Whether it can be read by the recipient of this delivery, or by its sender.
pub(super) fn state(message: &Message, delivery: Option<&Delivery>, now: DateTime<Utc>) -> MessageState {
    let is_recalled =
        message.recalled_at.is_some() || delivery.is_some_and(|delivery| delivery.state == DeliveryState::Recalled);
    let has_wrap = match delivery {
        Some(delivery) => delivery.wrap.is_some(),
        None => message.sender_wrap.is_some(),
    };
    if is_recalled {
        MessageState::Recalled
    } else if !has_wrap || expires_at(message, delivery) <= now {
        MessageState::Expired
    } else {
        MessageState::Available
    }
}
