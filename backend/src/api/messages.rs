//! `/messages`: a file a call.

pub(super) mod access;
pub mod attachment;
mod body;
pub mod conversation;
pub mod deliveries;
pub mod export;
pub mod extend;
mod form;
mod frame;
pub mod list;
mod named;
pub mod notify;
mod once;
pub mod read;
pub mod recall;
pub mod reply;
mod search;
pub mod send;
mod shown;
pub mod source;
pub mod unread;
pub mod view;
pub mod views;
