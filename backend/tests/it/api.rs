//! The API, call by call.

mod accounts;
mod api_tokens;
mod description;
mod errors;
mod messages;
mod pages;
mod sessions;
mod tracking;
mod views;
mod warnings;
mod writing;
