//! Octothorpe: an encrypted-mail gateway and its portal.
//!
//! A mail comes in by one of two doors, the SMTP server (`gateway`) or the JSON API (`api`, behind the portal's
//! pages). Whichever it was, `intake` takes it the same way: `message` reads its structure, `policy` judges it, `seal`
//! encrypts it, `store` keeps it together with its `outbox` jobs in one transaction, and only then is it answered for.
//! Workers of the `outbox` send what is due through `mail`.

pub mod accounts;
pub mod api;
pub mod app;
pub mod audit;
pub mod certificate;
pub mod clock;
pub mod command;
pub mod config;
pub mod gateway;
pub mod id;
pub mod intake;
pub mod mail;
pub mod message;
pub mod outbox;
pub mod policy;
pub mod reading;
pub mod rotation;
pub mod seal;
pub mod startup;
pub mod store;
pub mod telemetry;
pub mod ticket;
pub mod tracking;
pub mod welcome;
pub mod words;
