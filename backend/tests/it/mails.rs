//! Mails as mail programs really write them, through the gateway and read in the portal as their senders meant them.
//! The mails lie in `tests/mails`, each beside a file of what its reader must see.

use std::{fs, path::Path};

use serde::Deserialize;
use serde_json::{Value, json};

use crate::support::app::TestApp;

/// What a reader must see of a mail.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    /// What wrote the mail, for whoever reads these files.
    #[expect(dead_code, reason = "it tells the reader of the file")]
    program: String,
    /// A field that is put in front.
    header: Option<String>,
    subject: String,
    /// In this order in the text.
    text: Vec<String>,
    #[serde(default)]
    text_without: Vec<String>,
    /// In this order in the HTML; empty where there is none.
    #[serde(default)]
    html: Vec<String>,
    #[serde(default)]
    html_without: Vec<String>,
    /// Pictures that stand in the text.
    #[serde(default)]
    inline_images: usize,
    #[serde(default)]
    attachments: Vec<Attachment>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Attachment {
    name: String,
    content_type: String,
    size: Option<usize>,
    begins: Option<String>,
}

/// Asserts that the words stand in the text one after the other.
fn assert_in_order(name: &str, words: &[String], text: &str) {
    let mut at = 0;
    for word in words {
        let found = text[at..].find(word.as_str());
        at += found.unwrap_or_else(|| panic!("{name}: {word:?} is not in {:?}", &text[at..])) + word.len();
    }
}

fn assert_without(name: &str, words: &[String], text: &str) {
    for word in words {
        assert!(!text.contains(word.as_str()), "{name}: {word:?} is in {text:?}");
    }
}

/// A mail with network line ends.
fn wire(mail: &[u8]) -> Vec<u8> {
    mail.iter().flat_map(|&byte| if byte == b'\n' { vec![b'\r', b'\n'] } else { vec![byte] }).collect()
}

async fn get(app: &TestApp, token: &str, path: &str) -> Value {
    app.get(path).bearer(token).send().await.is(200).json()
}

/// The newest message in the inbox.
async fn newest(app: &TestApp, token: &str) -> String {
    let list = get(app, token, "/api/v1/messages?limit=1").await;
    list["items"][0]["id"].as_str().unwrap().to_owned()
}

async fn check_mail(app: &TestApp, token: &str, name: &str, mail: &[u8], expected: &Expected) {
    let header = expected.header.as_ref().map_or_else(Vec::new, |field| format!("{field}\r\n").into_bytes());
    let mail = [header, wire(mail)].concat();
    let reply = app.send_bytes("clerk@cws.state.ca.us", &["pat@example.org"], &mail).await;
    assert!(reply.starts_with("250 "), "{name}: {reply}");
    let id = newest(app, token).await;
    let message = get(app, token, &format!("/api/v1/messages/{id}")).await;
    assert_eq!(message["subject"], expected.subject.as_str(), "{name}");
    assert_eq!(message["sender"]["address"], "clerk@cws.state.ca.us", "{name}");
    let text = message["text"].as_str().unwrap();
    assert_in_order(name, &expected.text, text);
    assert_without(name, &expected.text_without, text);
    assert_eq!(message["html"].is_null(), expected.html.is_empty(), "{name}: {}", message["html"]);
    let html = message["html"].as_str().unwrap_or_default();
    assert_in_order(name, &expected.html, html);
    assert_without(name, &expected.html_without, html);
    check_attachments(app, token, name, &id, &message["attachments"], &expected.attachments).await;
    check_view(app, token, name, &id, expected).await;
    let source = app.get(&format!("/api/v1/messages/{id}/source")).bearer(token).send().await.is(200);
    let wanted = if mail.ends_with(b"\r\n") { mail } else { [&mail[..], b"\r\n"].concat() };
    assert_eq!(source.body, wanted, "{name}: the source is byte for byte what came");
}

