//! `POST /messages`.

use actix_web::{HttpRequest, HttpResponse, web};
use shared::api::{
    account::Role,
    api_token::Scope,
    message::{SendMessage, Sent},
    problem::{FieldError, Problem},
};

use super::{
    form::{self, Form},
    once::Key,
    shown,
};
use crate::{
    api::{Caller, Error, Result, Server},
    id::MessageId,
    intake::submit::{Reach, Submission, Submitted, submit},
    message::{
        Mailbox,
        compose::{Draft, message_id},
    },
    store::messages::Origin,
};

/// The longest subject, in characters.
const LONGEST_SUBJECT: usize = 500;

/// Sends a message: sealed to recipients outside the agency, as ordinary mail to staff. The body is JSON, or
/// `multipart/form-data` with a part `message` (that JSON) and parts `attachment`. Made again with the same
/// `Idempotency-Key` and the same content within 7 days, it sends nothing and is answered as before.
#[utoipa::path(
    post, path = "/messages", tag = "messages", request_body = SendMessage,
    params(("Idempotency-Key" = Option<String>, Header, description = "Chosen by the caller, a new one for each message")),
    responses(
        (status = 201, body = Sent), (status = 403, description = "recipient-not-allowed", body = Problem),
        (status = 413, body = Problem),
        (status = 422, description = "invalid or subject-holds-personal-information", body = Problem),
    )
)]
pub async fn send(server: web::Data<Server>, caller: Caller, request: HttpRequest, payload: web::Payload) -> Result {
    caller.may(Scope::MessagesSend)?;
    let key = Key::of(&server, &caller, &request).await?;
    let form = form::read::<SendMessage>(&server, &request, payload).await?;
    let (once, sent) = key.with(&server, &form).await?;
    let Form { message, attachments, memory: _held, .. } = form;
    if let Some(sent) = sent {
        return Ok(created(&sent));
    }
    let mut errors = Vec::new();
    let mut draft = begin(&server, &caller);
    draft.to = form::mailboxes("to", &message.to, &mut errors);
    draft.cc = form::mailboxes("cc", &message.cc, &mut errors);
    draft.bcc = form::mailboxes("bcc", &message.bcc, &mut errors);
    form::lifetime(message.expires_in_days, server.app.config.messages.longest_days, &mut errors);
    if message.subject.chars().count() > LONGEST_SUBJECT {
        errors.push(FieldError {
            field: "subject".to_owned(),
            code: "too-long".to_owned(),
            message: "A subject has at most 500 characters.".to_owned(),
        });
    }
    if !errors.is_empty() {
        return Err(Error::fields(errors));
    }
    draft.subject = message.subject;
    draft.text = message.text;
    draft.html = message.html;
    draft.attachments = attachments;
    let reach = match caller.role {
        Role::Sender => Reach::Anyone,
        Role::Recipient => Reach::StaffAnd(Vec::new()),
    };
    let submission = Submission {
        origin: origin(&caller),
        draft,
        reach,
        answers: None,
        expires_in_days: message.expires_in_days,
        read_notice: message.read_notice,
        once,
        kept_as: message.draft.map(|name| (caller.account.id, name)),
        accept_subject_findings: message.accept_subject_findings,
    };
    Ok(created(&submit(&server.app, submission).await?))
}

/// What was sent.
pub(super) fn created(sent: &Submitted) -> HttpResponse {
    let deliveries = sent.deliveries.iter().map(shown::delivery).collect();
    HttpResponse::Created().json(Sent { id: sent.id.to_string(), deliveries })
}

/// A draft from the caller.
pub(super) fn begin(server: &Server, caller: &Caller) -> Draft {
    let now = server.app.clock.now();
    let from = Mailbox { name: caller.account.display_name.clone(), address: caller.account.email.clone() };
    let id = message_id(MessageId::new(now).as_uuid(), server.app.config.mail.from().domain());
    Draft::new(from, id, now)
}

/// The door.
pub(super) fn origin(caller: &Caller) -> Origin {
    if caller.is_program() { Origin::Api } else { Origin::Portal }
}
