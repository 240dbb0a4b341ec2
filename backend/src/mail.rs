//! What leaves, and by which way: to the next hop, or into the demo's mailbox.

pub mod bounce;
pub mod capture;
pub mod content;
pub mod letter;
pub mod next_hop;
pub mod origin;
pub mod outgoing;
pub mod relay_url;
pub mod sheet;
pub mod tls;
