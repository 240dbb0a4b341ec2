//! The portal's pages: the embedded bundle, precompressed, and for every path the HTML of the program that has its page.

use std::{borrow::Cow, io::Write as _};

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{
        ACCEPT_ENCODING, ACCEPT_LANGUAGE, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY,
        CONTENT_TYPE, ETAG, HOST, IF_NONE_MATCH, LOCATION, VARY,
    },
    web,
};
use askama::Template;
use base64::{Engine as _, prelude::BASE64_STANDARD};
use flate2::{Compression, write::GzEncoder};
use rust_embed::RustEmbed;
use sha2::{Digest as _, Sha256};
use shared::{
    api::{
        problem::ProblemName,
        ticket::{MessageState, Ticket},
    },
    link,
    route::page::{CONFIRM, EXTEND, GENUINE, OPEN, RESET, WRITING},
};

use super::{Error, Result, Server, brand, tickets};
use crate::{
    config::{Config, Portal},
    words::{self, Dates, FirstPaint, Language},
};

#[derive(RustEmbed)]
#[folder = "../frontend/dist"]
#[allow_missing = true]
struct Bundle;

/// What is made of the bundle at start.
pub struct Assets {
    /// The pages of those who read; none where the bundle was not built.
    reading: Option<Program>,
    /// The pages of those who write.
    writing: Option<Program>,
}

/// What starts a program of the bundle.
struct Program {
    /// Its HTML in each language, with the portal's name in it.
    pages: [String; Language::ALL.len()],
    /// Its policy.
    policy: String,
}

/// Where the words of the cover go.
const COVER: &str = "<!--cover-->";

/// What keeps the language that was chosen on a page; the page sets it.
const LANGUAGE_COOKIE: &str = "octothorpe-language";

impl Assets {
    /// Reads the bundle.
    pub fn load(config: &Config) -> Self {
        let assets =
            Self { reading: Program::load("index.html", config), writing: Program::load("writing.html", config) };
        if assets.reading.is_none() || assets.writing.is_none() {
            tracing::warn!("the portal's pages are not part of this build: run scripts/build-frontend and build again");
        }
        assets
    }

    /// The program that has the page of this path.
    fn program(&self, path: &str) -> Option<&Program> {
        let path = path.trim_end_matches('/');
        // What stands behind a page's own path is a token.
        let page = path.rsplit_once('/').map_or(path, |(page, _)| page);
        if WRITING.contains(&path) || WRITING.contains(&page) { self.writing.as_ref() } else { self.reading.as_ref() }
    }
}

impl Program {
    fn load(name: &str, config: &Config) -> Option<Self> {
        let html = String::from_utf8(Bundle::get(name)?.data.into_owned()).ok()?;
        let pages = Language::ALL.map(|language| spoken(&html, config, language));
        Some(Self { pages, policy: policy(&html) })
    }
}

/// The HTML in a language.
fn spoken(html: &str, config: &Config, language: Language) -> String {
    let portal = &config.portal;
    let most = config.gateway.most_attached().to_string();
    let (days, longest) = (config.messages.lifetime_days.to_string(), config.messages.longest_days.to_string());
    let words = FirstPaint(language);
    let brand = portal.brand();
    let logo = brand.logo.as_ref().map_or("", |logo| logo.path.as_str());
    let colours = brand::colours_path(portal);
    let page = html
        .replace(
            "<!--colours-->",
            &colours.map(|path| format!("<link rel=\"stylesheet\" href=\"{path}\"/>")).unwrap_or_default(),
        )
        .replace("<!--mark-->", &brand::mark(portal))
        .replace("<!--help-->", &escape(&brand::help(portal, language)));
    [
        ("__LANGUAGE__", language.code()),
        ("__DIRECTION__", language.direction()),
        ("__PORTAL_NAME__", &portal.name),
        ("__LOGO__", logo),
        ("__HELP_TEXT__", &portal.help_text),
        ("__HELP_PHONE__", &portal.help_phone),
        ("__PRIVACY__", &portal.privacy_url),
        ("__CONTACT__", &portal.contact_url),
        ("__MOST_OCTETS__", &most),
        ("__USUAL_DAYS__", &days),
        ("__ZONE__", portal.zone_name()),
        ("__LONGEST_DAYS__", &longest),
        ("__SLOW__", words.slow()),
        ("__NO_SCRIPT__", words.no_script()),
        ("__NO_SCRIPT_NEXT__", words.no_script_next()),
        ("__NO_SCRIPT_ELSE__", words.no_script_else()),
    ]
    .into_iter()
    .fold(page, |page, (mark, words)| page.replace(mark, &escape(words)))
}

