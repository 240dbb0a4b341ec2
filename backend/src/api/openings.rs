//! Which messages were opened in which log-in: the audit trail has one row for each.

use std::{
    collections::HashSet,
    sync::{Mutex, PoisonError},
};

use uuid::Uuid;

use crate::id::MessageId;

/// More than this are forgotten at once; then a row may come twice, which does no harm.
const MOST: usize = 100_000;

/// What was opened since the start.
#[derive(Default)]
pub struct Openings(Mutex<HashSet<(Uuid, MessageId)>>);

impl Openings {
    /// Whether `message` was not opened by `key` before; from now on it was.
    pub fn is_first(&self, key: Uuid, message: MessageId) -> bool {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= MOST {
            seen.clear();
        }
        seen.insert((key, message))
    }

    /// It was not, after all.
    pub fn forget(&self, key: Uuid, message: MessageId) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&(key, message));
    }
}
