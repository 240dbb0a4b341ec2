//! What the gateway and the browser must agree on: addresses, the rules, the API's types and paths, what a password
//! must be. No I/O, no clock, no randomness; it builds natively and for `wasm32`.

pub mod address;
pub mod api;
pub mod link;
pub mod password;
pub mod quote;
#[cfg(target_arch = "wasm32")]
pub mod read;
pub mod route;
pub mod rules;

pub use address::{Domain, DomainPattern, EmailAddress};
