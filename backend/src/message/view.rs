//! Parts as people read them: plain text, and HTML made harmless.

use std::{
    borrow::Cow,
    collections::{BTreeSet, HashMap, HashSet},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use ammonia::{Builder, UrlRelative};
use shared::rules::visible_text;

use super::{
    charset,
    decode::decode,
    outline::{Leaf, Outline},
    weight,
};

/// HTML that runs nothing, sends nothing and loads nothing from elsewhere unless asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SanitisedHtml {
    /// The markup.
    pub html: String,
    /// Whether it shows images from elsewhere, which are left out unless asked for.
    pub has_remote_images: bool,
}

/// A text leaf, decoded; `body` is the leaf's octets as they lie in the mail.
pub fn text(leaf: &Leaf, body: &[u8]) -> String {
    let decoded = charset::text(&decode(leaf.encoding, body), leaf.charset.as_deref());
    let unix = decoded.replace("\r\n", "\n");
    if leaf.flowed { unflow(&unix, leaf.delsp) } else { unix }
}

/// The whole body as plain text: of each passage its plain form, or else what its HTML shows.
pub fn body_text<'a>(outline: &Outline, octets: impl Fn(&Leaf) -> Cow<'a, [u8]>) -> String {
    let passage = |leaf: &&Leaf| passage(leaf, &octets(leaf));
    outline.body().text.iter().map(passage).collect::<Vec<_>>().join("\n").trim_end().to_owned()
}

/// A text leaf as plain text.
pub(super) fn passage(leaf: &Leaf, body: &[u8]) -> String {
    let text = text(leaf, body);
    if leaf.is_html() { visible_text(&text) } else { text }
}

/// The whole body as harmless HTML, if any of it was written so; of HTML too heavy to be looked through, its text.
/// `image` gives the address of an inline image by its Content-ID.
pub fn body_html<'a>(
    outline: &Outline,
    octets: impl Fn(&Leaf) -> Cow<'a, [u8]>,
    image: &dyn Fn(&str) -> Option<String>,
    remote: bool,
) -> Option<SanitisedHtml> {
    let body = outline.body();
    if !body.has_html() {
        return None;
    }
    let joined = |html: fn(&str) -> Cow<'_, str>| {
        let passage = |leaf: &&Leaf| {
            let text = text(leaf, &octets(leaf));
            if leaf.is_html() { html(&text).into_owned() } else { preformatted(&text) }
        };
        body.html.iter().map(passage).collect::<Vec<_>>().join("<hr>")
    };
    let html = joined(|html| Cow::Borrowed(html));
    if !weight::is_bearable(&html) {
        let html = joined(|html| Cow::Owned(preformatted(&visible_text(html))));
        return Some(SanitisedHtml { html, has_remote_images: false });
    }
    Some(sanitise(&html, image, remote))
}

