//! The pipeline: parse, judge, seal, store and enqueue in one transaction, relay.

pub mod envelope;
pub mod outcome;
