//! The whole program in a test: real store, real router, real SMTP session, a clock that is set by hand, mail caught in
//! a folder.

use std::{
    collections::HashMap,
    future::Future,
    net::{IpAddr, Ipv4Addr},
    pin::Pin,
    rc::Rc,
    sync::Arc,
};

use actix_http::Request;
use actix_web::{App as Site, body::to_bytes, dev::Service as _, http::Method, middleware::from_fn, test, web};
use bytes::Bytes;
use chrono::Duration;
use octothorpe::{
    api::{self, Server},
    app::App,
    clock::{ManualClock, SharedClock},
    config::Config,
    gateway::{Settings, connection, relay::Relay, session::Session},
    intake::Pipeline,
    mail::{capture::Capture, next_hop::NextHop, relay_url::RelayUrl, tls},
    outbox::worker,
    rotation,
    seal::{KeyRing, Seal},
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    sync::watch,
};

use super::{database::Database, hop::Hop, sample::noon, server::MailServer};

/// What the tests' settings begin with.
pub const SETTINGS: &str = "
    mail.transport = 'capture'
    organisation.sender_domains = 'cws.state.ca.us'
    organisation.internal_domains = 'state.ca.us'
    gateway.hostname = 'gateway.test'
";

type Call = Rc<dyn Fn(Request) -> Pin<Box<dyn Future<Output = Answer>>>>;

/// The program.
pub struct TestApp {
    /// Its parts.
    pub app: App,
    /// Its clock.
    pub clock: Arc<ManualClock>,
    /// Where relayed mail goes.
    pub hop: Arc<Hop>,
    call: Call,
    capture: Capture,
    ring: KeyRing,
    _folder: tempfile::TempDir,
}

/// What is not made anew.
#[derive(Default)]
struct Given {
    next_hop: Option<Arc<dyn NextHop>>,
    ring: Option<KeyRing>,
    clock: Option<Arc<ManualClock>>,
}

/// What a call answered.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HashMap<String, String>,
    pub body: Bytes,
}

impl Answer {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {:?}", self.text()))
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The name of a problem.
    pub fn problem(&self) -> String {
        assert_eq!(self.headers["content-type"], "application/problem+json", "{}", self.text());
        self.json()["type"].as_str().unwrap().rsplit(':').next().unwrap().to_owned()
    }

    /// Asserts that the status is one of these.
    pub fn one_of(self, statuses: &[u16]) -> Self {
        assert!(statuses.contains(&self.status), "{} {}", self.status, self.text());
        self
    }

    /// Asserts the status.
    pub fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text());
        self
    }
}

impl TestApp {
    /// The program on this database.
    pub async fn start(database: &Database) -> Self {
        Self::with(database, "").await
    }

    /// The same with further settings.
    pub async fn with(database: &Database, more: &str) -> Self {
        Self::build(database, more, Given::default()).await
    }

    /// The same; what it relays and what it writes goes to this mail server.
    pub async fn before(database: &Database, server: &MailServer) -> Self {
        let url: RelayUrl = format!("smtp://127.0.0.1:{}", server.port).parse().unwrap();
        let relay =
            Relay::new(url, "gateway.test".to_owned(), tls::verifying().unwrap(), tls::opportunistic().unwrap());
        let given = Given { next_hop: Some(Arc::new(relay)), ..Given::default() };
        Self::build(database, "", given).await
    }

    /// Another node on the same database, with the same key ring and clock.
    pub async fn beside(&self, database: &Database) -> Self {
        let given = Given { ring: Some(self.ring.clone()), clock: Some(Arc::clone(&self.clock)), next_hop: None };
        Self::build(database, "", given).await
    }

    /// Makes a new key the active one, at this node alone.
    pub fn rotate_keys(&self) {
        let mut ring = self.ring.clone();
        ring.rotate(noon());
        self.app.seal.reload(ring);
    }

    async fn build(database: &Database, more: &str, given: Given) -> Self {
        let url = if more.contains("portal.url") { "" } else { "portal.url = 'http://portal.test'\n" };
        let config = Config::parse(&format!("{SETTINGS}{url}{more}")).unwrap();
        let clock = given.clock.unwrap_or_else(|| Arc::new(ManualClock::new(noon())));
        let shared: SharedClock = clock.clone();
        let folder = tempfile::tempdir().unwrap();
        let capture = Capture::new(folder.path(), shared.clone()).unwrap();
        let store = database.open().await;
        let ring = given.ring.unwrap_or_else(|| KeyRing::generate(noon()));
        rotation::check(&store, &ring, noon()).await.unwrap();
        let hop = Arc::new(Hop::new(capture.clone()));
        let next_hop = given.next_hop.unwrap_or_else(|| hop.clone());
        let app = App::new(config, shared, store, Seal::new(ring.clone()), next_hop, Some(capture.clone()));
        let call = router(&app).await;
        Self { app, clock, hop, call, capture, ring, _folder: folder }
    }

