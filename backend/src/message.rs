//! Reading and writing mail: structure, headers, text, and the one builder of RFC 5322 messages.

pub mod calendar;
pub mod charset;
pub mod cms;
pub mod compose;
pub mod container;
pub mod conversation;
pub mod decode;
pub mod extract;
pub mod form;
pub mod header;
pub mod openpgp;
pub mod outline;
pub mod quotation;
pub mod receipt;
pub mod report;
pub mod returned;
pub mod rewrite;
pub mod rtf;
pub mod structure;
pub mod tnef;
pub mod view;
pub mod weight;
mod xml;

use bytes::Bytes;

pub use header::Headers;
pub use outline::{Leaf, Mailbox, Node, Outline};
pub use structure::Unreadable;

/// A mail as it arrived: RFC 5322 octets with CRLF line ends, transparency dots removed.
#[derive(Clone)]
pub struct RawMail(pub Bytes);

/// A mail whose structure is known. It borrows nothing: all parts are byte ranges of the raw mail.
#[derive(Clone, Debug)]
pub struct ParsedMail {
    /// What the gateway needs of the header.
    pub headers: Headers,
    /// What is sealed beside the content, so that parts of it can be opened alone.
    pub outline: Outline,
    /// Why the body cannot be judged, if it cannot.
    pub unreadable: Option<Unreadable>,
    /// Whether the structure is broken, so that the raw octets must be scanned too.
    pub broken: bool,
}

/// Reads a mail. It never fails: what is no mail at all is read as a body without header.
pub fn read(raw: &RawMail) -> ParsedMail {
    read_octets(&raw.0)
}

/// The same for a mail that lies inside something else.
pub fn read_octets(octets: &[u8]) -> ParsedMail {
    let structure = structure::walk(octets);
    let headers = Headers::read(&octets[..structure.header_end]);
    let outline = Outline::new(&headers, structure.root, octets.len() as u64);
    ParsedMail { headers, outline, unreadable: structure.unreadable, broken: structure.broken }
}

#[cfg(test)]
mod tests;
