//! `/dev/mailbox`: the demo's captured mail, so that a newcomer can play every role. It exists only with the transport
//! `capture`, and for this machine alone.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE},
    web::{self, ServiceConfig, get},
};
use askama::Template;
use bytes::Bytes;

use super::{Error, Result, Server, client};
use crate::{
    mail::capture::Capture,
    message::{self, Leaf, Mailbox, ParsedMail, RawMail, container::octets_in, decode::decode, view},
    words::{Dates, Language},
};

/// Its paths.
pub fn routes(config: &mut ServiceConfig) {
    config
        .route("/dev/mailbox", get().to(list))
        .route("/dev/mailbox.css", get().to(style))
        .route("/dev/mailbox/{name}", get().to(show))
        .route("/dev/mailbox/{name}/html", get().to(html))
        .route("/dev/mailbox/{name}/raw", get().to(raw))
        .route("/dev/mailbox/{name}/attachments/{index}", get().to(attachment));
}

/// The newest mails shown.
const MOST: usize = 200;

#[derive(Template)]
#[template(path = "mailbox.html")]
struct Page<'a> {
    title: &'a str,
    portal: &'a str,
    content: String,
}

#[derive(Template)]
#[template(path = "mailbox_list.html")]
struct List {
    mails: Vec<Shown>,
    gateway: String,
    domain: String,
}

#[derive(Template)]
#[template(path = "mailbox_mail.html")]
struct Mail {
    shown: Shown,
    attachments: Vec<Attached>,
    has_html: bool,
    text: Vec<Piece>,
}

struct Shown {
    name: String,
    subject: String,
    from: String,
    reply_to: String,
    to: String,
    at: String,
}

struct Attached {
    index: usize,
    name: String,
}

/// Text, or a link within it.
struct Piece {
    text: String,
    is_link: bool,
}

fn page(server: &Server, title: &str, content: String) -> HttpResponse {
    let page = Page { title, portal: &server.app.config.portal.name, content }.render();
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((
            CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'self'; frame-src 'self'; frame-ancestors 'none'; base-uri 'none'",
        ))
        .body(page.unwrap_or_default())
}

fn local_only(server: &Server, request: &HttpRequest) -> Result<()> {
    let client = client::address(request, &server.app.config.http.trusted_proxies);
    if client.is_loopback() { Ok(()) } else { Err(Error::not_found()) }
}

fn mailbox(server: &Server) -> Result<&Capture> {
    server.app.capture.as_ref().ok_or(Error::not_found())
}

fn load(server: &Server, name: &str) -> Result<(RawMail, ParsedMail)> {
    let raw = RawMail(mailbox(server)?.read(name).ok_or(Error::not_found())?);
    let mail = message::read(&raw);
    Ok((raw, mail))
}

fn shown(name: &str, mail: &ParsedMail, dates: Dates) -> Shown {
    let headers = &mail.headers;
    let named = |mailboxes: &[Mailbox]| {
        let names: Vec<String> = mailboxes
            .iter()
            .map(|mailbox| match mailbox.name.as_str() {
                "" => mailbox.address.to_string(),
                name => format!("{name} <{}>", mailbox.address),
            })
            .collect();
        names.join(", ")
    };
    Shown {
        name: name.to_owned(),
        subject: mail.outline.subject.clone(),
        from: named(&headers.from),
        reply_to: named(&mail.outline.reply_to),
        to: headers.value("delivered-to").unwrap_or_default().to_owned(),
        at: headers.date.map(|time| dates.moment(time)).unwrap_or_default(),
    }
}

async fn list(server: web::Data<Server>, request: HttpRequest) -> Result {
    local_only(&server, &request)?;
    let mut names = mailbox(&server)?.list().map_err(|_| Error::not_found())?;
    names.truncate(MOST);
    let dates = server.app.config.portal.dates(Language::En);
    let mails = names.iter().filter_map(|name| Some(shown(name, &load(&server, name).ok()?.1, dates))).collect();
    let config = &server.app.config;
    let domain = config
        .organisation
        .sender_domains
        .first()
        .map_or("example.gov".to_owned(), |domain| domain.domain().to_string());
    let content = List { mails, gateway: config.gateway.listen.to_string(), domain }.render();
    Ok(page(&server, "Captured mail", content.unwrap_or_default()))
}

async fn style() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/css; charset=utf-8"))
        .body(include_str!("templates/mailbox.css"))
}

async fn show(server: web::Data<Server>, request: HttpRequest, name: web::Path<String>) -> Result {
    local_only(&server, &request)?;
    let (raw, parsed) = load(&server, &name)?;
    let octets = |leaf: &Leaf| octets_in(leaf, &raw.0);
    let attachments = parsed
        .outline
        .attachments()
        .iter()
        .enumerate()
        .map(|(index, leaf)| Attached { index, name: leaf.name.clone().unwrap_or_else(|| leaf.content_type.clone()) })
        .collect();
    let text = pieces(&view::body_text(&parsed.outline, octets));
    let has_html = parsed.outline.body().has_html();
    let shown = shown(&name, &parsed, server.app.config.portal.dates(Language::En));
    let title = shown.subject.clone();
    let content = Mail { shown, attachments, has_html, text }.render();
    Ok(page(&server, &title, content.unwrap_or_default()))
}

/// Splits a text at its links.
fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find("http://").into_iter().chain(rest.find("https://")).min() {
        let end = rest[at..].find(char::is_whitespace).map_or(rest.len(), |end| at + end);
        pieces.push(Piece { text: rest[..at].to_owned(), is_link: false });
        pieces.push(Piece { text: rest[at..end].to_owned(), is_link: true });
        rest = &rest[end..];
    }
    pieces.push(Piece { text: rest.to_owned(), is_link: false });
    pieces
}

/// The HTML part as it is: what Octothorpe wrote is looked at here as a mail program would show it.
async fn html(server: web::Data<Server>, request: HttpRequest, name: web::Path<String>) -> Result {
    local_only(&server, &request)?;
    let (raw, parsed) = load(&server, &name)?;
    let body = parsed.outline.body();
    let leaf = body.html.iter().find(|leaf| leaf.is_html()).ok_or(Error::not_found())?;
    let markup = view::text(leaf, &octets_in(leaf, &raw.0));
    let markup = markup.replacen("<head>", "<head><base target=\"_top\">", 1);
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((
            CONTENT_SECURITY_POLICY,
            "sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation; \
             default-src 'none'; img-src data:; style-src 'unsafe-inline'",
        ))
        .body(markup))
}

async fn raw(server: web::Data<Server>, request: HttpRequest, name: web::Path<String>) -> Result {
    local_only(&server, &request)?;
    let (raw, _) = load(&server, &name)?;
    Ok(HttpResponse::Ok().insert_header((CONTENT_TYPE, "text/plain; charset=utf-8")).body(raw.0))
}

async fn attachment(server: web::Data<Server>, request: HttpRequest, path: web::Path<(String, usize)>) -> Result {
    local_only(&server, &request)?;
    let (name, index) = path.into_inner();
    let (raw, parsed) = load(&server, &name)?;
    let attachments = parsed.outline.attachments();
    let leaf = attachments.get(index).ok_or(Error::not_found())?;
    let bytes = Bytes::from(decode(leaf.encoding, &octets_in(leaf, &raw.0)));
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, leaf.content_type.clone()))
        .insert_header((
            CONTENT_SECURITY_POLICY,
            "sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation; default-src 'none'; \
             style-src 'unsafe-inline'; img-src data:",
        ))
        .body(bytes))
}
