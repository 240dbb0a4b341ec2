//! What the command line does besides serving.

pub mod config;
pub mod keys;
pub mod migrate;
