//! Times in words, in the reader's language: moments as the reader's clock showed them, and the days with which messages
//! end in the time zone of the agency, as in the mails.

use js_sys::{Date, Object, Reflect};
use leptos::prelude::*;

use crate::{
    language,
    text::{Phrase, setting},
};

const DAY: f64 = 86_400_000.0;
/// Stands for the time zone of the agency, which the page knows.
const ZONE: &str = "UTC";

/// "November 23, 2026".
pub fn day(time: &str) -> Phrase {
    formatted(time, &[("dateStyle", "long")])
}

/// The day with which something ends that can be read until then.
pub fn last_day(end: &str) -> Phrase {
    let last: String = Date::new(&(date(end).get_time() - 1.0).into()).to_iso_string().into();
    formatted(&last, &[("dateStyle", "long"), ("timeZone", ZONE)])
}

/// "November 23, 2026 at 2:05 PM PST", as the mail about it says.
pub fn agency_moment(time: &str) -> Phrase {
    formatted(
        time,
        &[
            ("year", "numeric"),
            ("month", "long"),
            ("day", "numeric"),
            ("hour", "numeric"),
            ("minute", "2-digit"),
            ("timeZoneName", "short"),
            ("timeZone", ZONE),
        ],
    )
}

/// "November 23, 2026 at 2:05 PM".
pub fn moment(time: &str) -> Phrase {
    let words = formatted(time, &[("dateStyle", "long"), ("timeStyle", "short")]);
    // "PM" does not stand alone on a line.
    let bound = move || {
        let words = words.get();
        words.rsplit_once(' ').map_or_else(|| words.clone(), |(rest, last)| format!("{rest}\u{a0}{last}"))
    };
    bound.into()
}

/// As short as it can be told: the time today, the day this year, else the date.
pub fn short(time: &str) -> Phrase {
    let (then, now) = (date(time), Date::new_0());
    if then.get_full_year() != now.get_full_year() {
        formatted(time, &[("dateStyle", "medium")])
    } else if then.get_month() == now.get_month() && then.get_date() == now.get_date() {
        formatted(time, &[("timeStyle", "short")])
    } else {
        formatted(time, &[("month", "short"), ("day", "numeric")])
    }
}

/// Whole days from now until then; negative when it is over.
#[allow(clippy::cast_possible_truncation, reason = "no message lasts longer than i64 days")]
pub fn days_until(time: &str) -> i64 {
    ((date(time).get_time() - Date::now()) / DAY).floor() as i64
}

/// A `time` element.
pub fn tagged(time: &str, words: Phrase) -> AnyView {
    view! { <time datetime=time.to_owned()>{words}</time> }.into_any()
}

fn date(time: &str) -> Date {
    Date::new(&time.into())
}

fn formatted(time: &str, options: &'static [(&'static str, &'static str)]) -> Phrase {
    let time = time.to_owned();
    let words = move || {
        let wanted = Object::new();
        for (name, value) in options {
            let zone = if *value == ZONE { setting("zone") } else { None };
            let _ = Reflect::set(&wanted, &(*name).into(), &zone.as_deref().unwrap_or(value).into());
        }
        String::from(date(&time).to_locale_string(&language::tag(), &wanted))
    };
    words.into()
}
