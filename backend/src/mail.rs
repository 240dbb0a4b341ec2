//! What leaves: generated mail through the mailer, relayed mail through the next hop.

pub mod next_hop;
pub mod relay_url;
