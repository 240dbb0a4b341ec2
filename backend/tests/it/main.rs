//! The integration tests: one binary, on SQLite and PostgreSQL. `scripts/with-postgres` starts the latter.

#[macro_use]
mod support;

mod api;
mod gateway;
mod journey;
mod store;
mod tidy;