async fn check_attachments(app: &TestApp, token: &str, name: &str, id: &str, shown: &Value, expected: &[Attachment]) {
    let shown = shown.as_array().unwrap();
    assert_eq!(shown.len(), expected.len(), "{name}: {shown:?}");
    for (shown, expected) in shown.iter().zip(expected) {
        assert_eq!(shown["name"], expected.name.as_str(), "{name}");
        assert_eq!(shown["content_type"], expected.content_type.as_str(), "{name}");
        let path = format!("/api/v1/messages/{id}/attachments/{}", shown["index"]);
        let bytes = app.get(&path).bearer(token).send().await.is(200).body;
        assert_eq!(shown["size"], bytes.len(), "{name}: {}", expected.name);
        if let Some(size) = expected.size {
            assert_eq!(bytes.len(), size, "{name}: {}", expected.name);
        }
        let begins = expected.begins.as_deref().unwrap_or_default();
        assert!(bytes.starts_with(begins.as_bytes()), "{name}: {}", String::from_utf8_lossy(&bytes));
    }
}

/// The frame shows the pictures of the text.
async fn check_view(app: &TestApp, token: &str, name: &str, id: &str, expected: &Expected) {
    let views = app.post(&format!("/api/v1/messages/{id}/views"), json!({})).bearer(token).send().await.is(201).json();
    let frame = app.get(views["url"].as_str().unwrap()).send().await.is(200).text();
    assert_in_order(name, &expected.html, &frame);
    let images: Vec<&str> = frame.split("src=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert_eq!(images.len(), expected.inline_images, "{name}: {images:?}");
    for image in images {
        let image = app.get(image.trim_start_matches("http://portal.test")).send().await.is(200);
        assert!(image.headers["content-type"].starts_with("image/"), "{name}");
    }
}

async fn reader(app: &TestApp) -> String {
    app.waiting("pat@example.org", "From: <clerk@cws.state.ca.us>\nSubject: # First\n\nx\n").await.1
}

on_both_databases! {
    async fn mails_of_every_program_are_read_as_their_senders_meant_them(database: &Database) {
        let app = TestApp::start(database).await;
        let token = reader(&app).await;
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mails");
        let mut names: Vec<String> = fs::read_dir(&folder)
            .unwrap()
            .filter_map(|entry| entry.unwrap().file_name().into_string().unwrap().strip_suffix(".eml").map(str::to_owned))
            .collect();
        names.sort();
        assert!(names.len() >= 20);
        for name in &names {
            let mail = fs::read(folder.join(format!("{name}.eml"))).unwrap();
            let expected = fs::read_to_string(folder.join(format!("{name}.toml"))).unwrap();
            check_mail(&app, &token, name, &mail, &toml::from_str(&expected).unwrap()).await;
        }
    }

    async fn an_attachment_of_ten_megabytes_comes_back_whole(database: &Database) {
        let app = TestApp::start(database).await;
        let token = reader(&app).await;
        let content: Vec<u8> = (0..10_000_000_u32).map(|number| number.wrapping_mul(2_654_435_761).to_be_bytes()[0]).collect();
        let mut mail = b"From: <clerk@cws.state.ca.us>\r\nSubject: # Film\r\nMIME-Version: 1.0\r\n\
            Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nThe film.\r\n--b\r\nContent-Type: video/mp4\r\n\
            Content-Disposition: attachment; filename=film.mp4\r\nContent-Transfer-Encoding: base64\r\n\r\n"
            .to_vec();
        for line in content.chunks(57) {
            mail.extend_from_slice(data_encoding::BASE64.encode(line).as_bytes());
            mail.extend_from_slice(b"\r\n");
        }
        mail.extend_from_slice(b"--b--\r\n");
        let reply = app.send_bytes("clerk@cws.state.ca.us", &["pat@example.org"], &mail).await;
        assert!(reply.starts_with("250 "), "{reply}");
        let id = newest(&app, &token).await;
        let message = get(&app, &token, &format!("/api/v1/messages/{id}")).await;
        assert_eq!(message["text"], "The film.");
        assert_eq!(message["attachments"][0]["size"], 10_000_000);
        let answer = app.get(&format!("/api/v1/messages/{id}/attachments/0")).bearer(&token).send().await.is(200);
        assert!(answer.body == content, "every octet comes back");
        assert!(answer.headers["content-disposition"].contains("film.mp4"));
    }
}
