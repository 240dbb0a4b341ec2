//! The store, on both databases.

mod lifecycle;
mod migrations;
mod outbox;
mod rows;
mod writing;
