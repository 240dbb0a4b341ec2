//! Every word that the server writes, in each language: made from `words/languages` when the program is built.

use chrono::{DateTime, Datelike as _, Timelike as _, Utc};
use chrono_tz::Tz;

use crate::clock::zone::Zone;

include!(concat!(env!("OUT_DIR"), "/words.rs"));

/// Puts the values where the text has control characters: U+0001 for the first.
fn filled(text: &str, values: &[&str]) -> String {
    let mut all = String::with_capacity(text.len());
    for c in text.chars() {
        match values.get((c as usize).wrapping_sub(1)).filter(|_| c.is_control()) {
            Some(value) => all.push_str(value),
            None => all.push(c),
        }
    }
    all
}

impl Language {
    /// The language of this code.
    pub fn by_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.code() == code)
    }

    /// The codes of all, with commas between them.
    pub fn codes() -> String {
        Self::ALL.map(Self::code).join(", ")
    }

    /// What a browser asks for most (`Accept-Language`: `es-MX,es;q=0.9,en;q=0.8`), if it is here.
    pub fn accepted(header: &str) -> Option<Self> {
        let mut asked: Vec<(f32, Self)> = header
            .split(',')
            .filter_map(|one| {
                let (tag, weight) = one.split_once(';').unwrap_or((one, "q=1"));
                let weight = weight.trim().strip_prefix("q=")?.parse().ok().filter(|weight| *weight > 0.0)?;
                Some((weight, Self::by_tag(tag.trim())?))
            })
            .collect();
        // A stable sort: of what is asked for alike, the first.
        asked.sort_by(|(one, _), (other, _)| other.total_cmp(one));
        asked.first().map(|(_, language)| *language)
    }

    /// The language of a tag, of which it may be a kind: `es-MX` is `es`.
    fn by_tag(tag: &str) -> Option<Self> {
        let tag = tag.to_ascii_lowercase();
        let is_kind = |code: &str| tag.strip_prefix(code).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'));
        Self::ALL.into_iter().filter(|language| is_kind(language.code())).max_by_key(|language| language.code().len())
    }

    /// A day in words.
    fn day(self, time: DateTime<Tz>) -> String {
        let month = self.months()[time.month0() as usize];
        filled(self.day_pattern(), &[&time.day().to_string(), month, &time.year().to_string()])
    }

    fn moment(self, time: DateTime<Tz>) -> String {
        let (is_later, hour12) = time.hour12();
        let (hour, minute) = (format!("{:02}", time.hour()), format!("{:02}", time.minute()));
        let half = self.halves()[usize::from(is_later)];
        let zone = time.format("%Z").to_string();
        filled(self.moment_pattern(), &[&self.day(time), &hour, &hour12.to_string(), &minute, half, &zone])
    }
}

/// How times are told: in a language, and in the time zone of the agency.
#[derive(Clone, Copy, Debug)]
pub struct Dates {
    /// The language.
    pub language: Language,
    /// The time zone.
    pub zone: Zone,
}

impl Dates {
    /// The day of this moment.
    pub fn day(self, time: DateTime<Utc>) -> String {
        self.language.day(self.zone.local(time))
    }

    /// The day with which something ends that can be read until `end`.
    pub fn last_day(self, end: DateTime<Utc>) -> String {
        self.language.day(self.zone.last_day(end))
    }

    /// Day, time, and time zone.
    pub fn moment(self, time: DateTime<Utc>) -> String {
        self.language.moment(self.zone.local(time))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browser_gets_what_it_asks_for_most_of_what_is_here() {
        for (header, language) in [
            ("es-MX,es;q=0.9,en;q=0.8", Some(Language::Es)),
            ("en-US,en;q=0.5", Some(Language::En)),
            ("en;q=0.3, ES-419 ; q=0.7", Some(Language::Es)),
            ("fr,es;q=0.2", Some(Language::Es)),
            ("es;q=0,en;q=0.1", Some(Language::En)),
            ("estonian,fr", None),
            ("*, ;q=x", None),
            ("", None),
        ] {
            assert_eq!(Language::accepted(header), language, "{header}");
        }
    }

    #[test]
    fn days_are_written_as_each_language_does() {
        let time = "2026-11-03T09:05:00Z".parse().unwrap();
        let (en, es) = (in_zone(Language::En, "UTC"), in_zone(Language::Es, "UTC"));
        assert_eq!(
            (en.day(time), en.moment(time)),
            ("November 3, 2026".into(), "November 3, 2026 at 9:05 AM UTC".into())
        );
        assert_eq!(es.day(time), "3 de noviembre de 2026");
        assert_eq!(es.moment(time), "3 de noviembre de 2026 a las 9:05 a.m. UTC");
    }

    #[test]
    fn days_and_times_are_those_of_the_agency() {
        let dates = in_zone(Language::En, "America/Los_Angeles");
        let time = "2026-11-24T08:00:00Z".parse().unwrap();
        assert_eq!(dates.moment(time), "November 24, 2026 at 12:00 AM PST");
        assert_eq!(dates.moment("2026-07-01T20:30:00Z".parse().unwrap()), "July 1, 2026 at 1:30 PM PDT");
        assert_eq!((dates.day(time), dates.last_day(time)), ("November 24, 2026".into(), "November 23, 2026".into()));
    }

    fn in_zone(language: Language, zone: &str) -> Dates {
        Dates { language, zone: zone.parse().unwrap() }
    }

    #[test]
    fn values_are_put_in_once_and_never_read_as_marks() {
        assert_eq!(filled("a \u{2} b \u{1}", &["\u{2}", "y"]), "a y b \u{2}");
    }
}
