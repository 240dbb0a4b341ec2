//! Parts that hide a whole MIME entity from mail programs that do not know their format: `winmail.dat`, opaque signed
//! data, forwarded mail that was encoded for transfer. What one holds is read as if it stood in the part's place.

use std::borrow::Cow;

use super::{
    cms::{self, Cms},
    decode::decode,
    outline::{Leaf, TransferEncoding},
    structure::Unreadable,
    tnef,
};

/// Containers within containers that are opened: what each one holds lies in memory beside it.
pub const MAX_NESTED: usize = 5;

/// What opening a part shows.
#[derive(Debug, PartialEq, Eq)]
pub enum Opened {
    /// The octets of a MIME entity.
    Entity(Vec<u8>),
    /// Nothing of the kind; a part like any other.
    Nothing,
    /// It holds something that cannot be reached.
    Unreadable(Unreadable),
}

/// Whether a part is `winmail.dat`.
pub fn is_tnef(leaf: &Leaf) -> bool {
    matches!(leaf.content_type.as_str(), "application/ms-tnef" | "application/vnd.ms-tnef")
        || leaf.name.as_deref().is_some_and(|name| name.eq_ignore_ascii_case("winmail.dat"))
}

/// Whether a part is a cryptographic message.
pub fn is_pkcs7(leaf: &Leaf) -> bool {
    let is_named_so = leaf.name.as_deref().is_some_and(|name| name.to_ascii_lowercase().ends_with(".p7m"));
    is_named_so || matches!(leaf.content_type.as_str(), "application/pkcs7-mime" | "application/x-pkcs7-mime")
}

/// Whether a part is a mail.
pub fn is_message(leaf: &Leaf) -> bool {
    matches!(leaf.content_type.as_str(), "message/rfc822" | "message/global" | "message/news")
}

/// Whether what a part holds has octets of its own, not those of the mail around it.
pub fn is_container(leaf: &Leaf) -> bool {
    is_tnef(leaf) || is_pkcs7(leaf) || (is_message(leaf) && leaf.encoding != TransferEncoding::Identity)
}

/// Opens a part; `octets` are the part's, as they lie in the mail.
pub fn open(leaf: &Leaf, octets: &[u8]) -> Opened {
    if !is_container(leaf) {
        return Opened::Nothing;
    }
    let decoded = decode(leaf.encoding, octets);
    if is_tnef(leaf) {
        return tnef::to_mime(&decoded).map_or(Opened::Unreadable(Unreadable::Tnef), Opened::Entity);
    }
    if is_message(leaf) {
        return Opened::Entity(decoded);
    }
    match cms::read(&decoded) {
        Some(Cms::Signed(content)) => Opened::Entity(content),
        // Who encrypts beside readable parts has thought of it.
        Some(Cms::Encrypted | Cms::Detached) => Opened::Nothing,
        None => Opened::Unreadable(Unreadable::OpaqueSigned),
    }
}

/// The octets of a part as it lies in the mail or in what is around it; `outermost` are those of the part that lies in
/// the mail itself. `None` if what is around it cannot be opened any more.
pub fn octets<'a>(leaf: &Leaf, outermost: &'a [u8]) -> Option<Cow<'a, [u8]>> {
    let Some(around) = &leaf.within else { return Some(Cow::Borrowed(outermost)) };
    match open(around, &octets(around, outermost)?) {
        Opened::Entity(entity) => Some(Cow::Owned(entity.get(leaf.range())?.to_vec())),
        Opened::Nothing | Opened::Unreadable(_) => None,
    }
}

/// The octets of a part of a mail that lies in memory.
pub fn octets_in<'a>(leaf: &Leaf, mail: &'a [u8]) -> Cow<'a, [u8]> {
    octets(leaf, mail.get(leaf.outermost().range()).unwrap_or_default()).unwrap_or_default()
}
