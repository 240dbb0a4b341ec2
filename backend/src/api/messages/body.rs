//! The body of a message, read and made into what people see: away from the event loop, and within bounds.

use std::{borrow::Cow, sync::Arc};

use bytes::Bytes;
use shared::api::problem::ProblemName;
use tokio::task::spawn_blocking;

use super::access::Opened;
use crate::{
    api::{Error, Result, Server},
    message::{
        Leaf, Outline,
        view::{self, SanitisedHtml},
    },
    reading,
};

/// A body of more octets waits for its turn and is charged for.
const LARGE: u64 = 256 * 1024;
/// How often a body is held while it is worked on: as it lies, decoded, as a tree, as what is answered.
const COPIES: u64 = 8;

/// The body as it lies in the message.
pub struct Body {
    /// Of the message.
    pub outline: Outline,
    octets: Vec<(Leaf, Bytes)>,
}

impl Body {
    /// As plain text.
    pub fn text(&self) -> String {
        view::body_text(&self.outline, |leaf| self.octets(leaf))
    }

    /// As harmless HTML, if any of it was written so; see [`view::body_html`].
    pub fn html(&self, image: &dyn Fn(&str) -> Option<String>, remote: bool) -> Option<SanitisedHtml> {
        view::body_html(&self.outline, |leaf| self.octets(leaf), image, remote)
    }

    fn octets(&self, leaf: &Leaf) -> Cow<'_, [u8]> {
        let found = self.octets.iter().find(|(of, _)| of == leaf);
        found.map_or(Cow::Borrowed(&[]), |(_, bytes)| Cow::Borrowed(bytes))
    }
}

/// Opens the body and works on it. Only so many large ones at a time, and the others wait before anything is read: a
/// reader who asks for all at once takes neither the memory nor the time of the others.
pub async fn work<T: Send + 'static>(
    server: &Server,
    opened: &Opened,
    work: impl FnOnce(&Body) -> T + Send + 'static,
) -> Result<T> {
    let held = |leaf: &Leaf| leaf.size.max(leaf.outermost().range().len() as u64);
    let size: u64 = opened.outline.body().leaves().map(held).sum();
    let is_large = size > LARGE;
    let turn = if is_large { Some(Arc::clone(&server.large_bodies).acquire_owned().await) } else { None };
    let memory = if is_large { Some(server.hold(size.saturating_mul(COPIES))?) } else { None };
    let mut octets = Vec::new();
    for leaf in opened.outline.body().leaves() {
        let bytes = reading::leaf(&server.app, &opened.message, &opened.opener, leaf).await?;
        octets.push((leaf.clone(), bytes.ok_or(Error::new(ProblemName::Internal))?));
    }
    let body = Body { outline: opened.outline.clone(), octets };
    let worked = spawn_blocking(move || {
        // The work goes on when the reader has gone: what it takes is given back by itself, not by the request.
        let _held = (turn, memory);
        work(&body)
    });
    worked.await.map_err(|_| Error::new(ProblemName::Internal))
}
