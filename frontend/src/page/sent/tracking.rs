//! How far a message got with each recipient, and what can still be done: take it back, extend it, notify again.

#![allow(
    clippy::large_types_passed_by_value,
    reason = "what the buttons share is a handful of handles that are copied about"
)]

mod extend;

use leptos::{
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{Blob, HtmlAnchorElement, Url},
};
use shared::{
    api::{
        delivery::{Deliveries, Delivery, DeliveryState},
        message::{MessageSummary, NotifyAgain, Recall},
        problem::ProblemName,
        ticket::MessageState,
    },
    route::page::{MESSAGES, SENT},
};

use crate::{
    api::{Failure, message},
    component::{heading::Heading, notice, skeleton, switch::other_account, when},
    form::{Submission, focus},
    load::Load,
    session::Session,
    text::{self, Phrase, Word, failure, frame, message as message_words, problem, writing::tracking as words},
};

/// The id of the button that takes the message back from everyone.
const ALL: &str = "recall-all";

/// Whom something is about.
#[derive(Clone, PartialEq)]
enum Whom {
    Everyone,
    One(String),
}

/// A button, or a place beside it.
#[derive(Clone, PartialEq)]
enum Place {
    Row(String),
    List,
    Extend,
    Recall,
}

/// What the buttons of the page share.
#[derive(Clone, Copy)]
struct Tracking {
    id: StoredValue<String>,
    session: Session,
    load: Load<Deliveries>,
    submission: Submission,
    /// The recall that waits to be confirmed.
    asked: RwSignal<Option<Whom>>,
    /// Where the last button was pressed: what went wrong is said there.
    pressed: RwSignal<Place>,
    /// What was done last.
    done: RwSignal<Option<(Word, Phrase)>>,
}

impl Tracking {
    /// A button is pressed: what became of the one before is over.
    fn press(self, place: Place) {
        self.pressed.set(place);
        self.done.set(None);
    }
}

/// The view.
pub fn tracking(id: String, me: String) -> AnyView {
    let session = Session::here();
    let path = format!("{SENT}?id={id}");
    let id = StoredValue::new(id);
    let load = Load::new(move || {
        let id = id.get_value();
        async move { message::deliveries(session, &id).await }
    });
    let (asked, pressed, done) = (RwSignal::new(None), RwSignal::new(Place::List), RwSignal::new(None));
    let tracking = Tracking { id, session, load, submission: Submission::of_several(), asked, pressed, done };
    let is_theirs = RwSignal::new(true);
    let failed = move |failure: Failure| {
        if failure.is(ProblemName::NotFound) {
            is_theirs.set(false);
            return other_account(words::other_account_next(me.clone()), &path);
        }
        load.trouble_within(&failure)
    };
    let title = move || if is_theirs.get() { words::RECIPIENTS() } else { failure::OTHER_ACCOUNT() };
    let shown = load.view_with(skeleton::rows, failed, move |found: Deliveries| show(tracking, &found));
    view! {
        <div class="reading">
            <p class="back"><a href=SENT>{frame::SENT}</a></p>
            <Heading text=title/>
            {move || done.get().map(|(what, next)| notice::done(what, next))}
            {shown}
        </div>
    }
    .into_any()
}

/// Which message it is.
fn about(message: &MessageSummary) -> AnyView {
    let read = (message.state == MessageState::Available)
        .then(|| view! { " "<a href=format!("{MESSAGES}/{}", message.id)>{words::READ_IT}</a> });
    view! {
        <p class="lead"><q>{message.subject.clone()}</q>{read}</p>
        <p class="quiet">{message_words::REFERENCE}" "<code>{message.reference.clone()}</code></p>
    }
    .into_any()
}

fn show(tracking: Tracking, found: &Deliveries) -> AnyView {
    let deliveries = found.items.as_slice();
    let can_recall = deliveries.iter().filter(|delivery| is_out(delivery)).count();
    let unread = deliveries.iter().filter(|delivery| is_unread(delivery)).count();
    let rows = deliveries.iter().map(|delivery| row(tracking, delivery, can_recall > 1)).collect_view();
    let again = (unread > 1).then(|| {
        view! { <button class="button button-quiet" on:click=move |_| notify(tracking, None)>{words::NOTIFY_ALL}</button> }
    });
    view! {
        {about(&found.message)}
        <ul class="deliveries">{rows}</ul>
        {trouble(tracking, Place::List)}
        <p class="buttons">
            {again}
            <button class="button button-quiet" on:click=move |_| export(tracking)>{words::EXPORT}</button>
        </p>
        {(can_recall > 0).then(|| extend::extend(tracking, deliveries))}
        {(can_recall > 0).then(|| everyone(tracking))}
    }
    .into_any()
}

