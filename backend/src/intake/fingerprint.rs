//! Whether a mail, or a request, was here before: an HMAC over what stays the same when a sender tries again.

use super::envelope::Envelope;
use crate::{
    message::{ParsedMail, RawMail, header::raw_fields},
    seal::{MacPurpose, Seal},
};

/// The fingerprints of a mail, or of a request.
#[derive(Clone, Debug)]
pub struct Fingerprint {
    /// Under the active key: what is stored.
    pub active: [u8; 32],
    /// Under every key of the ring: what is looked for.
    pub candidates: Vec<[u8; 32]>,
}

/// The fingerprint; `None` without a Message-ID, for then nothing is merged. Trace fields do not count: they differ
/// from one try to the next.
pub fn of(seal: &Seal, raw: &RawMail, mail: &ParsedMail, envelope: &Envelope) -> Option<Fingerprint> {
    let id = mail.headers.message_id.as_deref()?;
    let header_end = header_end(&raw.0);
    let mut fields: Vec<u8> = Vec::new();
    for name in ["from", "date", "subject"] {
        for (_, value) in raw_fields(&raw.0[..header_end]).filter(|(field, _)| field.eq_ignore_ascii_case(name)) {
            fields.extend_from_slice(value);
            fields.push(0);
        }
        fields.push(1);
    }
    let sender = envelope.sender.as_ref().map_or("", |sender| sender.as_str());
    let parts: [&[u8]; 4] = [id.as_bytes(), sender.as_bytes(), &fields, &raw.0[header_end..]];
    under(seal, MacPurpose::Fingerprint, &parts)
}

/// The same over what a request asks for.
pub fn of_request(seal: &Seal, digest: &[u8; 32]) -> Option<Fingerprint> {
    under(seal, MacPurpose::Sending, &[digest])
}

fn under(seal: &Seal, purpose: MacPurpose, parts: &[&[u8]]) -> Option<Fingerprint> {
    let under = |key| seal.mac_under(key, purpose, parts);
    let active_key = seal.active_key();
    let active = under(active_key)?;
    let keys = seal.key_ids().into_iter();
    let candidates = keys.filter_map(|key| if key == active_key { Some(active) } else { under(key) }).collect();
    Some(Fingerprint { active, candidates })
}

fn header_end(raw: &[u8]) -> usize {
    memchr::memmem::find(raw, b"\r\n\r\n").map_or(raw.len(), |at| at + 2)
}