    /// Calls the API.
    pub fn call(&self, method: Method, path: &str) -> Builder<'_> {
        Builder { app: self, request: test::TestRequest::default().method(method).uri(path), bearer: None }
    }

    /// `GET`.
    pub fn get(&self, path: &str) -> Builder<'_> {
        self.call(Method::GET, path)
    }

    /// `POST` of JSON.
    pub fn post(&self, path: &str, body: Value) -> Builder<'_> {
        let mut builder = self.call(Method::POST, path);
        builder.request = builder.request.set_json(body);
        builder
    }

    /// A conversation by SMTP from a trusted client; answers what the server said.
    pub async fn smtp(&self, said: &[u8]) -> String {
        self.smtp_from(IpAddr::V4(Ipv4Addr::LOCALHOST), said).await
    }

    /// The same from another address.
    pub async fn smtp_from(&self, ip: IpAddr, said: &[u8]) -> String {
        let settings = Arc::new(Settings::of(&self.app));
        let (mut client, server) = tokio::io::duplex(1024 * 1024);
        let (_stop, stopped) = watch::channel(false);
        let session = Session::new(Arc::clone(&settings), ip);
        // A conversation of the server is large, and would be a part of each test's own.
        let serving =
            Box::pin(connection::serve(server, session, settings, Arc::new(Pipeline(self.app.clone())), stopped));
        let talking = async move {
            let (mut reader, mut writer) = tokio::io::split(&mut client);
            let writing = async {
                writer.write_all(said).await.unwrap();
            };
            let mut heard = String::new();
            let reading = reader.read_to_string(&mut heard);
            let (read, ()) = tokio::join!(reading, writing);
            read.unwrap();
            heard
        };
        let (served, heard) = tokio::join!(serving, talking);
        served.unwrap();
        heard
    }

    /// Sends a mail by SMTP; answers the reply to its end.
    pub async fn send(&self, from: &str, to: &[&str], mail: &str) -> String {
        self.send_bytes(from, to, mail.replace('\n', "\r\n").as_bytes()).await
    }

    /// The same with parameters behind the addresses.
    pub async fn send_asking(&self, from: (&str, &str), to: &[(&str, &str)], mail: &str) -> String {
        self.transact(from, to, mail.replace('\n', "\r\n").as_bytes()).await
    }

    /// The same with octets.
    pub async fn send_bytes(&self, from: &str, to: &[&str], mail: &[u8]) -> String {
        let to: Vec<(&str, &str)> = to.iter().map(|to| (*to, "")).collect();
        self.transact((from, ""), &to, mail).await
    }

    async fn transact(&self, (from, asking): (&str, &str), to: &[(&str, &str)], mail: &[u8]) -> String {
        let mut said = format!("EHLO client.test\r\nMAIL FROM:<{from}> {asking}\r\n").into_bytes();
        for (recipient, asking) in to {
            said.extend_from_slice(format!("RCPT TO:<{recipient}> {asking}\r\n").as_bytes());
        }
        said.extend_from_slice(b"DATA\r\n");
        for line in mail.split_inclusive(|b| *b == b'\n') {
            if line.starts_with(b".") {
                said.push(b'.');
            }
            said.extend_from_slice(line);
        }
        if !mail.ends_with(b"\n") {
            said.extend_from_slice(b"\r\n");
        }
        said.extend_from_slice(b".\r\nQUIT\r\n");
        let heard = self.smtp(&said).await;
        let replies: Vec<&str> = heard.lines().collect();
        replies[replies.len() - 2].to_owned()
    }

    /// Runs every job that is due, and those that come of it.
    pub async fn run_jobs(&self) {
        while worker::run_due(&self.app, &[7; 16]).await.unwrap() > 0 {}
    }

    /// Lets time pass.
    pub fn wait(&self, time: Duration) {
        self.clock.advance(time);
    }

    /// The captured mails to an address, the oldest first.
    pub fn mails(&self, to: &str) -> Vec<String> {
        let ending = format!("-{to}.eml");
        let mut names: Vec<String> =
            self.capture.list().unwrap().into_iter().filter(|name| name.ends_with(&ending)).collect();
        names.sort_unstable();
        names.iter().map(|name| plain(&self.capture.read(name).unwrap())).collect()
    }

    /// The token in the newest link of that kind in a mail to an address.
    pub fn token(&self, to: &str, kind: &str) -> String {
        let start = format!("http://portal.test/{kind}/");
        let mails = self.mails(to);
        let mail = mails.iter().rev().find(|mail| mail.contains(&start)).expect("no mail with such a link");
        let at = mail.find(&start).unwrap() + start.len();
        mail[at..].chars().take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect()
    }

    /// Registers and confirms a recipient with a waiting message, or a sender; answers the access token.
    pub async fn account(&self, email: &str) -> String {
        let body = json!({"email": email, "display_name": "Pat Parent", "password": PASSWORD});
        self.post("/api/v1/registrations", body).send().await.is(202);
        self.run_jobs().await;
        let body = json!({"token": self.token(email, "confirm"), "password": PASSWORD});
        let answer = self.post("/api/v1/registrations/confirm", body).send().await.is(200);
        answer.json()["access_token"].as_str().unwrap().to_owned()
    }

    /// Logs in to an account that is there: access tokens last ten minutes, and tests let days pass.
    pub async fn log_in(&self, email: &str) -> String {
        let body = json!({"email": email, "password": PASSWORD});
        let answer = self.post("/api/v1/sessions", body).send().await.is(200);
        answer.json()["access_token"].as_str().unwrap().to_owned()
    }

    /// A marked mail to `to` and its account: the message's id and an access token.
    pub async fn waiting(&self, to: &str, mail: &str) -> (String, String) {
        let reply = self.send("clerk@cws.state.ca.us", &[to], mail).await;
        assert!(reply.starts_with("250 "), "{reply}");
        self.run_jobs().await;
        let token = self.account(to).await;
        let list = self.get("/api/v1/messages").bearer(&token).send().await.is(200).json();
        (list["items"][0]["id"].as_str().unwrap().to_owned(), token)
    }
}

