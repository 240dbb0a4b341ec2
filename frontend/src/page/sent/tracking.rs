//! How far a message got with each recipient, and taking it back.

use leptos::prelude::*;
use shared::{
    api::{
        delivery::{Delivery, DeliveryState},
        message::Recall,
    },
    route::page::{MESSAGES, SENT},
};

use crate::{
    api::message,
    component::{
        heading::Heading,
        notice::{self, Trouble},
        when,
    },
    form::Submission,
    load::Load,
    session::Session,
    text::{Phrase, Word, mailbox as words},
};

/// Whom a recall would cut off.
#[derive(Clone, PartialEq)]
enum Whom {
    Everyone,
    One(String),
}

/// What the buttons of the page share.
#[derive(Clone, Copy)]
struct Tracking {
    id: StoredValue<String>,
    load: Load<Vec<Delivery>>,
    submission: Submission,
    /// The recall that waits to be confirmed.
    asked: RwSignal<Option<Whom>>,
    done: RwSignal<bool>,
}

/// The view.
pub fn tracking(id: String) -> AnyView {
    let session = Session::here();
    let id = StoredValue::new(id);
    let load = Load::new(move || {
        let id = id.get_value();
        async move { message::deliveries(session, &id).await }
    });
    let tracking =
        Tracking { id, load, submission: Submission::new(), asked: RwSignal::new(None), done: RwSignal::new(false) };
    let read = format!("{MESSAGES}/{}", id.get_value());
    let shown = load.view(move |deliveries| show(tracking, &deliveries));
    view! {
        <div class="reading">
            <p class="back"><a href=SENT>"← "{words::BACK}</a></p>
            <div role="status">{move || tracking.done.get().then(|| notice::good(words::RECALLED_DONE, ""))}</div>
            {shown}
            <p><a href=read>{words::READ_IT}</a></p>
        </div>
    }
    .into_any()
}

fn show(tracking: Tracking, deliveries: &[Delivery]) -> AnyView {
    let can_recall = deliveries.iter().filter(|delivery| is_out(delivery)).count();
    let rows = deliveries.iter().map(|delivery| row(tracking, delivery, can_recall > 1)).collect_view();
    view! {
        <Heading text=words::RECIPIENTS/>
        <ul class="deliveries">{rows}</ul>
        <Trouble failure=tracking.submission.failure/>
        {(can_recall > 0).then(|| everyone(tracking))}
    }
    .into_any()
}

/// Whether it can still be taken back.
fn is_out(delivery: &Delivery) -> bool {
    matches!(delivery.state, DeliveryState::Queued | DeliveryState::Notified | DeliveryState::Failed)
}

fn row(tracking: Tracking, delivery: &Delivery, one_of_many: bool) -> AnyView {
    let address = delivery.recipient.clone();
    let asked_for = Some(Whom::One(address.clone()));
    let recall = (one_of_many && is_out(delivery)).then(|| {
        let address = StoredValue::new(address.clone());
        move || {
            if tracking.asked.get() == asked_for {
                sure(tracking, Whom::One(address.get_value()), words::RECALL_ONE_SURE)
            } else {
                let label = move || format!("{}: {}", words::RECALL_ONE(), address.get_value());
                view! {
                    <button class="button button-quiet" aria-label=label
                        on:click=move |_| tracking.asked.set(Some(Whom::One(address.get_value())))>{words::RECALL_ONE}</button>
                }
                .into_any()
            }
        }
    });
    view! {
        <li>
            <p><strong class="address">{address}</strong></p>
            <p>{progress(delivery)}</p>
            {recall}
        </li>
    }
    .into_any()
}

/// "Opened Nov 24, 2026, 9:12 AM. Replied …", or how far the notification got.
fn progress(delivery: &Delivery) -> AnyView {
    let opened = delivery.first_opened_at.as_ref().map(|time| words::opened(when::moment(time)));
    let replied = delivery.replied_at.as_ref().map(|time| words::replied(when::moment(time)));
    let requested = delivery.requested_at.as_ref().map(|time| words::asked_again(when::moment(time)));
    if let Some(time) = &delivery.refused_at {
        let refused = words::refused(when::moment(time));
        return view! { {refused} }.into_any();
    }
    let is_over = matches!(delivery.state, DeliveryState::Expired | DeliveryState::Recalled | DeliveryState::Failed);
    let state = (is_over || opened.is_none()).then(|| state(delivery.state));
    let spaced = |words: Phrase| view! { {words}" " };
    view! { {opened.map(spaced)}{replied.map(spaced)}{state.map(|state| spaced(state.into()))}{requested.map(spaced)} }
        .into_any()
}

const fn state(state: DeliveryState) -> Word {
    match state {
        DeliveryState::Queued => words::QUEUED,
        DeliveryState::Notified => words::NOTIFIED,
        DeliveryState::Relayed => words::RELAYED,
        DeliveryState::Failed => words::FAILED,
        DeliveryState::Expired => words::DELIVERY_EXPIRED,
        DeliveryState::Recalled => words::DELIVERY_RECALLED,
    }
}

fn everyone(tracking: Tracking) -> AnyView {
    let buttons = move || {
        if tracking.asked.get() == Some(Whom::Everyone) {
            sure(tracking, Whom::Everyone, words::RECALL_ALL_SURE)
        } else {
            view! {
                <p><button class="button button-quiet" on:click=move |_| tracking.asked.set(Some(Whom::Everyone))>{words::RECALL_ALL}</button></p>
            }
            .into_any()
        }
    };
    view! { <section class="recall"><p class="quiet">{words::RECALL_WHY}</p>{buttons}</section> }.into_any()
}

/// Asks once more, and then does it.
fn sure(tracking: Tracking, whom: Whom, label: Word) -> AnyView {
    let session = Session::here();
    let recipients = match whom {
        Whom::Everyone => None,
        Whom::One(address) => Some(vec![address]),
    };
    let recall = move |_| {
        let body = Recall { recipients: recipients.clone() };
        let id = tracking.id.get_value();
        tracking.submission.run(&[], async move {
            message::recall(session, &id, &body).await?;
            tracking.asked.set(None);
            tracking.done.set(true);
            tracking.load.reload();
            Ok(())
        });
    };
    view! {
        <p class="buttons">
            <button class="button button-danger" on:click=recall>{label}</button>
            <button class="button button-quiet" on:click=move |_| tracking.asked.set(None)>{words::CANCEL}</button>
        </p>
    }
    .into_any()
}
