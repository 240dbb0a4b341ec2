//! `GET /messages/{id}/source`.

use std::io;

use actix_web::{
    HttpResponse,
    http::header::{CONTENT_DISPOSITION, CONTENT_TYPE},
    web,
};
use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use shared::api::{api_token::Scope, problem::Problem, problem::ProblemName};

use super::{
    access::{self, Opened},
    attachment::disposition,
    read::note_reading,
};
use crate::{
    api::{Caller, Error, Result, Server},
    app::App,
    message::rewrite::WithoutBcc,
    reading::LeafStream,
};

/// The message as it came, but for its Bcc fields.
#[utoipa::path(
    get, path = "/messages/{id}/source", tag = "messages", params(("id" = String, Path)),
    responses((status = 200, description = "RFC 5322", content_type = "message/rfc822"), (status = 404, body = Problem))
)]
pub async fn source(server: web::Data<Server>, caller: Caller, id: web::Path<String>) -> Result {
    caller.may(Scope::MessagesRead)?;
    let opened = access::open(&server.app, &caller.account.email, access::id(&id)?).await?;
    note_reading(&server, &caller, &opened).await?;
    file(&server.app, opened).await
}

/// A header of more octets is sent on before its end is known.
const LONGEST_HEADER: u64 = 1024 * 1024;

/// The message as a file to be saved, sent as it is read: it never lies in memory as a whole.
pub(super) async fn file(app: &App, opened: Opened) -> Result {
    let name = format!("message-{}.eml", opened.message.reference);
    let mut answer = HttpResponse::Ok();
    answer.insert_header((CONTENT_TYPE, "message/rfc822"));
    answer.insert_header((CONTENT_DISPOSITION, disposition("attachment", &name)));
    let size = u64::try_from(opened.message.size).unwrap_or(0);
    let part = LeafStream::whole(app.clone(), &opened.message, opened.opener);
    let mut source = Source { part, filter: WithoutBcc::default(), is_over: false };
    // How much is taken out is known behind the header, and then how long the file will be.
    let (mut begins, mut read) = (Vec::new(), 0);
    while source.filter.dropped().is_none() && read < LONGEST_HEADER {
        let Some(piece) = source.next().await else { break };
        let piece = piece.map_err(|_| Error::new(ProblemName::Internal))?;
        read += piece.len() as u64;
        begins.push(Ok(piece));
    }
    if let Some(dropped) = source.filter.dropped() {
        answer.no_chunking(size.saturating_sub(dropped));
    }
    let rest = stream::unfold(source, |mut source| async move { source.next().await.map(|piece| (piece, source)) });
    Ok(answer.streaming(stream::iter(begins).chain(rest)))
}

/// A message on its way, its Bcc fields taken out.
struct Source {
    part: LeafStream,
    filter: WithoutBcc,
    is_over: bool,
}

impl Source {
    async fn next(&mut self) -> Option<io::Result<Bytes>> {
        if self.is_over {
            return None;
        }
        match self.part.next().await {
            Some(piece) => Some(piece.map(|piece| self.filter.push(&piece).into())),
            None => {
                self.is_over = true;
                Some(Ok(self.filter.finish().into()))
            }
        }
    }
}
