//! Parts of pages.

pub mod addresses;
pub mod ask_again;
pub mod attachment_list;
pub mod facts;
pub mod field;
pub mod files;
pub mod finding_list;
pub mod frame;
pub mod grants;
pub mod heading;
pub mod icon;
pub mod languages;
pub mod lapsed;
pub mod link_cut;
pub mod member;
pub mod message_body;
pub mod message_list;
pub mod notice;
pub mod offline;
pub mod password;
pub mod progress;
pub mod shell;
pub mod skeleton;
pub mod when;
