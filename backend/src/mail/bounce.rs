//! The envelope sender of a notification, which a failure report comes back to: `bounce+<delivery>.<mac>@<domain>`.

use data_encoding::BASE32_NOPAD;
use shared::{Domain, EmailAddress};
use uuid::Uuid;

use crate::{
    id::DeliveryId,
    seal::{MacPurpose, Seal},
};

/// Octets of the code: 26 characters for the delivery and 26 for the code stay within the 64 of a local part.
const MAC_OCTETS: usize = 16;

/// The address for a delivery.
pub fn address(seal: &Seal, delivery: DeliveryId, domain: &Domain) -> Option<EmailAddress> {
    let mac = seal.mac(MacPurpose::Bounce, &[delivery.as_bytes()]).ok()?;
    let encoded = |bytes: &[u8]| BASE32_NOPAD.encode(bytes).to_ascii_lowercase();
    format!("bounce+{}.{}@{domain}", encoded(delivery.as_bytes()), encoded(&mac.bytes[..MAC_OCTETS])).parse().ok()
}

/// The delivery an address was made for, if we made it.
pub fn delivery(seal: &Seal, address: &EmailAddress) -> Option<DeliveryId> {
    // Some servers change the case on the way back.
    let local = address.local_part().to_ascii_lowercase();
    let (id, code) = local.strip_prefix("bounce+")?.split_once('.')?;
    let decoded = |text: &str| BASE32_NOPAD.decode(text.to_ascii_uppercase().as_bytes()).ok();
    let id = DeliveryId::from(Uuid::from_slice(&decoded(id)?).ok()?);
    let code = decoded(code).filter(|code| code.len() == MAC_OCTETS)?;
    seal.key_ids()
        .into_iter()
        .any(|key| seal.verify_short_mac(key, MacPurpose::Bounce, &[id.as_bytes()], &code))
        .then_some(id)
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::seal::KeyRing;

    #[test]
    fn an_address_names_its_delivery_in_any_case_and_no_other_can_be_made() {
        let seal = Seal::new(KeyRing::generate(DateTime::UNIX_EPOCH));
        let id = DeliveryId::new(DateTime::UNIX_EPOCH);
        let made = address(&seal, id, &"a.org".parse().unwrap()).unwrap();
        assert!(made.local_part().len() <= 64);
        assert_eq!(delivery(&seal, &made), Some(id));
        assert_eq!(delivery(&seal, &made.to_string().to_uppercase().parse().unwrap()), Some(id));
        let other = made.to_string().replacen("bounce+a", "bounce+b", 1);
        assert_eq!(delivery(&seal, &other.parse().unwrap()), None);
    }
}
