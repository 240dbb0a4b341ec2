//! What Octothorpe writes says so: `X-Octothorpe-Origin: v1 <key id> <HMAC>` over Message-ID, envelope recipient and
//! Date. Such mail is relayed and never judged when it passes the gateway on its way out.

use chrono::{DateTime, Duration, Utc};
use data_encoding::HEXLOWER;
use shared::EmailAddress;

use crate::{
    message::Headers,
    seal::{Mac, MacPurpose, Seal},
};

/// The field's name.
pub const FIELD: &str = "X-Octothorpe-Origin";
/// Older mail is judged like any other.
const VALID_DAYS: i64 = 7;

/// The field's value.
pub fn value(seal: &Seal, message_id: &str, recipient: &EmailAddress, date: DateTime<Utc>) -> Option<String> {
    let mac =
        seal.mac(MacPurpose::Origin, &[message_id.as_bytes(), recipient.as_str().as_bytes(), &seconds(date)]).ok()?;
    Some(format!("v1 {} {}", mac.key_id, HEXLOWER.encode(&mac.bytes)))
}

/// Whether a mail to these recipients is ours: all of them, for one mail goes to one recipient.
pub fn is_ours(seal: &Seal, headers: &Headers, recipients: &[EmailAddress], now: DateTime<Utc>) -> bool {
    let (Some(field), Some(message_id), Some(date), [recipient]) =
        (headers.value("x-octothorpe-origin"), &headers.message_id, headers.date, recipients)
    else {
        return false;
    };
    let age = now - date;
    if age > Duration::days(VALID_DAYS) || age < -Duration::days(1) {
        return false;
    }
    let mut words = field.split_ascii_whitespace();
    let (Some("v1"), Some(key), Some(code), None) = (words.next(), words.next(), words.next(), words.next()) else {
        return false;
    };
    let (Ok(key_id), Ok(code)) = (key.parse(), HEXLOWER.decode(code.as_bytes())) else { return false };
    let Ok(bytes) = code.try_into() else { return false };
    seal.verify_mac(
        MacPurpose::Origin,
        &[message_id.as_bytes(), recipient.as_str().as_bytes(), &seconds(date)],
        &Mac { key_id, bytes },
    )
}

/// Seconds are what the Date field keeps.
fn seconds(date: DateTime<Utc>) -> [u8; 8] {
    date.timestamp().to_be_bytes()
}