/// What went wrong with a button of this place, in words of this page where it knows better.
fn trouble(tracking: Tracking, place: Place) -> AnyView {
    let known = move |failure: &Failure| match (failure.about("expires_in_days"), failure.about("recipients")) {
        (Some("too-short"), _) => Some(words::EXTEND_TOO_SHORT as Word),
        (Some(_), _) => Some(words::EXTEND_TOO_LONG),
        (None, Some("too-soon")) => Some(words::NOTIFIED_LATELY),
        (None, Some(_)) => Some(words::NOBODY_LEFT),
        (None, None) => None,
    };
    let said = move || {
        let failure = tracking.submission.failure.get().filter(|_| tracking.pressed.get() == place);
        failure.map(|failure| match known(&failure) {
            Some(what) => {
                let wait = notice::seconds(&failure).map_or("".into(), problem::wait);
                notice::trouble(what, wait)
            }
            None if problem::is_offline(&failure) => notice::offline(),
            None => notice::trouble(problem::what(&failure), problem::next(&failure)),
        })
    };
    view! { <div role="status">{said}</div> }.into_any()
}

/// Whether it can still be taken back.
fn is_out(delivery: &Delivery) -> bool {
    matches!(delivery.state, DeliveryState::Queued | DeliveryState::Notified | DeliveryState::Failed)
}

/// Whether it waits to be opened.
fn is_unread(delivery: &Delivery) -> bool {
    is_out(delivery) && delivery.first_opened_at.is_none() && delivery.refused_at.is_none()
}

fn row(tracking: Tracking, delivery: &Delivery, one_of_many: bool) -> AnyView {
    let address = StoredValue::new(delivery.recipient.clone());
    let labelled = move |what: Word| move || format!("{}: {}", what(), address.get_value());
    let again = is_unread(delivery).then(|| {
        // Not until the wait that the server asked for is over; the words beside it say how long.
        let waits = move || {
            tracking.pressed.get() == Place::Row(address.get_value())
                && tracking.submission.failure.with(|failure| failure.as_ref().and_then(notice::seconds).is_some())
        };
        let notify = move |_| {
            if !untrack(waits) {
                notify(tracking, Some(address.get_value()));
            }
        };
        let disabled = move || waits().then_some("true");
        view! {
            <button class="link" aria-label=labelled(words::NOTIFY) aria-disabled=disabled
                on:click=notify>{words::NOTIFY}</button>
        }
    });
    let whom = Whom::One(delivery.recipient.clone());
    let id = StoredValue::new(format!("recall-{}", delivery.id));
    let can_recall = one_of_many && is_out(delivery);
    let buttons = move || {
        let whom = whom.clone();
        if tracking.asked.with(|asked| asked.as_ref() == Some(&whom)) {
            return sure(tracking, whom, words::RECALL_ONE_SURE, id.get_value());
        }
        let recall = can_recall.then(|| {
            view! {
                <button class="link" id=id.get_value() aria-label=labelled(words::RECALL_ONE)
                    on:click=move |_| ask(tracking, whom.clone())>{words::RECALL_ONE}</button>
            }
        });
        view! { {recall} }.into_any()
    };
    let ends =
        is_out(delivery).then(|| delivery.expires_at.as_ref().map(|time| words::ends(when::last_day(time)))).flatten();
    view! {
        <li>
            <p><strong class="address">{delivery.recipient.clone()}</strong></p>
            <ul class="steps-done">{progress(delivery)}</ul>
            {ends.map(|ends| view! { <p class="quiet">{ends}</p> })}
            <div class="links">{again}{buttons}</div>
            {trouble(tracking, Place::Row(delivery.recipient.clone()))}
        </li>
    }
    .into_any()
}

/// "Notified …", "Opened …", "Replied …", and how it ended.
fn progress(delivery: &Delivery) -> AnyView {
    let notified = match delivery.state {
        DeliveryState::Relayed => words::relayed_at as fn(Phrase) -> Phrase,
        _ => words::notified_at,
    };
    // What came back has told nobody anything.
    let notified_at = delivery.notified_at.as_ref().filter(|_| delivery.state != DeliveryState::Failed);
    let times = [
        (notified_at, notified),
        (delivery.first_opened_at.as_ref(), words::opened),
        (delivery.replied_at.as_ref(), words::replied),
        (delivery.requested_at.as_ref(), words::asked_again),
        (delivery.refused_at.as_ref(), words::refused),
    ];
    let times = times
        .into_iter()
        .filter_map(|(time, say)| time.map(|time| view! { <li>{say(when::moment(time))}</li> }.into_any()))
        .collect_view();
    let state = match delivery.state {
        // Why it failed was said.
        _ if delivery.refused_at.is_some() => None,
        DeliveryState::Queued if delivery.notified_at.is_some() => Some(words::QUEUED_AGAIN),
        DeliveryState::Queued => Some(words::QUEUED),
        DeliveryState::Notified if delivery.first_opened_at.is_none() => Some(words::NOT_OPENED),
        DeliveryState::Notified | DeliveryState::Relayed => None,
        DeliveryState::Failed => Some(words::FAILED),
        DeliveryState::Expired => Some(words::DELIVERY_EXPIRED),
        DeliveryState::Recalled if delivery.first_opened_at.is_none() => Some(words::DELIVERY_RECALLED_UNREAD),
        DeliveryState::Recalled => Some(words::DELIVERY_RECALLED),
    };
    let class = (delivery.state == DeliveryState::Failed).then_some("failed");
    view! { {times}{state.map(|state: Word| view! { <li><strong class=class>{state}</strong></li> })} }.into_any()
}

