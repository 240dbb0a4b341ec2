//! `POST /messages/{id}/replies`.

use actix_web::{HttpRequest, web};
use shared::api::{
    account::Role,
    api_token::Scope,
    message::{Reply, Sent},
    problem::Problem,
};

use super::{
    access::{self, Opened},
    form::{self, Form},
    once::Key,
    send::{begin, created, origin},
    shown,
};
use crate::{
    api::{Caller, Error, Result, Server},
    intake::submit::{Reach, Submission, submit},
    message::Mailbox,
};

/// Answers a message: its sender, or with `all` everyone visible. The body is JSON, or `multipart/form-data` with a
/// part `message` (that JSON) and parts `attachment`. Made again with the same `Idempotency-Key` and the same content
/// within 7 days, it sends nothing and is answered as before.
#[utoipa::path(
    post, path = "/messages/{id}/replies", tag = "messages", request_body = Reply,
    params(
        ("id" = String, Path),
        ("Idempotency-Key" = Option<String>, Header, description = "Chosen by the caller, a new one for each answer"),
    ),
    responses((status = 201, body = Sent), (status = 404, body = Problem), (status = 413, body = Problem), (status = 422, body = Problem))
)]
pub async fn reply(
    server: web::Data<Server>,
    caller: Caller,
    id: web::Path<String>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result {
    caller.may(Scope::MessagesSend)?;
    let id = access::id(&id)?;
    let key = Key::of(&server, &caller, &request).await?;
    // What has been answered already may be gone since.
    let opened = if key.was_used() { None } else { Some(access::open(&server.app, &caller.account.email, id).await?) };
    let form = form::read::<Reply>(&server, &request, payload).await?;
    let (once, sent) = key.with(&server, &form).await?;
    let Form { message, attachments, memory: _held, .. } = form;
    let opened = match (sent, opened) {
        (Some(sent), _) => return Ok(created(&sent)),
        (None, Some(opened)) => opened,
        (None, None) => access::open(&server.app, &caller.account.email, id).await?,
    };
    let mut errors = Vec::new();
    form::lifetime(message.expires_in_days, server.app.config.messages.longest_days, &mut errors);
    if !errors.is_empty() {
        return Err(Error::fields(errors));
    }
    let visible = visible(&opened);
    let (to, cc) = addressees(&opened, &caller, &visible, message.all);
    let outline = &opened.outline;
    let mut draft = begin(&server, &caller);
    draft.to = to;
    draft.cc = cc;
    draft.subject = answered_subject(&shown::subject(outline, &server.app.rules.subject_tags));
    draft.text = message.text;
    draft.html = message.html;
    draft.attachments = attachments;
    draft.in_reply_to.clone_from(&outline.message_id);
    draft.references = outline.references.iter().chain(&outline.message_id).cloned().collect();
    let reach = match caller.role {
        Role::Sender => Reach::Anyone,
        Role::Recipient => Reach::StaffAnd(visible.into_iter().map(|mailbox| mailbox.address).collect()),
    };
    let submission = Submission {
        origin: origin(&caller),
        draft,
        reach,
        answers: Some(opened.message.id),
        expires_in_days: message.expires_in_days,
        read_notice: false,
        once,
        kept_as: message.draft.map(|name| (caller.account.id, name)),
        // The subject is the other side's; what it holds is masked all the same.
        accept_subject_findings: true,
    };
    Ok(created(&submit(&server.app, submission).await?))
}

/// The sender and the visible recipients.
fn visible(opened: &Opened) -> Vec<Mailbox> {
    let outline = &opened.outline;
    let author = Mailbox {
        name: outline
            .from
            .iter()
            .find(|from| from.address == opened.message.sender)
            .map_or_else(String::new, |from| from.name.clone()),
        address: opened.message.sender.clone(),
    };
    std::iter::once(author).chain(outline.to.iter().chain(&outline.cc).cloned()).collect()
}

/// To whom, and to whom in copy. Whoever answers an own message writes to its recipients again.
fn addressees(opened: &Opened, caller: &Caller, visible: &[Mailbox], all: bool) -> (Vec<Mailbox>, Vec<Mailbox>) {
    let own = &caller.account.email;
    let others: Vec<Mailbox> = visible[1..].iter().filter(|mailbox| mailbox.address != *own).cloned().collect();
    if opened.message.sender == *own {
        return (others, Vec::new());
    }
    let author = visible[0].clone();
    let cc = others.into_iter().filter(|mailbox| all && mailbox.address != author.address).collect();
    (vec![author], cc)
}

/// One reply prefix, however often it was answered.
fn answered_subject(subject: &str) -> String {
    let has_prefix = subject.get(..3).is_some_and(|prefix| prefix.eq_ignore_ascii_case("re:"));
    if has_prefix { subject.to_owned() } else { format!("Re: {subject}") }
}
