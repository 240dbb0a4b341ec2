//! `/messages`: a file a call.

pub(super) mod access;
pub mod attachment;
pub mod deliveries;
mod form;
pub mod list;
pub mod read;
pub mod recall;
pub mod reply;
pub mod send;
mod shown;
pub mod source;
pub mod view;
pub mod views;
