//! What is tried with input that nobody would think of. Each module takes any octets and panics when something that
//! always holds does not; libFuzzer (`scripts/fuzz`) looks for such octets, and the tests play what it found before.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod attachment;
pub mod html;
pub mod mail;
pub mod repeated;
pub mod rules;
pub mod session;

#[cfg(test)]
mod tests;