/// Letters and digits alone, by which two forms of one text are alike.
pub(super) fn squeezed(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Plain text as HTML that shows it as it stands.
pub fn preformatted(text: &str) -> String {
    format!("<pre>{}</pre>", escape(text))
}

/// Text between tags.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Lines joined where the sender's program broke them (RFC 3676 section 4); with `delsp` the blank in front of the
/// break belongs to the break. Each line of a quotation keeps its mark, by which it is known as one.
fn unflow(text: &str, delsp: bool) -> String {
    unflow_to(text, delsp, 0)
}

/// The same with the lines of quotations joined too, as programs show them that mark them in another way.
pub(super) fn unflow_all(text: &str, delsp: bool) -> String {
    unflow_to(text, delsp, usize::MAX)
}

fn unflow_to(text: &str, delsp: bool, deepest: usize) -> String {
    let mut out = String::with_capacity(text.len());
    // How deep the passage is quoted that goes on in the next line.
    let mut goes_on = None;
    for (number, line) in text.split('\n').enumerate() {
        let own = line.trim_start_matches('>');
        let depth = line.len() - own.len();
        let own = own.strip_prefix(' ').unwrap_or(own);
        let is_signature = own == "-- ";
        if goes_on == Some(depth) && !is_signature {
            if delsp {
                out.pop();
            }
            out.push_str(own);
        } else {
            if number > 0 {
                out.push('\n');
            }
            out.push_str(if depth == 0 { own } else { line });
        }
        goes_on = (own.ends_with(' ') && !is_signature && depth <= deepest).then_some(depth);
    }
    out
}

/// Attributes of presentation that mail is full of and that do no harm.
const LOOKS: [&str; 18] = [
    "align",
    "valign",
    "width",
    "height",
    "border",
    "cellpadding",
    "cellspacing",
    "bgcolor",
    "color",
    "face",
    "size",
    "colspan",
    "rowspan",
    "dir",
    "lang",
    "style",
    "start",
    "type",
];
/// Properties that keep within their element's box.
const STYLES: [&str; 40] = [
    "color",
    "background-color",
    "font",
    "font-family",
    "font-size",
    "font-style",
    "font-weight",
    "text-align",
    "text-decoration",
    "text-indent",
    "text-transform",
    "line-height",
    "letter-spacing",
    "white-space",
    "vertical-align",
    "margin",
    "margin-top",
    "margin-right",
    "margin-bottom",
    "margin-left",
    "padding",
    "padding-top",
    "padding-right",
    "padding-bottom",
    "padding-left",
    "border",
    "border-top",
    "border-right",
    "border-bottom",
    "border-left",
    "border-collapse",
    "border-color",
    "border-style",
    "border-width",
    "width",
    "max-width",
    "height",
    "list-style",
    "list-style-type",
    "direction",
];

/// Makes HTML harmless. What remains is meant for a sandboxed frame with a policy of its own: two walls, not one.
pub fn sanitise(html: &str, image: &dyn Fn(&str) -> Option<String>, remote: bool) -> SanitisedHtml {
    let found_remote = Arc::new(AtomicBool::new(false));
    // The builder wants functions that may move between threads: look up the inline images first.
    let images: HashMap<String, String> =
        content_ids(html).into_iter().take(MOST_IMAGES).filter_map(|id| image(&id).map(|url| (id, url))).collect();
    let harmless = {
        let found_remote = Arc::clone(&found_remote);
        let mut builder = Builder::default();
        builder
            .add_tags(["font", "center", "u", "s", "big", "tt", "body"])
            .rm_tags(["body"])
            .add_generic_attributes(LOOKS)
            .filter_style_properties(HashSet::from(STYLES))
            .url_schemes(HashSet::from(["http", "https", "mailto", "tel", "cid", "data"]))
            .url_relative(UrlRelative::Deny)
            .link_rel(Some("noopener noreferrer"))
            .set_tag_attribute_value("a", "target", "_blank")
            // By which a quoted mail is known.
            .add_allowed_classes("blockquote", ["gmail_quote"])
            .attribute_filter(move |element, attribute, value| match (element, attribute) {
                ("img", "src") => {
                    let lower = value.trim().to_ascii_lowercase();
                    if let Some(id) = lower.strip_prefix("cid:") {
                        return images.get(&id.replace("%40", "@")).map(|url| url.clone().into());
                    }
                    if ["data:image/png", "data:image/jpeg", "data:image/gif", "data:image/webp"]
                        .iter()
                        .any(|kind| lower.starts_with(kind))
                    {
                        return Some(value.into());
                    }
                    if lower.starts_with("http") {
                        found_remote.store(true, Ordering::Relaxed);
                        return remote.then(|| value.into());
                    }
                    None
                }
                ("a", "href") if value.trim().to_ascii_lowercase().starts_with("data:") => None,
                (_, "href") if value.trim().to_ascii_lowercase().starts_with("cid:") => None,
                (_, "style") if value.contains("url(") || value.contains('\\') => None,
                // The frame grows with its content: what grows with the frame would never end.
                (_, "style") if is_sized_by_window(value) => None,
                (_, "cite" | "background") => None,
                _ => Some(value.into()),
            });
        builder.clean(html).to_string()
    };
    SanitisedHtml { html: harmless, has_remote_images: found_remote.load(Ordering::Relaxed) }
}

/// Whether harmless HTML brings neither colours nor pictures: then nothing is lost on a page of any colour.
pub fn is_plain(html: &str) -> bool {
    let lower = html.to_ascii_lowercase();
    !["color=", "color:", "color :", "<img"].iter().any(|mark| lower.contains(mark))
}

/// Whether a length is measured by the window's height.
fn is_sized_by_window(style: &str) -> bool {
    let lower = style.to_ascii_lowercase();
    ["vh", "vmin", "vmax", "vb"].iter().any(|unit| {
        lower.match_indices(unit).any(|(at, _)| {
            let number = lower[..at].trim_end_matches(['s', 'l', 'd']);
            number.ends_with(|c: char| c.is_ascii_digit() || c == '.')
        })
    })
}

/// Inline images of one passage that are shown.
const MOST_IMAGES: usize = 1_000;

/// The Content-IDs that HTML mentions, each once, in lower case as they are compared here.
fn content_ids(html: &str) -> BTreeSet<String> {
    let lower = html.to_ascii_lowercase();
    let mut ids = BTreeSet::new();
    let mut rest = lower.as_str();
    while let Some((_, after)) = rest.split_once("cid:") {
        let end = after.find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '>' | ')')).unwrap_or(after.len());
        ids.insert(after[..end].replace("%40", "@"));
        rest = &after[end..];
    }
    ids
}
