//! The time zone of the agency: the one that mails tell times in, and whose days messages end with.

use std::str::FromStr;

use chrono::{DateTime, Days, Duration, NaiveTime, TimeZone as _, Utc};
use chrono_tz::Tz;

/// A time zone of the IANA database, such as `America/Los_Angeles`; UTC unless set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Zone(Tz);

impl Default for Zone {
    fn default() -> Self {
        Self(Tz::UTC)
    }
}

impl FromStr for Zone {
    type Err = chrono_tz::ParseError;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        name.parse().map(Self)
    }
}

impl Zone {
    /// The time as clocks show it there.
    pub fn local(self, time: DateTime<Utc>) -> DateTime<Tz> {
        time.with_timezone(&self.0)
    }

    /// The last day on which something can be read that ends at `end`.
    pub fn last_day(self, end: DateTime<Utc>) -> DateTime<Tz> {
        self.local(end - Duration::microseconds(1))
    }

    /// The end of the day that `time` lies in. So the day that a mail names as the last is a whole one.
    ///
    /// ```
    /// # use octothorpe::clock::zone::Zone;
    /// let zone: Zone = "America/Los_Angeles".parse().unwrap();
    /// let time = "2026-11-24T02:30:00Z".parse().unwrap();
    /// assert_eq!(zone.end_of_day(time).to_rfc3339(), "2026-11-24T08:00:00+00:00");
    /// ```
    pub fn end_of_day(self, time: DateTime<Utc>) -> DateTime<Utc> {
        let next = self.local(time).date_naive() + Days::new(1);
        // Where clocks are put forward at midnight, the day begins an hour later.
        let begins = [0, 1].into_iter().filter_map(|hour| {
            let begin = next.and_time(NaiveTime::from_hms_opt(hour, 0, 0)?);
            self.0.from_local_datetime(&begin).earliest()
        });
        begins.map(|begin| begin.to_utc()).next().unwrap_or(time + Duration::days(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end_of_day(zone: &str, time: &str) -> String {
        zone.parse::<Zone>().unwrap().end_of_day(time.parse().unwrap()).to_rfc3339()
    }

    #[test]
    fn a_day_ends_at_midnight_there() {
        assert_eq!(end_of_day("UTC", "2026-11-23T00:00:00Z"), "2026-11-24T00:00:00+00:00");
        assert_eq!(end_of_day("America/Los_Angeles", "2026-11-23T07:59:59Z"), "2026-11-23T08:00:00+00:00");
        assert_eq!(end_of_day("America/Los_Angeles", "2026-07-23T08:00:00Z"), "2026-07-24T07:00:00+00:00");
        assert_eq!(end_of_day("Asia/Kolkata", "2026-11-23T18:30:00Z"), "2026-11-24T18:30:00+00:00");
    }

    #[test]
    fn a_day_may_end_where_clocks_leave_midnight_out() {
        assert_eq!(end_of_day("Africa/Cairo", "2026-04-23T12:00:00Z"), "2026-04-23T22:00:00+00:00");
    }

    #[test]
    fn the_last_day_is_the_one_that_ends_then() {
        let zone: Zone = "America/Los_Angeles".parse().unwrap();
        let day = |end: &str| zone.last_day(end.parse().unwrap()).date_naive().to_string();
        assert_eq!(
            (day("2026-11-24T08:00:00Z"), day("2026-11-24T08:00:01Z")),
            ("2026-11-23".into(), "2026-11-24".into())
        );
    }
}
