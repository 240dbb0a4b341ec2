//! What became of a job.

use super::job::{self, Status};
use crate::{id::DeliveryId, mail::next_hop::HopError, store::deliveries::DeliveryState};

/// What became of a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is done; this is written down along with that.
    Done(Box<Done>),
    /// Try again later.
    Retry(Waiting),
    /// It will never work.
    GiveUp(Status),
}

/// What is written down of a job that is done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// The delivery that got so far by it.
    pub reached: Option<(DeliveryId, DeliveryState)>,
    /// Word to a sender who wants to know.
    pub report: Option<job::Report>,
}

/// Why a job is tried again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// A code for the log and the store.
    pub code: &'static str,
    /// How the try ended, for a report.
    pub status: Status,
    /// Whether the next hop could not be reached. That does not count as a try: once it can be, nothing has to wait long.
    pub is_for_all: bool,
}

impl Waiting {
    /// The next hop wants it later.
    pub(super) fn put_off(status: Status) -> Self {
        Self { code: "next-hop-put-it-off", status, is_for_all: false }
    }

    /// The next hop could not be asked, or its answer is not known.
    pub(super) fn after(error: &HopError) -> Self {
        Self { code: error.code(), status: Status::new("4.4.1"), is_for_all: error.is_for_all() }
    }
}

impl Fate {
    /// It is done, and nothing is to be said of it.
    pub(super) fn done() -> Self {
        Self::Done(Box::default())
    }

    /// Try again later, for a reason of our own.
    pub(super) fn retry(code: &'static str) -> Self {
        Self::Retry(Waiting { code, status: Status::new("4.0.0"), is_for_all: false })
    }
}
