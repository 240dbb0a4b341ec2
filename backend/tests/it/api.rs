//! The API, call by call.

mod accounts;
mod api_tokens;
mod conversation;
mod description;
mod drafts;
mod errors;
mod messages;
mod pages;
mod search;
mod sessions;
mod tracking;
mod views;
mod warnings;
mod writing;
