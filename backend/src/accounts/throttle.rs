//! Wrong passwords make the next try wait: a little, growing, never for good. Kept in memory, by address and client.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
};

use chrono::{DateTime, Duration, Utc};
use shared::EmailAddress;

/// So many wrong tries cost nothing.
const FREE: u32 = 5;
/// The longest wait, in seconds.
const LONGEST: i64 = 60;
/// Forgotten after so long.
const MEMORY_MINUTES: i64 = 30;
/// More entries than this are thinned out.
const MOST: usize = 100_000;

#[derive(Clone, Copy)]
struct Tries {
    wrong: u32,
    last: DateTime<Utc>,
}

/// Wrong tries.
#[derive(Default)]
pub struct Throttle(Mutex<HashMap<(EmailAddress, Option<IpAddr>), Tries>>);

impl Throttle {
    /// Seconds to wait before the next try, if any.
    pub fn wait(&self, address: &EmailAddress, client: Option<IpAddr>, now: DateTime<Utc>) -> Option<u32> {
        let tries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = tries.get(&(address.clone(), client))?;
        let pause = Duration::seconds((1_i64 << entry.wrong.checked_sub(FREE)?.min(6)).min(LONGEST));
        let left = (entry.last + pause - now).num_milliseconds();
        u32::try_from(left).ok().filter(|left| *left > 0).map(|left| left.div_ceil(1_000))
    }

    /// A wrong password.
    pub fn wrong(&self, address: &EmailAddress, client: Option<IpAddr>, now: DateTime<Utc>) {
        let mut tries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if tries.len() > MOST {
            tries.retain(|_, entry| now - entry.last < Duration::minutes(MEMORY_MINUTES));
        }
        let entry = tries.entry((address.clone(), client)).or_insert(Tries { wrong: 0, last: now });
        if now - entry.last > Duration::minutes(MEMORY_MINUTES) {
            entry.wrong = 0;
        }
        *entry = Tries { wrong: entry.wrong + 1, last: now };
    }

    /// Forgets the wrong passwords of an address, whoever tried them: it was proved to be somebody's own.
    pub fn forgive(&self, address: &EmailAddress) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).retain(|(tried, _), _| tried != address);
    }

    /// The right password.
    pub fn right(&self, address: &EmailAddress, client: Option<IpAddr>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&(address.clone(), client));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_grows_and_ends() {
        let (throttle, now) = (Throttle::default(), DateTime::UNIX_EPOCH);
        let address: EmailAddress = "a@b.org".parse().unwrap();
        for _ in 0..4 {
            throttle.wrong(&address, None, now);
        }
        assert_eq!(throttle.wait(&address, None, now), None);
        throttle.wrong(&address, None, now);
        assert_eq!(throttle.wait(&address, None, now), Some(1));
        for _ in 0..50 {
            throttle.wrong(&address, None, now);
        }
        assert_eq!(throttle.wait(&address, None, now), Some(60));
        assert_eq!(throttle.wait(&address, None, now + Duration::seconds(61)), None);
    }
}
