//! The API, call by call.

mod accounts;
mod api_tokens;
mod description;
mod errors;
mod messages;
mod pages;
mod password_resets;
mod references;
mod sessions;
mod tickets;
mod views;