/// A password that is taken.
pub const PASSWORD: &str = "three purple lamps";

async fn router(app: &App) -> Call {
    let server = web::Data::new(Server::new(app.clone(), None));
    let site = Site::new().wrap(from_fn(api::add_headers)).configure(|config| api::routes(config, server));
    let service = Rc::new(test::init_service(site).await);
    Rc::new(move |request| {
        let service = Rc::clone(&service);
        Box::pin(async move {
            let response = match service.call(request).await {
                Ok(answer) => answer.into_parts().1.map_into_boxed_body(),
                Err(error) => error.error_response().map_into_boxed_body(),
            };
            let status = response.status().as_u16();
            let named =
                |(name, value): (&actix_web::http::header::HeaderName, &actix_web::http::header::HeaderValue)| {
                    (name.as_str().to_owned(), value.to_str().unwrap_or_default().to_owned())
                };
            let headers = response.headers().iter().map(named).collect();
            let body = to_bytes(response.into_body()).await.unwrap_or_default();
            Answer { status, headers, body }
        })
    })
}

/// A call to be made.
pub struct Builder<'a> {
    app: &'a TestApp,
    request: test::TestRequest,
    bearer: Option<String>,
}

impl Builder<'_> {
    /// With a token.
    pub fn bearer(mut self, token: &str) -> Self {
        self.bearer = Some(token.to_owned());
        self
    }

    /// With a header.
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        self.request = self.request.insert_header((name, value));
        self
    }

    /// With a body.
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.request = self.request.set_payload(body);
        self
    }

    /// Makes the call.
    pub async fn send(self) -> Answer {
        let mut request = self.request.insert_header(("Host", "portal.test"));
        request = request.peer_addr("127.0.0.1:40000".parse().unwrap());
        if let Some(token) = self.bearer {
            request = request.insert_header(("Authorization", format!("Bearer {token}")));
        }
        (self.app.call)(request.to_request()).await
    }
}

/// Quoted-printable and soft line ends undone behind the header, so that texts can be looked for.
fn plain(mail: &[u8]) -> String {
    let text = String::from_utf8_lossy(mail).replace("\r\n", "\n");
    let (header, body) = text.split_once("\n\n").unwrap_or((&text, ""));
    let text = format!("{header}\n\n{}", body.replace("=\n", ""));
    let mut out = Vec::new();
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let code =
            bytes.get(at + 1..at + 3).and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok());
        match code {
            Some(code) if bytes[at] == b'=' => {
                out.push(code);
                at += 3;
            }
            _ => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}
