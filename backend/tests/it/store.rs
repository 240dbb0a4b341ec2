//! The store, on both databases.

mod lifecycle;
mod migrations;
mod outbox;
mod plans;
mod rows;
mod writing;
