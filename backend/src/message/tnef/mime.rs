//! What a stream holds, written as a MIME entity. Nothing is encoded for transfer: it never leaves the process.

use data_encoding::{BASE64, HEXLOWER};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::{Digest as _, Sha256};

use super::UNSHOWN;
use crate::message::header::one_line;

/// A MIME entity that grows.
pub(super) struct Mime {
    out: Vec<u8>,
    /// Stands for what no part can hold: a hash of what the parts are made of.
    boundary: String,
}

impl Mime {
    /// For the parts of this stream.
    pub(super) fn of(stream: &[u8]) -> Self {
        let hash = HEXLOWER.encode(&Sha256::digest(stream)[..16]);
        Self { out: Vec::with_capacity(stream.len() + 1_024), boundary: hash }
    }

    pub(super) fn begin(&mut self, subject: &str) {
        let (subject, boundary) = (BASE64.encode(one_line(subject).as_bytes()), self.boundary.clone());
        self.line(&format!("Subject: =?utf-8?B?{subject}?="));
        self.line(&format!("Content-Type: multipart/mixed; boundary=\"{boundary}\""));
        self.line("");
    }

    /// The body in one form or in two.
    pub(super) fn body(&mut self, plain: &str, html: Option<&str>) {
        let boundary = self.boundary.clone();
        self.line(&format!("--{boundary}"));
        let Some(html) = html else { return self.part("text/plain; charset=utf-8", plain.as_bytes()) };
        self.line(&format!("Content-Type: multipart/alternative; boundary=\"a{boundary}\""));
        self.line("");
        if !plain.trim().is_empty() {
            self.line(&format!("--a{boundary}"));
            self.part("text/plain; charset=utf-8", plain.as_bytes());
        }
        self.line(&format!("--a{boundary}"));
        self.part("text/html; charset=utf-8", html.as_bytes());
        self.line(&format!("--a{boundary}--"));
    }

    /// A form of the body that is not shown.
    pub(super) fn unshown(&mut self, kind: &str, octets: &[u8]) {
        let boundary = self.boundary.clone();
        self.line(&format!("--{boundary}"));
        self.line(&format!("Content-Type: multipart/{UNSHOWN}; boundary=\"u{boundary}\""));
        self.line("");
        self.line(&format!("--u{boundary}"));
        self.part(kind, octets);
        self.line(&format!("--u{boundary}--"));
    }

    pub(super) fn attach(&mut self, kind: &str, name: Option<&str>, content_id: Option<&str>, octets: &[u8]) {
        let is_token =
            |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"-+._".contains(&b));
        let is_type = kind.split_once('/').is_some_and(|(kind, subtype)| is_token(kind) && is_token(subtype));
        let kind = if is_type && !kind.starts_with("multipart/") { kind } else { "application/octet-stream" };
        let boundary = self.boundary.clone();
        self.line(&format!("--{boundary}"));
        let name =
            name.map(|name| format!("; filename*=utf-8''{}", utf8_percent_encode(&one_line(name), NON_ALPHANUMERIC)));
        self.line(&format!("Content-Disposition: attachment{}", name.unwrap_or_default()));
        if let Some(id) = content_id.filter(|id| id.bytes().all(|b| b.is_ascii_graphic() && !b"<>".contains(&b))) {
            self.line(&format!("Content-ID: <{id}>"));
        }
        self.part(kind, octets);
    }

    pub(super) fn end(mut self) -> Vec<u8> {
        let boundary = self.boundary.clone();
        self.line(&format!("--{boundary}--"));
        self.out
    }

    fn part(&mut self, kind: &str, octets: &[u8]) {
        self.line(&format!("Content-Type: {kind}"));
        self.line("");
        self.out.extend_from_slice(octets);
        self.line("");
    }

    fn line(&mut self, line: &str) {
        self.out.extend_from_slice(line.as_bytes());
        self.out.extend_from_slice(b"\r\n");
    }
}

/// The media type of a file of this name: Outlook does not always tell it.
pub(super) fn by_name(name: &str) -> &'static str {
    let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).unwrap_or_default();
    match extension.as_str() {
        "txt" => "text/plain",
        "csv" => "text/csv",
        "htm" | "html" => "text/html",
        "ics" => "text/calendar",
        "rtf" => "application/rtf",
        "pdf" => "application/pdf",
        "zip" => "application/zip",
        "doc" => "application/msword",
        "xls" => "application/vnd.ms-excel",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "eml" => "message/rfc822",
        _ => "application/octet-stream",
    }
}
