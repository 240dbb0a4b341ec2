//! `/open/<ticket>`: the cover of a message, and the one button that leads to it.

mod ended;

use leptos::{html::Div, prelude::*, task::spawn_local};
use shared::{
    api::{
        problem::ProblemName,
        ticket::{AccountState, MessageState, Ticket},
    },
    link,
    route::page::{GENUINE, LOGIN, MESSAGES, REGISTER},
};

use crate::{
    api::{self, Failure, encoded},
    component::{
        facts::{self, facts},
        heading::Heading,
        icon, link_cut,
        notice::{self, Trouble},
        refusal::refusal,
        skeleton, switch, when,
    },
    first_paint,
    go::{Go, is_theirs, same_address},
    load::Load,
    session::{Session, Who},
    text::{self, Phrase, cover, open as words},
};

/// The page.
pub fn page() -> AnyView {
    let session = Session::here();
    let written = super::param("ticket");
    let ticket = Memo::new(move |_| link::token(&written.get()).map(str::to_owned));
    let load = Load::new(move || {
        let ticket = ticket.get();
        async move {
            match ticket {
                Some(ticket) => session.fresh_ticket(ticket).await.map(Some),
                None => Ok(None),
            }
        }
    });
    let failed = move |failure: Failure| {
        if failure.is(ProblemName::NotFound) { link_cut::unknown() } else { load.trouble(failure) }
    };
    let shown = load.view_with(waiting, failed, move |cover| match (cover, ticket.get_untracked()) {
        (Some(cover), Some(ticket)) => show(cover, ticket, load),
        _ => link_cut::cut(),
    });
    view! { <div class="narrow">{shown}</div> }.into_any()
}

fn show(cover: Ticket, ticket: String, load: Load<Option<Ticket>>) -> AnyView {
    match cover.state {
        MessageState::Available => available(cover, ticket, load),
        MessageState::Expired => ended::expired(&cover, ticket),
        MessageState::Recalled if cover.refused_at.is_some() => ended::refused(&cover),
        MessageState::Recalled => ended::recalled(&cover),
    }
}

/// The words that the server put into the page, moved to where the cover will stand.
fn waiting() -> AnyView {
    let Some(words) = first_paint::words() else { return skeleton::page() };
    let words = StoredValue::new_local(words);
    let node = NodeRef::<Div>::new();
    Effect::new(move |_| {
        if let Some(place) = node.get() {
            let _ = words.with_value(|words| place.append_child(words));
        }
    });
    view! { <div node_ref=node></div> }.into_any()
}

fn available(cover: Ticket, ticket: String, load: Load<Option<Ticket>>) -> AnyView {
    let sender = facts::name(&cover.sender);
    let own = ticket.clone();
    let refuse = move || -> std::pin::Pin<Box<dyn Future<Output = _>>> {
        let ticket = own.clone();
        Box::pin(async move {
            api::ticket::refuse(&ticket).await?;
            load.reload();
            Ok(())
        })
    };
    view! {
        <Heading text=cover::has_sent(sender.clone())/>
        <div class="card">
            {about(&cover)}
            {open_button(cover.clone(), ticket)}
        </div>
        {genuine(cover.reference.clone())}
        {refusal(sender, refuse)}
    }
    .into_any()
}

fn about(cover: &Ticket) -> AnyView {
    let mut known = vec![
        (cover::FROM, facts::whole(&cover.sender)),
        (cover::SUBJECT, view! { <strong>{cover.subject.clone()}</strong> }.into_any()),
        (cover::SENT, when::tagged(&cover.sent_at, when::agency_moment(&cover.sent_at))),
        (cover::TO, view! { <span class="address">{cover.recipient.clone()}</span> }.into_any()),
    ];
    // What was taken back cannot be read until any day.
    if cover.state != MessageState::Recalled {
        known.push((cover::READ_UNTIL, when::tagged(&cover.expires_at, when::last_day(&cover.expires_at))));
    }
    known.push((cover::REFERENCE, view! { <code>{cover.reference.clone()}</code> }.into_any()));
    facts(known)
}

/// The button, what it will lead to, and what to do when somebody else is logged in.
fn open_button(cover: Ticket, ticket: String) -> AnyView {
    let session = Session::here();
    let go = Go::here();
    let stranger = RwSignal::new(None::<String>);
    let failure = RwSignal::new(None);
    let cover = StoredValue::new(cover);
    let ticket = StoredValue::new(ticket);
    let open = move |_| {
        failure.set(None);
        spawn_local(async move {
            let Some(cover) = cover.try_get_value() else { return };
            match session.settled().await {
                Who::Member(_) if is_theirs(session, &cover.recipient) => {
                    go.to(&format!("{MESSAGES}/{}", cover.message_id));
                }
                Who::Member(account) => stranger.set(Some(account.email)),
                Who::Unreachable(reason) => failure.set(Some(reason)),
                Who::Nobody | Who::Left | Who::Lapsed(_) | Who::Unknown => go.to(&way_in(&cover, &ticket.get_value())),
            }
        });
    };
    let hint = move || {
        cover.with_value(|cover| match (session.account(), cover.account) {
            (Some(account), _) if same_address(&account.email, &cover.recipient) => words::INSIDE(),
            (Some(_), _) => "",
            (None, AccountState::Active) => words::KNOWN(),
            (None, AccountState::Unconfirmed) => words::BEGUN(),
            (None, AccountState::None) => words::FIRST_TIME(),
        })
    };
    (move || match stranger.get() {
        Some(current) => switch(current, cover, ticket),
        None => view! {
            <p><button class="button button-big" on:click=open>{icon::envelope()}{words::OPEN_MESSAGE}</button></p>
            <Trouble failure/>
            <p class="quiet">{hint}</p>
            <p class="quiet">{cover.with_value(told)}</p>
        }
        .into_any(),
    })
    .into_any()
}

/// What the sender learns of the opening, said before it.
fn told(cover: &Ticket) -> Phrase {
    let sender = facts::name(&cover.sender);
    if cover.read_notice { words::sender_is_told(sender) } else { words::sender_sees(sender) }
}

/// Offers to go on as the one to whom the message was sent.
fn switch(current: String, cover: StoredValue<Ticket>, ticket: StoredValue<String>) -> AnyView {
    let recipient = cover.with_value(|cover| cover.recipient.clone());
    let path = cover.with_value(|cover| way_in(cover, &ticket.get_value()));
    view! {
        <div role="status">{notice::trouble(words::WRONG_PERSON, words::wrong_person_next(recipient.clone(), current))}</div>
        {switch::switch(words::switch(recipient), path)}
    }
    .into_any()
}

/// Where somebody who is not logged in goes on.
fn way_in(cover: &Ticket, ticket: &str) -> String {
    let page = if cover.account == AccountState::Active { LOGIN } else { REGISTER };
    format!("{page}?ticket={}", encoded(ticket))
}

fn genuine(reference: String) -> AnyView {
    view! {
        <aside class="aside" aria-labelledby="genuine">
            <h2 id="genuine">{cover::IS_GENUINE}</h2>
            <p>{cover::genuine(text::host(), reference, text::portal())}" "<a href=GENUINE>{cover::GENUINE_MORE}</a></p>
        </aside>
    }
    .into_any()
}
