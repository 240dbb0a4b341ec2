//! View grants: what may be seen, by which log-in, until when, under an authentication code. Nothing is stored.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use uuid::Uuid;

use super::Result;
use crate::{
    id::{MessageId, SessionId},
    seal::{Mac, MacPurpose, Seal},
};

/// How long a grant is good.
pub const LIFETIME_SECONDS: u32 = 600;
/// Where grants are redeemed.
pub const PATH: &str = "/view";

/// What a grant shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// The body as HTML.
    Body,
    /// An attachment by its number.
    Attachment(u32),
    /// The whole message as a file.
    Source,
}

/// A grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The log-in it ends with.
    pub session: SessionId,
    /// The message.
    pub message: MessageId,
    /// What of it.
    pub target: Target,
    /// Seconds since 1970.
    pub expires_at: i64,
}

const BODY: u32 = u32::MAX;
const SOURCE: u32 = u32::MAX - 1;
const CLAIMS: usize = 16 + 16 + 4 + 8;

/// The path of a grant.
pub fn url(seal: &Seal, grant: &Grant) -> Result<String> {
    let mut octets = Vec::with_capacity(CLAIMS + 40);
    octets.extend_from_slice(grant.session.as_uuid().as_bytes());
    octets.extend_from_slice(grant.message.as_uuid().as_bytes());
    let target = match grant.target {
        Target::Body => BODY,
        Target::Source => SOURCE,
        Target::Attachment(index) => index,
    };
    octets.extend_from_slice(&target.to_be_bytes());
    octets.extend_from_slice(&grant.expires_at.to_be_bytes());
    let mac = seal.mac(MacPurpose::ViewGrant, &[&octets])?;
    octets.extend_from_slice(&mac.key_id.to_bytes());
    octets.extend_from_slice(&mac.bytes);
    Ok(format!("{PATH}/{}", BASE64_URL_SAFE_NO_PAD.encode(octets)))
}

/// Reads a grant that we made and that has not ended.
pub fn read(seal: &Seal, text: &str, now: i64) -> Option<Grant> {
    let octets = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
    let (claims, code) = octets.split_at_checked(CLAIMS)?;
    let (key_id, bytes) = code.split_at_checked(8)?;
    let mac = Mac { key_id: crate::seal::KeyId::from_bytes(key_id.try_into().ok()?), bytes: bytes.try_into().ok()? };
    if !seal.verify_mac(MacPurpose::ViewGrant, &[claims], &mac) {
        return None;
    }
    let id = |range: std::ops::Range<usize>| Uuid::from_slice(&claims[range]).ok();
    let target = match u32::from_be_bytes(claims[32..36].try_into().ok()?) {
        BODY => Target::Body,
        SOURCE => Target::Source,
        index => Target::Attachment(index),
    };
    let expires_at = i64::from_be_bytes(claims[36..44].try_into().ok()?);
    (expires_at > now).then_some(Grant {
        session: SessionId::from(id(0..16)?),
        message: MessageId::from(id(16..32)?),
        target,
        expires_at,
    })
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::seal::KeyRing;

    #[test]
    fn a_grant_is_good_until_it_ends_and_cannot_be_changed() {
        let seal = Seal::new(KeyRing::generate(DateTime::UNIX_EPOCH));
        let grant = Grant {
            session: SessionId::new(DateTime::UNIX_EPOCH),
            message: MessageId::new(DateTime::UNIX_EPOCH),
            target: Target::Attachment(2),
            expires_at: 100,
        };
        let url = url(&seal, &grant).unwrap();
        let text = url.strip_prefix("/view/").unwrap();
        assert_eq!(read(&seal, text, 99), Some(grant));
        assert_eq!(read(&seal, text, 100), None);
        for at in 0..text.len() {
            let mut changed = text.as_bytes().to_vec();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            // The last character holds two bits that say nothing; strict decoding refuses them.
            assert_eq!(read(&seal, &changed, 99), None, "{at}");
        }
    }
}
