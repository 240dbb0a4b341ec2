//! The API, call by call.

mod accounts;
mod api_tokens;
mod conversation;
mod description;
mod drafts;
mod errors;
mod messages;
mod once;
mod pages;
mod password_resets;
mod references;
mod search;
mod sessions;
mod tickets;
mod tracking;
mod views;
mod warnings;
mod writing;
