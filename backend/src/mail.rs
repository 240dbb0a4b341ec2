//! What leaves: generated mail through the mailer, relayed mail through the next hop.

pub mod bounce;
pub mod capture;
pub mod content;
pub mod letter;
pub mod mailer;
pub mod next_hop;
pub mod origin;
pub mod relay_url;
pub mod sheet;
pub mod tls;
