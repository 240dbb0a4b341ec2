//! Letting a message be read for longer.

use leptos::prelude::*;
use shared::api::{delivery::Delivery, message::Extend};

use super::{Place, Tracking};
use crate::{
    api::message,
    component::when,
    text::{
        self,
        writing::{compose, tracking as words},
    },
};

/// What can be chosen, in days.
const CHOICES: [i64; 6] = [7, 14, 30, 90, 180, 365];

/// The choice and its button; nothing where no choice would be later than the end there is.
pub fn extend(tracking: Tracking, deliveries: &[Delivery]) -> AnyView {
    let ends =
        deliveries.iter().filter(|delivery| super::is_out(delivery)).filter_map(|one| one.expires_at.clone()).min();
    // A message ends with a whole day.
    let left = ends.as_deref().map_or(0, when::days_until) + 1;
    let longest = text::setting("longest-days").and_then(|days| days.parse().ok()).unwrap_or(i64::MAX);
    let choices: Vec<i64> = CHOICES.into_iter().filter(|days| (left + 1..=longest).contains(days)).collect();
    let Some(first) = choices.first() else { return ().into_any() };
    let days = RwSignal::new(first.to_string());
    let extend = move |_| {
        let body = Extend { expires_in_days: days.get_untracked().parse().unwrap_or_default(), recipients: None };
        let id = tracking.id.get_value();
        tracking.press(Place::Extend);
        tracking.submission.run(&[], async move {
            let after = message::extend(tracking.session, &id, &body).await?;
            let until = after.iter().filter(|one| super::is_out(one)).filter_map(|one| one.expires_at.clone()).min();
            let until = until.map_or_else(|| "".into(), |until| words::ends(when::last_day(&until)));
            tracking.done.set(Some((words::EXTENDED, until)));
            tracking.load.refresh();
            Ok(())
        });
    };
    let choice = |count: i64| {
        let value = count.to_string();
        let label =
            if count == 365 { compose::EXPIRES_YEAR.into() } else { compose::expires_days(count.unsigned_abs()) };
        view! { <option value=value>{label}</option> }.into_any()
    };
    view! {
        <section class="recall" aria-labelledby="extend">
            <h2 id="extend">{words::EXTEND_TITLE}</h2>
            {ends.map(|time| view! { <p class="quiet">{words::ends(when::last_day(&time))}</p> })}
            <div class="field">
                <label for="extend-days">{words::EXTEND_FOR}</label>
                <div class="with-button">
                <select id="extend-days" on:change:target=move |event| days.set(event.target().value())>
                    {choices.into_iter().map(choice).collect_view()}
                </select>
                <button class="button button-quiet" on:click=extend>{words::EXTEND}</button>
                </div>
            </div>
            {super::trouble(tracking, Place::Extend)}
        </section>
    }
    .into_any()
}
