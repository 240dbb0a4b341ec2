//! The envelope sender of a notification, which a failure report comes back to: `bounce+<delivery>.<mac>@<domain>`.

use data_encoding::BASE32_NOPAD;
use shared::{Domain, EmailAddress};
use uuid::Uuid;

use crate::{
    id::DeliveryId,
    seal::{MacPurpose, Seal},
};

/// Octets of the code: 26 characters for the delivery and 16 for the code stay within the 64 of a local part.
const MAC_OCTETS: usize = 10;

/// The address for a delivery.
pub fn address(seal: &Seal, delivery: DeliveryId, domain: &Domain) -> Option<EmailAddress> {
    let mac = seal.mac(MacPurpose::Bounce, &[delivery.as_bytes()]).ok()?;
    let encoded = |bytes: &[u8]| BASE32_NOPAD.encode(bytes).to_ascii_lowercase();
    format!("bounce+{}.{}@{domain}", encoded(delivery.as_bytes()), encoded(&mac.bytes[..MAC_OCTETS])).parse().ok()
}

/// The delivery an address was made for, if we made it.
pub fn delivery(seal: &Seal, address: &EmailAddress) -> Option<DeliveryId> {
    let (id, code) = address.local_part().strip_prefix("bounce+")?.split_once('.')?;
    let decoded = |text: &str| BASE32_NOPAD.decode(text.to_ascii_uppercase().as_bytes()).ok();
    let id = DeliveryId::from(Uuid::from_slice(&decoded(id)?).ok()?);
    let code = decoded(code).filter(|code| code.len() == MAC_OCTETS)?;
    seal.key_ids()
        .into_iter()
        .any(|key| seal.verify_short_mac(key, MacPurpose::Bounce, &[id.as_bytes()], &code))
        .then_some(id)
}
