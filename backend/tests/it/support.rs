//! What the integration tests are built on.

#[macro_use]
pub mod database;
pub mod app;
pub mod hop;
pub mod program;
pub mod sample;
pub mod server;
pub mod sink;
