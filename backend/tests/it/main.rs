//! The integration tests: one binary, on SQLite and PostgreSQL. `scripts/with-postgres` starts the latter.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, reason = "a test stops where it fails")]

#[macro_use]
mod support;

mod administration;
mod api;
mod certificates;
mod commands;
mod crash;
mod gateway;
mod journey;
mod mails;
mod program;
mod store;
mod tidy;
