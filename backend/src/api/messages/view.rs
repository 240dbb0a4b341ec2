//! `/view/{grant}`: what a grant shows, each answer under a policy of its own.

use actix_web::{
    HttpResponse,
    http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE},
    web,
};
use serde::Deserialize;
use shared::api::problem::ProblemName;

use super::{
    access::{self, Opened},
    attachment,
    frame::{self, How},
    source,
};
use crate::{
    accounts::session,
    api::{
        Error, Result, Server,
        grant::{self, Grant, Target},
    },
    store::accounts,
    words::Language,
};

/// How it is to be shown.
#[derive(Deserialize)]
pub struct Query {
    remote: Option<String>,
    inline: Option<String>,
    print: Option<String>,
    language: Option<String>,
}

impl Query {
    fn how(&self, server: &Server) -> How {
        let language = self.language.as_deref().and_then(Language::by_code);
        How {
            remote: is_asked(self.remote.as_ref()),
            print: is_asked(self.print.as_ref()),
            language: language.unwrap_or_else(|| server.app.config.portal.language()),
        }
    }
}

fn is_asked(value: Option<&String>) -> bool {
    value.is_some_and(|value| value == "1")
}

/// Shows what the grant names, while its log-in lasts.
pub async fn show(server: web::Data<Server>, text: web::Path<String>, query: web::Query<Query>) -> Result {
    let app = &server.app;
    let grant = grant::read(&app.seal, &text, app.clock.now().timestamp()).ok_or(Error::not_found())?;
    let account = session::alive(app, grant.session).await.map_err(|_| Error::not_found())?;
    let reader = app.store.read(move |conn| accounts::get(conn, account)).await?;
    let opened = access::open(app, &reader.email, grant.message).await?;
    match grant.target {
        Target::Body => body(&server, &grant, &opened, &query.how(&server)).await,
        Target::Source => source::file(app, opened).await,
        Target::Attachment(index) => {
            attachment::view(&server, opened, index as usize, is_asked(query.inline.as_ref())).await
        }
    }
}

async fn body(server: &Server, grant: &Grant, opened: &Opened, how: &How) -> Result {
    let frame::Page { html, policy } = frame::page(server, grant, opened, how).await?;
    if html.len() > MOST_HTML {
        return Err(Error::new(ProblemName::TooLarge));
    }
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((CONTENT_SECURITY_POLICY, policy))
        .body(html))
}

/// A body of more than this is no letter.
const MOST_HTML: usize = 64 * 1024 * 1024;
