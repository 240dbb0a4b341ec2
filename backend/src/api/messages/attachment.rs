//! `GET /messages/{id}/attachments/{index}`.

use actix_web::{
    HttpResponse, HttpResponseBuilder,
    http::header::{CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE},
    web,
};
use bytes::Bytes;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use shared::api::{
    api_token::Scope,
    problem::{Problem, ProblemName},
};
use tokio::sync::OwnedSemaphorePermit;

use super::{
    access::{self, Opened},
    read::note_reading,
    shown,
};
use crate::{
    api::{Caller, Error, Result, Server},
    message::Leaf,
    reading::LeafStream,
};

/// Streams an attachment, decoded.
#[utoipa::path(
    get, path = "/messages/{id}/attachments/{index}", tag = "messages",
    params(("id" = String, Path), ("index" = u32, Path)),
    responses((status = 200, description = "The attachment's octets", content_type = "application/octet-stream"), (status = 404, body = Problem))
)]
pub async fn download(server: web::Data<Server>, caller: Caller, path: web::Path<(String, String)>) -> Result {
    caller.may(Scope::MessagesRead)?;
    let (id, index) = path.into_inner();
    let index: usize = index.parse().map_err(|_| Error::not_found())?;
    let opened = access::open(&server.app, &caller.account.email, access::id(&id)?).await?;
    note_reading(&server, &caller, &opened).await?;
    let leaf = opened.attachment(index)?;
    let memory = memory(&server, &leaf)?;
    let part = LeafStream::new(server.app.clone(), &opened.message, opened.opener, &leaf);
    Ok(access::stream_body(head(index, &leaf, false), leaf.size, Vec::new(), (part, memory)))
}

/// A share of the memory for a part within another one: it is opened whole, and what is around it too.
fn memory(server: &Server, leaf: &Leaf) -> Result<Option<OwnedSemaphorePermit>> {
    let whole = || leaf.outermost().range().len() as u64 * 2 + leaf.size;
    leaf.within.as_ref().map(|_| server.hold(whole())).transpose()
}

/// What a browser may do with an attachment that it shows instead of saving it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Show {
    Image,
    Pdf,
}

impl Show {
    /// Whether and how a browser shows it, judged by what it says it is and by how it begins.
    fn of(leaf: &Leaf, begins: &[Bytes]) -> Option<Self> {
        let first = || begins.iter().flatten().take(PDF.len()).copied();
        match leaf.content_type.as_str() {
            "application/pdf" if first().eq(PDF) => Some(Self::Pdf),
            kind if HARMLESS_IMAGES.contains(&kind) => Some(Self::Image),
            _ => None,
        }
    }

    /// Browsers refuse to show a PDF in a sandbox. Their viewers run on an origin of their own and are no part of this
    /// one; what a viewer writes for itself (styles, the picture of the page) must be let through.
    const fn policy(self) -> &'static str {
        match self {
            Self::Image => "sandbox; default-src 'none'",
            Self::Pdf => {
                "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; \
                 img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
            }
        }
    }
}

/// How a PDF begins.
const PDF: [u8; 5] = *b"%PDF-";

/// An attachment by a grant: shown in the browser if that is asked for and harmless, else saved.
pub(super) async fn view(server: &Server, opened: Opened, index: usize, inline: bool) -> Result {
    let leaf = opened.attachment(index)?;
    let memory = memory(server, &leaf)?;
    let mut part = LeafStream::new(server.app.clone(), &opened.message, opened.opener, &leaf);
    let begins = if inline { begin(&mut part).await? } else { Vec::new() };
    let show = if inline { Show::of(&leaf, &begins) } else { None };
    let mut head = head(index, &leaf, show.is_some());
    head.insert_header((CONTENT_SECURITY_POLICY, show.unwrap_or(Show::Image).policy()));
    Ok(access::stream_body(head, leaf.size, begins, (part, memory)))
}

/// The first pieces, until there is enough to tell what it is.
async fn begin(part: &mut LeafStream) -> Result<Vec<Bytes>> {
    let mut pieces: Vec<Bytes> = Vec::new();
    while pieces.iter().map(Bytes::len).sum::<usize>() < PDF.len() {
        let Some(piece) = part.next().await else { break };
        pieces.push(piece.map_err(|_| Error::new(ProblemName::Internal))?);
    }
    Ok(pieces)
}

/// Images that browsers show and that can do nothing else; SVG is not among them.
const HARMLESS_IMAGES: [&str; 5] = ["image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp"];

fn head(index: usize, leaf: &Leaf, inline: bool) -> HttpResponseBuilder {
    let mut answer = HttpResponse::Ok();
    let is_media_type = !leaf.content_type.is_empty()
        && leaf.content_type.bytes().all(|b| b.is_ascii_alphanumeric() || b"/.+-_".contains(&b));
    answer.insert_header((
        CONTENT_TYPE,
        if is_media_type { leaf.content_type.clone() } else { "application/octet-stream".to_owned() },
    ));
    let kind = if inline { "inline" } else { "attachment" };
    answer.insert_header((CONTENT_DISPOSITION, disposition(kind, &shown::file_name(index, leaf))));
    answer
}

/// What RFC 8187 leaves as it is.
const PLAIN: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// `Content-Disposition` with the name for old and new programs (RFC 6266).
pub(super) fn disposition(kind: &str, name: &str) -> String {
    let ascii: String =
        name.chars().map(|c| if c.is_ascii_graphic() && !"\"\\%".contains(c) || c == ' ' { c } else { '_' }).collect();
    format!("{kind}; filename=\"{ascii}\"; filename*=UTF-8''{}", utf8_percent_encode(name, &PLAIN))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_break_out_of_the_header() {
        assert_eq!(
            disposition("attachment", "Bericht \"ä\".pdf"),
            "attachment; filename=\"Bericht ___.pdf\"; filename*=UTF-8''Bericht%20%22%C3%A4%22.pdf"
        );
    }
}
