//! `/messages`: a file a call.

mod access;
pub mod attachment;
pub mod conversation;
pub mod deliveries;
mod form;
mod frame;
pub mod list;
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
