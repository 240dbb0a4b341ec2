//! `/view/{grant}`: what a grant shows, each answer under a policy of its own.

use actix_web::{
    HttpResponse,
    http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE},
    web,
};
use serde::Deserialize;
use shared::api::problem::ProblemName;

use super::{
    access::{self, Opened, octets_of},
    attachment,
};
use crate::{
    accounts::session,
    api::{
        Error, Result, Server,
        grant::{self, Grant, Target},
    },
    message::view,
    reading::LeafStream,
    store::accounts,
};

/// Whether images from elsewhere may load.
#[derive(Deserialize)]
pub struct Query {
    remote: Option<String>,
    inline: Option<String>,
}

/// Shows what the grant names, while its log-in lasts.
pub async fn show(server: web::Data<Server>, text: web::Path<String>, query: web::Query<Query>) -> Result {
    let app = &server.app;
    let grant = grant::read(&app.seal, &text, app.clock.now().timestamp()).ok_or(Error::not_found())?;
    let account = session::alive(app, grant.session).await.map_err(|_| Error::not_found())?;
    let reader = app.store.read(move |conn| accounts::get(conn, account)).await?;
    let opened = access::open(app, &reader.email, grant.message).await?;
    match grant.target {
        Target::Body => body(&server, &grant, &opened, query.remote.as_deref() == Some("1")).await,
        Target::Attachment(index) => {
            let index = index as usize;
            let leaf = opened.attachment(index)?;
            let mut head = attachment::head(index, &leaf, query.inline.as_deref() == Some("1"));
            head.insert_header((CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'"));
            let part = LeafStream::new(app.clone(), &opened.message, opened.opener, &leaf);
            Ok(access::stream_body(head, part))
        }
    }
}

/// The HTML body, its inline images from grants of their own. The frame runs nothing and loads nothing from elsewhere
/// unless asked.
async fn body(server: &Server, grant: &Grant, opened: &Opened, remote: bool) -> Result {
    let octets = opened.body_octets(&server.app).await?;
    let attachments = opened.outline.attachments();
    let image = |content_id: &str| {
        let index = attachments
            .iter()
            .position(|leaf| leaf.content_id.as_deref().is_some_and(|id| id.eq_ignore_ascii_case(content_id)))?;
        let target = Target::Attachment(u32::try_from(index).ok()?);
        let url = grant::url(&server.app.seal, &Grant { target, ..*grant }).ok()?;
        // Relative addresses are taken out of a mail's HTML.
        Some(format!("{}{url}?inline=1", server.app.config.portal.base()))
    };
    let html = view::body_html(&opened.outline, |leaf| octets_of(&octets, leaf), &image, remote);
    let html = match html {
        Some(html) => html.html,
        None => view::preformatted(&view::body_text(&opened.outline, |leaf| octets_of(&octets, leaf))),
    };
    let origin = server.app.config.portal.origin();
    let images = if remote { format!("{origin} data: https: http:") } else { format!("{origin} data:") };
    let policy = format!(
        "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; img-src {images}; \
         style-src 'unsafe-inline'; frame-ancestors {origin}; base-uri 'none'; form-action 'none'"
    );
    let page = format!(
        "<!doctype html><html><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\"><base target=\"_blank\"><style>{STYLE}</style></head>\
         <body>{html}</body></html>"
    );
    if page.len() > MOST_HTML {
        return Err(Error::new(ProblemName::TooLarge));
    }
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((CONTENT_SECURITY_POLICY, policy))
        .body(page))
}

/// A body of more than this is no letter.
const MOST_HTML: usize = 64 * 1024 * 1024;

/// Mail brings its own colours, made for a white page.
const STYLE: &str = "html{background:#fff;color:#1a1a1a;color-scheme:light}\
    body{margin:16px;font:16px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}\
    img{max-width:100%;height:auto}table{max-width:100%}pre{white-space:pre-wrap;font:inherit}";
