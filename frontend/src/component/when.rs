//! Times in words, in the reader's language and time zone.

use js_sys::{Date, Object, Reflect};
use leptos::prelude::*;

use crate::{language, text::Phrase};

const DAY: f64 = 86_400_000.0;

/// "November 23, 2026".
pub fn day(time: &str) -> Phrase {
    formatted(time, &[("dateStyle", "long")])
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
            let _ = Reflect::set(&wanted, &(*name).into(), &(*value).into());
        }
        String::from(date(&time).to_locale_string(&language::tag(), &wanted))
    };
    words.into()
}