/// Sends the notification again: to one, or to all who have not opened the message.
fn notify(tracking: Tracking, whom: Option<String>) {
    tracking.press(whom.clone().map_or(Place::List, Place::Row));
    let body = NotifyAgain { recipients: whom.map(|address| vec![address]) };
    let id = tracking.id.get_value();
    tracking.submission.run(&[], async move {
        let sent = message::notify(tracking.session, &id, &body).await?;
        tracking.done.set(Some((words::NOTIFIED_AGAIN, words::notified_again_to(text::list(sent.recipients)))));
        tracking.load.refresh();
        Ok(())
    });
}

/// Saves the tracking as a file.
fn export(tracking: Tracking) {
    tracking.press(Place::List);
    let id = tracking.id.get_value();
    tracking.submission.run(&[], async move {
        let table = message::export(tracking.session, &id).await?;
        save(&table, &format!("tracking-{id}.csv"));
        Ok(())
    });
}

/// Hands a text to the browser as a file; the link that it takes to do so is never seen.
fn save(text: &str, name: &str) {
    let Ok(blob) = Blob::new_with_str_sequence(&js_sys::Array::of1(&text.into())) else { return };
    let Ok(url) = Url::create_object_url_with_blob(&blob) else { return };
    let link = document().create_element("a").ok().and_then(|link| link.dyn_into::<HtmlAnchorElement>().ok());
    if let Some(link) = link {
        link.set_href(&url);
        link.set_download(name);
        link.set_rel("external");
        link.click();
    }
    let _ = Url::revoke_object_url(&url);
}

fn everyone(tracking: Tracking) -> AnyView {
    let buttons = move || {
        if tracking.asked.get() == Some(Whom::Everyone) {
            sure(tracking, Whom::Everyone, words::RECALL_ALL_SURE, ALL.to_owned())
        } else {
            view! {
                <p><button class="button button-quiet" id=ALL on:click=move |_| ask(tracking, Whom::Everyone)>{words::RECALL_ALL}</button></p>
            }
            .into_any()
        }
    };
    view! {
        <section class="recall" aria-labelledby="recall">
            <h2 id="recall">{words::RECALL_TITLE}</h2>
            <p class="quiet">{words::RECALL_WHY}</p>
            {buttons}
            {trouble(tracking, Place::Recall)}
        </section>
    }
    .into_any()
}

/// Asks once more. The button that was pressed is gone then: whoever works by keyboard goes on at the harmless one.
fn ask(tracking: Tracking, whom: Whom) {
    tracking.asked.set(Some(whom));
    focus("#keep");
}

/// The question, and the way back to the button of this id.
fn sure(tracking: Tracking, whom: Whom, label: Word, id: String) -> AnyView {
    let keep = move |_| {
        tracking.asked.set(None);
        focus(&format!("#{id}"));
    };
    let recall = move |_| {
        let (place, from, recipients) = match &whom {
            Whom::Everyone => (Place::Recall, words::RECALLED_FROM_ALL.into(), None),
            Whom::One(address) => {
                (Place::Row(address.clone()), words::recalled_from(address.clone()), Some(vec![address.clone()]))
            }
        };
        let body = Recall { recipients };
        let id = tracking.id.get_value();
        tracking.press(place);
        tracking.submission.run(&[], async move {
            message::recall(tracking.session, &id, &body).await?;
            tracking.asked.set(None);
            tracking.done.set(Some((words::RECALLED_DONE, from)));
            tracking.load.refresh();
            Ok(())
        });
    };
    view! {
        <p class="buttons">
            <button class="button button-danger" on:click=recall>{label}</button>
            <button class="button button-quiet" id="keep" on:click=keep>{words::CANCEL}</button>
        </p>
    }
    .into_any()
}
