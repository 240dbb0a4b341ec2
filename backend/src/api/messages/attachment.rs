//! `GET /messages/{id}/attachments/{index}`.

use actix_web::{
    HttpResponse, HttpResponseBuilder,
    http::header::{CONTENT_DISPOSITION, CONTENT_TYPE},
    web,
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use shared::api::{api_token::Scope, problem::Problem};

use super::{access, shown};
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
    let leaf = opened.attachment(index)?;
    let part = LeafStream::new(server.app.clone(), &opened.message, opened.opener, &leaf);
    Ok(access::stream_body(head(index, &leaf, false), part))
}

/// Images that browsers show and that can do nothing else; SVG is not among them.
const HARMLESS_IMAGES: [&str; 5] = ["image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp"];

/// The answer's head. Only harmless images are ever shown in place.
pub(super) fn head(index: usize, leaf: &Leaf, inline: bool) -> HttpResponseBuilder {
    let mut answer = HttpResponse::Ok();
    let is_media_type = !leaf.content_type.is_empty()
        && leaf.content_type.bytes().all(|b| b.is_ascii_alphanumeric() || b"/.+-_".contains(&b));
    let inline = inline && HARMLESS_IMAGES.contains(&leaf.content_type.as_str());
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
