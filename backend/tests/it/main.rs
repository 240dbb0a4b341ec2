//! The integration tests: one binary, on SQLite and PostgreSQL. `scripts/with-postgres` starts the latter.

#[macro_use]
mod support;

mod store;
