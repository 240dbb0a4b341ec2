//! The body of a message as a page of its own, for a frame of the portal or for paper.
//!
//! The frame shows what a stranger wrote, within walls that each hold by themselves: the HTML was made harmless
//! (`message/view.rs`); the page's own policy and its sandbox allow no script, no form and no frame; what it may load
//! is images, from elsewhere only when asked. It keeps the portal's origin, so that the portal's page can read how high
//! it is and print it. That gives the page inside nothing: an origin is of use to scripts alone, and neither the
//! attribute of the frame nor the policy lets any run, not even should the page be opened outside of its frame. Its
//! links open in a new window that knows nothing of this one (`noopener`), and the log-in's cookie is of use only to
//! calls that a page here must make (`POST`, with `Origin`).

use askama::Template;

use super::{
    access::Opened,
    body::{self, Body},
    shown,
};
use crate::{
    api::{
        Result, Server,
        grant::{self, Grant, Target},
    },
    app::App,
    message::{Leaf, Mailbox, container, quotation, view},
    words::{self, Language},
};

/// How the body is to be shown.
#[derive(Clone, Copy)]
pub struct How {
    /// With images from elsewhere.
    pub remote: bool,
    /// For paper.
    pub print: bool,
    /// In which language its few words are.
    pub language: Language,
}

/// A page and its policy.
pub struct Page {
    pub html: String,
    pub policy: String,
}

/// What stands above the text on paper.
#[derive(Template)]
#[template(path = "print.html")]
struct Head {
    words: words::Cover,
    view: words::View,
    subject: String,
    from: String,
    to: String,
    sent: String,
    reference: String,
    attachments: String,
}

/// The page, its inline images from grants of their own.
pub async fn page(server: &Server, grant: &Grant, opened: &Opened, how: &How) -> Result<Page> {
    let origin = server.app.config.portal.origin();
    let (app, grant, shown) = (server.app.clone(), *grant, *how);
    let body = body::work(server, opened, move |body| markup(&app, &grant, shown, body)).await?;
    let head = if how.print { head(server, opened, how.language) } else { String::new() };
    let style = match how.print {
        true => PRINTED,
        false if view::is_plain(&body) => DARK,
        false => "",
    };
    let html = format!(
        "<!doctype html><html lang=\"{language}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\"><title>{title}</title><base target=\"_blank\">\
         <style>{STYLE}{style}</style></head><body>{head}{body}</body></html>",
        language = how.language.code(),
        title = view::escape(&shown::subject(&opened.outline, &server.app.rules.subject_tags)),
    );
    // Windows of the page's own (the print dialog) are for paper alone, links for the screen.
    let allowed = if how.print { "allow-modals" } else { "allow-popups allow-popups-to-escape-sandbox" };
    let images = if how.remote { format!("{origin} data: https: http:") } else { format!("{origin} data:") };
    let policy = format!(
        "sandbox allow-same-origin {allowed}; default-src 'none'; img-src {images}; style-src 'unsafe-inline'; \
         frame-ancestors {origin}; base-uri 'none'; form-action 'none'"
    );
    Ok(Page { html, policy })
}

/// The body as HTML.
fn markup(app: &App, grant: &Grant, how: How, body: &Body) -> String {
    let image = |content_id: &str| {
        let target = Target::Attachment(u32::try_from(body.outline.find_inline(content_id)?).ok()?);
        let url = grant::url(&app.seal, &Grant { target, ..*grant }).ok()?;
        // Relative addresses are taken out of a mail's HTML.
        Some(format!("{}{url}?inline=1", app.config.portal.base()))
    };
    match body.html(&image, how.remote) {
        Some(html) if how.print => html.html,
        Some(html) => quotation::fold(&html.html, words::View(how.language).quoted()),
        None => view::preformatted(&body.text()),
    }
}

fn head(server: &Server, opened: &Opened, language: Language) -> String {
    let outline = &opened.outline;
    let named = |mailbox: &Mailbox| match mailbox.name.as_str() {
        "" => mailbox.address.written().to_owned(),
        name => format!("{name} <{}>", mailbox.address.written()),
    };
    let names = |mailboxes: Vec<&Mailbox>| mailboxes.into_iter().map(named).collect::<Vec<_>>().join(", ");
    let inline = |leaf: &Leaf| leaf.content_id.is_some() && !leaf.attached;
    let files = outline.attachments().into_iter().enumerate().filter(|(_, leaf)| !inline(leaf));
    // What could not be looked into: its name says nothing to anybody.
    let file = |(index, leaf): (usize, &Leaf)| {
        if container::is_tnef(leaf) {
            words::Attachment(language).from_outlook().to_owned()
        } else {
            shown::file_name(index, leaf)
        }
    };
    let head = Head {
        words: words::Cover(language),
        view: words::View(language),
        subject: shown::subject(outline, &server.app.rules.subject_tags),
        from: names(outline.from.iter().collect()),
        to: names(outline.to.iter().chain(&outline.cc).collect()),
        sent: server.app.config.portal.dates(language).moment(opened.message.sent_at),
        reference: opened.message.reference.clone(),
        attachments: files.map(file).collect::<Vec<_>>().join(", "),
    };
    head.render().unwrap_or_default()
}

/// Mail brings its own colours, made for a white page; and pictures, often of dark lines on nothing.
const STYLE: &str = "html{background:#fff;color:#1a1a1a;color-scheme:light}\
    body{margin:16px;font:1.0625rem/1.5 system-ui,sans-serif;overflow-wrap:anywhere}td,th{overflow-wrap:break-word}\
    img{max-width:100%;height:auto}img:not([src]):is([alt=\"\"],:not([alt])){display:none}table{max-width:100%}pre{white-space:pre-wrap;font:inherit}\
    summary{color:#51606f;cursor:pointer;min-height:24px}details>blockquote{margin-top:8px}";

/// A letter without any has those of the portal, also in the dark.
const DARK: &str = "@media screen and (prefers-color-scheme:dark){html{background:#1a2229;color:#e8edf2;color-scheme:dark}\
    a{color:#7cc4e6}summary{color:#a9b6c2}}";

/// On paper there is no edge to keep from.
const PRINTED: &str = "body{margin:0}header{margin-bottom:24px;border-bottom:1px solid #999}h1{font-size:20px}\
    header th{padding:0 16px 4px 0;font-weight:400;text-align:left;vertical-align:top;color:#555}";
