//! Whether the next hop can be reached. While it cannot, few jobs are tried, and once it can again all that waits leaves
//! within a minute.

use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, Duration, Utc};

/// How long nothing is tried after no connection could be made.
const REST: Duration = Duration::seconds(10);

/// Which jobs may run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// All that are due.
    Open,
    /// One, to see whether it gets through.
    Tried,
    /// None but those that have waited long: they must be reported or given up in time.
    Shut,
}

/// What is known of the way to the next hop.
#[derive(Debug, Default)]
pub struct Reach {
    /// Until when nothing is tried, in milliseconds since 1970; 0 while all is well.
    rests_until: AtomicI64,
}

impl Reach {
    /// No connection could be made.
    pub fn lost(&self, now: DateTime<Utc>) {
        self.rests_until.store((now + REST).timestamp_millis(), Ordering::Relaxed);
    }

    /// The next hop has answered. Answers whether this is news.
    pub fn found(&self) -> bool {
        self.rests_until.swap(0, Ordering::Relaxed) != 0
    }

    /// Which jobs may run now.
    pub fn way(&self, now: DateTime<Utc>) -> Way {
        match self.rests_until.load(Ordering::Relaxed) {
            0 => Way::Open,
            // Where the clock was set back, it would be shut for as long.
            until if (until - REST.num_milliseconds()..until).contains(&now.timestamp_millis()) => Way::Shut,
            _ => Way::Tried,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_a_rest_one_job_is_tried_and_an_answer_lets_all_others_go() {
        let (reach, now) = (Reach::default(), DateTime::UNIX_EPOCH + Duration::days(20_000));
        assert_eq!(reach.way(now), Way::Open);
        reach.lost(now);
        assert_eq!(reach.way(now + Duration::seconds(9)), Way::Shut);
        assert_eq!(reach.way(now + Duration::seconds(10)), Way::Tried);
        assert_eq!(reach.way(now - Duration::days(2)), Way::Tried, "the clock was set back");
        reach.lost(now + Duration::seconds(11));
        assert_eq!(reach.way(now + Duration::seconds(12)), Way::Shut);
        assert!(reach.found());
        assert!(!reach.found());
        assert_eq!(reach.way(now + Duration::seconds(12)), Way::Open);
    }
}
