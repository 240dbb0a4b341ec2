//! `GET /messages/{id}`.

use std::cell::RefCell;

use actix_web::{HttpResponse, web};
use chrono::{DateTime, Utc};
use shared::api::{api_token::Scope, message::Message, problem::Problem};

use super::{
    access::{self, Opened},
    body::{self, Body},
    shown,
};
use crate::{
    api::{Caller, Result, Server},
    app::App,
    audit,
    id::JobId,
    intake::cover,
    message::view::SanitisedHtml,
    outbox::{
        Job, enqueue,
        job::{About, ReadNotice},
    },
    store::{
        deliveries, messages,
        outbox::{self, JobKind},
    },
};

/// Opens a message. A recipient's first opening is noted.
#[utoipa::path(
    get, path = "/messages/{id}", tag = "messages", params(("id" = String, Path)),
    responses(
        (status = 200, body = Message), (status = 404, body = Problem),
        (status = 410, description = "message-recalled or message-expired", body = Problem),
    )
)]
pub async fn read(server: web::Data<Server>, caller: Caller, id: web::Path<String>) -> Result {
    caller.may(Scope::MessagesRead)?;
    let mut opened = access::open(&server.app, &caller.account.email, access::id(&id)?).await?;
    note_opening(&server, &caller, &mut opened).await?;
    let Seen { text, html, shown_inline } = body::work(&server, &opened, see).await?;
    let (all, in_reply_to) = around(&server, &caller, &opened).await?;
    Ok(HttpResponse::Ok().json(Message {
        summary: shown::with_outline(
            &server.app,
            &opened.message,
            opened.delivery.as_ref(),
            &all,
            Some(&opened.outline),
        ),
        text,
        remote_images: html.as_ref().is_some_and(|html| html.has_remote_images),
        html: html.map(|html| html.html),
        attachments: opened
            .outline
            .attachments()
            .iter()
            .enumerate()
            .map(|(index, leaf)| shown::attachment(index, leaf, shown_inline.contains(&index)))
            .collect(),
        in_reply_to,
        read_notice: opened.message.read_notice,
    }))
}

/// The body as the API tells it.
struct Seen {
    text: String,
    html: Option<SanitisedHtml>,
    /// Attachments that the HTML shows.
    shown_inline: Vec<usize>,
}

fn see(body: &Body) -> Seen {
    // Without a grant no image can be loaded; the frame of a view shows them.
    let shown_inline = RefCell::new(Vec::new());
    let note_image = |content_id: &str| {
        shown_inline.borrow_mut().extend(body.outline.find_inline(content_id));
        None
    };
    let html = body.html(&note_image, false);
    Seen { text: body.text(), html, shown_inline: shown_inline.into_inner() }
}

/// The deliveries, for the sender; and the message this one answers, if the reader may read that too.
async fn around(
    server: &Server,
    caller: &Caller,
    opened: &Opened,
) -> Result<(Vec<deliveries::Delivery>, Option<String>)> {
    let (id, answered, reader) = (opened.message.id, opened.message.in_reply_to, caller.account.email.clone());
    let is_sender = opened.delivery.is_none();
    if !is_sender && answered.is_none() {
        return Ok((Vec::new(), None));
    }
    let found = server
        .app
        .store
        .read(move |conn| {
            let all = if is_sender { deliveries::list_of(conn, id)? } else { Vec::new() };
            let is_readable = match answered {
                None => false,
                Some(answered) => {
                    messages::find(conn, answered)?.is_some_and(|message| message.sender == reader)
                        || deliveries::find_for(conn, answered, &reader)?.is_some()
                }
            };
            Ok((all, answered.filter(|_| is_readable).map(|id| id.to_string())))
        })
        .await?;
    Ok(found)
}

/// Notes the first opening of a delivery, and for the audit trail the first one in a log-in.
async fn note_opening(server: &Server, caller: &Caller, opened: &mut Opened) -> Result<()> {
    let is_unopened = opened.delivery.as_ref().is_some_and(|delivery| delivery.first_opened_at.is_none());
    let now = server.app.clock.now();
    note(server, caller, opened, is_unopened, now).await?;
    if let Some(delivery) = &mut opened.delivery {
        delivery.first_opened_at = delivery.first_opened_at.or(Some(now));
    }
    Ok(())
}

/// The same for what gives content away in another shape: a row in the audit trail, but no opening that its sender sees.
pub(super) async fn note_reading(server: &Server, caller: &Caller, opened: &Opened) -> Result<()> {
    note(server, caller, opened, false, server.app.clock.now()).await
}

async fn note(server: &Server, caller: &Caller, opened: &Opened, opens: bool, now: DateTime<Utc>) -> Result<()> {
    let Some(delivery) = &opened.delivery else { return Ok(()) };
    let is_first = server.openings.is_first(caller.opening_key(), opened.message.id);
    if !is_first && !opens {
        return Ok(());
    }
    let (app, id) = (server.app.clone(), delivery.id);
    let message_id = opened.outline.message_id.clone();
    let notice = if opens { notice(&server.app, &opened.message, delivery, message_id, now) } else { None };
    let is_to_be_told = notice.is_some();
    let entry = audit::Entry {
        event: audit::Event::Opened,
        actor: Some(caller.account.email.clone()),
        message_id: Some(opened.message.id),
        delivery_id: Some(id),
        reason: Some(if caller.is_program() { "api-token" } else { "log-in" }),
    };
    let opened_id = opened.message.id;
    let noted = server
        .app
        .store
        .write(move |conn| {
            if opens && deliveries::set_first_opened(conn, id, now)? {
                outbox::cancel_kind(conn, opened_id, id, JobKind::WarnRecipient)?;
                if let Some(notice) = &notice {
                    enqueue(conn, &app.seal, now, JobId::new(now), notice, About::default())?;
                }
            }
            if is_first { audit::record(conn, &app, &entry) } else { Ok(()) }
        })
        .await;
    if let Err(error) = noted {
        server.openings.forget(caller.opening_key(), opened.message.id);
        return Err(error.into());
    }
    if is_to_be_told {
        server.app.wake.wake();
    }
    Ok(())
}

/// The read notice for a sender who asked for it, unless the message was opened before. Staff have it as ordinary mail,
/// whose opening here says nothing.
fn notice(
    app: &App,
    message: &messages::Message,
    delivery: &deliveries::Delivery,
    original_id: Option<String>,
    now: DateTime<Utc>,
) -> Option<Job> {
    let is_first = delivery.first_opened_at.is_none() && delivery.ticket_hash.is_some();
    let subject = cover::open(app, message).filter(|_| message.read_notice && is_first)?.subject;
    Some(Job::ReadNotice(ReadNotice {
        message_id: message.id,
        to: message.sender.clone(),
        recipient: delivery.recipient.clone(),
        opened_at: now,
        subject,
        sent_at: message.sent_at,
        original_id,
    }))
}
