//! Letting a message be read for longer.

use leptos::prelude::*;
use shared::api::{delivery::Delivery, message::Extend};

use super::{Place, Tracking};
use crate::{
    api::message,
    component::when,
    text::writing::{compose, tracking as words},
};

/// What is chosen unless something else is.
const USUAL: &str = "30";

/// The choice and its button.
pub fn extend(tracking: Tracking, deliveries: &[Delivery]) -> AnyView {
    let days = RwSignal::new(USUAL.to_owned());
    let ends =
        deliveries.iter().filter(|delivery| super::is_out(delivery)).filter_map(|one| one.expires_at.clone()).min();
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
    let choice = |value: &'static str, count: u64| {
        view! { <option value=value selected=move || days.get() == value>{compose::expires_days(count)}</option> }
            .into_any()
    };
    view! {
        <section class="recall" aria-labelledby="extend">
            <h2 id="extend">{words::EXTEND_TITLE}</h2>
            {ends.map(|time| view! { <p class="quiet">{words::ends(when::last_day(&time))}</p> })}
            <div class="field">
                <label for="extend-days">{words::EXTEND_FOR}</label>
                <div class="with-button">
                <select id="extend-days" on:change:target=move |event| days.set(event.target().value())>
                    {choice("7", 7)}
                    {choice("14", 14)}
                    {choice("30", 30)}
                    {choice("90", 90)}
                    {choice("180", 180)}
                </select>
                <button class="button button-quiet" on:click=extend>{words::EXTEND}</button>
                </div>
            </div>
            {super::trouble(tracking, Place::Extend)}
        </section>
    }
    .into_any()
}