/// The language of a page: as chosen there before, else as the browser asks, else the settings'.
fn language(request: &HttpRequest, portal: &Portal) -> Language {
    let chosen = request.cookie(LANGUAGE_COOKIE).and_then(|cookie| Language::by_code(cookie.value()));
    let asked = || request.headers().get(ACCEPT_LANGUAGE)?.to_str().ok().and_then(Language::accepted);
    chosen.or_else(asked).unwrap_or_else(|| portal.language())
}

/// Scripts from this server, and the one inline script that starts the bundle, known by its hash.
fn policy(html: &str) -> String {
    let mut scripts = String::from("'self' 'wasm-unsafe-eval'");
    for script in inline_scripts(html) {
        scripts.extend([" 'sha256-", &BASE64_STANDARD.encode(Sha256::digest(script)), "'"]);
    }
    format!(
        "default-src 'none'; script-src {scripts}; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
         frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
}

fn inline_scripts(html: &str) -> impl Iterator<Item = &str> {
    html.split("<script").skip(1).filter_map(|rest| {
        let (attributes, rest) = rest.split_once('>')?;
        (!attributes.contains("src=")).then(|| rest.split_once("</script>").map(|(script, _)| script))?
    })
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A file of the bundle, or a page. A path with a dot in its last part names a file.
pub async fn serve(server: web::Data<Server>, request: HttpRequest) -> Result {
    let path = request.path();
    let portal = &server.app.config.portal;
    let target = request.uri().path_and_query().map_or("/", actix_web::http::uri::PathAndQuery::as_str);
    if request.headers().get(HOST).and_then(|host| host.to_str().ok()) != Some(portal.host().as_str()) {
        return Ok(redirect(portal, target));
    }
    if let Some(whole) = link::without_tail(target) {
        return Ok(redirect(portal, whole));
    }
    let name = path.trim_start_matches('/');
    // Whatever else a mail program put behind a token is the page's to pass over.
    let is_link = [OPEN, CONFIRM, RESET, EXTEND]
        .iter()
        .any(|page| path.strip_prefix(page).is_some_and(|rest| rest.starts_with('/')));
    if !is_link && name.rsplit('/').next().is_some_and(|last| last.contains('.')) {
        return brand::file(portal, path).map_or_else(|| file(&request, name), Ok);
    }
    let Some(program) = server.assets.program(path) else {
        return Ok(HttpResponse::ServiceUnavailable()
            .content_type("text/plain; charset=utf-8")
            .body("The portal's pages are not part of this build. Whoever runs this server: see make build."));
    };
    let language = language(&request, portal);
    let html = &program.pages[language as usize];
    let page = match path.strip_prefix("/open/") {
        Some(ticket) => html.replacen(COVER, &cover(&server, ticket, language).await, 1),
        None => html.clone(),
    };
    let mut answer = HttpResponse::Ok();
    answer
        .insert_header((CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((CONTENT_LANGUAGE, language.code()))
        .insert_header((CONTENT_SECURITY_POLICY, program.policy.clone()));
    // It holds nothing that is secret beside something that others may choose, so its length gives nothing away.
    Ok(match takes(&request, "gzip").then(|| packed(&page)).flatten() {
        Some(packed) => {
            answer.insert_header((CONTENT_ENCODING, "gzip")).insert_header((VARY, "Accept-Encoding")).body(packed)
        }
        None => answer.body(page),
    })
}

/// Whether the browser takes an encoding.
fn takes(request: &HttpRequest, encoding: &str) -> bool {
    let accepted = request.headers().get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accepted.split(',').any(|one| one.split(';').next().is_some_and(|one| one.trim() == encoding))
}

/// A page that is made anew each time, with gzip.
fn packed(page: &str) -> Option<Vec<u8>> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(page.as_bytes()).ok()?;
    packed.finish().ok()
}

/// To a path of the portal, whatever it looks like.
fn redirect(portal: &Portal, target: &str) -> HttpResponse {
    HttpResponse::TemporaryRedirect().insert_header((LOCATION, format!("{}{target}", portal.base()))).finish()
}

/// The words that stand there before the WebAssembly has arrived, and all there is without it.
#[derive(Template)]
#[template(path = "cover.html")]
struct Cover<'a> {
    words: words::Cover,
    ticket: Option<Shown>,
    /// Whether the link is cut; what a whole one leads to may be gone.
    is_cut: bool,
    host: String,
    portal: &'a str,
    genuine: &'a str,
}

struct Shown {
    ticket: Ticket,
    sent: String,
    until: String,
}

impl Shown {
    /// The sender's name, or the address where there is none.
    fn name(&self) -> &str {
        let sender = &self.ticket.sender;
        if sender.name.is_empty() { &sender.address } else { &sender.name }
    }

    fn is_available(&self) -> bool {
        self.ticket.state == MessageState::Available
    }

    fn is_refused(&self) -> bool {
        self.ticket.refused_at.is_some()
    }

    fn is_recalled(&self) -> bool {
        self.ticket.state == MessageState::Recalled
    }
}

async fn cover(server: &Server, ticket: &str, language: Language) -> String {
    let whole = link::token(ticket);
    let found = match whole {
        Some(ticket) => tickets::find(&server.app, ticket).await.map(Some),
        None => Ok(None),
    };
    let found = match found {
        Ok(found) => found,
        Err(error) if error.name() == ProblemName::NotFound => None,
        // Nothing is known of the link; the page asks again, and says so.
        Err(_) => return String::new(),
    };
    let portal = &server.app.config.portal;
    let ticket = found.map(|ticket| {
        let dates = portal.dates(language);
        let said = |text: &str, words: fn(Dates, chrono::DateTime<chrono::Utc>) -> String| {
            let time = chrono::DateTime::parse_from_rfc3339(text);
            time.map_or_else(|_| text.to_owned(), |time| words(dates, time.to_utc()))
        };
        let (sent, until) = (said(&ticket.sent_at, Dates::moment), said(&ticket.expires_at, Dates::last_day));
        Shown { ticket, sent, until }
    });
    Cover {
        words: words::Cover(language),
        ticket,
        is_cut: whole.is_none(),
        host: portal.host(),
        portal: &portal.name,
        genuine: GENUINE,
    }
    .render()
    .unwrap_or_default()
}

/// A file of the bundle in the best encoding that the browser takes. Its name holds a hash, so it never changes.
fn file(request: &HttpRequest, name: &str) -> Result {
    let is_internal = ["br", "gz", "html"].iter().any(|suffix| name.ends_with(&format!(".{suffix}")));
    let Some(plain) = Bundle::get(name).filter(|_| !is_internal) else { return Err(Error::not_found()) };
    let packed = [("br", "br"), ("gzip", "gz")].into_iter().find_map(|(encoding, suffix)| {
        let file = takes(request, encoding).then(|| Bundle::get(&format!("{name}.{suffix}"))).flatten()?;
        Some((encoding, file))
    });
    let tag = format!("\"{}\"", data_encoding::HEXLOWER.encode(&plain.metadata.sha256_hash()[..16]));
    let mut answer = HttpResponse::Ok();
    if request.headers().get(IF_NONE_MATCH).is_some_and(|given| given.as_bytes() == tag.as_bytes()) {
        return Ok(HttpResponse::NotModified().insert_header((ETAG, tag)).finish());
    }
    answer
        .insert_header((CONTENT_TYPE, media_type(name)))
        .insert_header((CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .insert_header((VARY, "Accept-Encoding"))
        .insert_header((ETAG, tag));
    let data: Cow<'static, [u8]> = match packed {
        Some((encoding, file)) => {
            answer.insert_header((CONTENT_ENCODING, encoding));
            file.data
        }
        None => plain.data,
    };
    Ok(match data {
        Cow::Borrowed(bytes) => answer.body(bytes),
        Cow::Owned(bytes) => answer.body(bytes),
    })
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, suffix)| suffix) {
        Some("js") => "text/javascript; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("txt") => "text/plain; charset=utf-8",
        Some("webmanifest") => "application/manifest+json",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_names_the_inline_script_by_its_hash() {
        let policy = policy("<script src=\"/a.js\"></script><script type=\"module\">import x</script>");
        assert_eq!(policy.matches("sha256-").count(), 1);
        assert!(!policy.contains("unsafe-inline"));
    }
}
