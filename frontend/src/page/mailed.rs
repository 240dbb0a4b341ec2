//! What pages behind a mailed link have in common: the link is looked at first, so that nobody fills in a form for
//! nothing. One that is cut or dead is said to be so at once.

use leptos::prelude::*;
use shared::{api::problem::ProblemName, link, route::page::LOGIN};

use crate::{
    api::Failure,
    component::{heading::Heading, link_cut, skeleton},
    load::Load,
    text::{Word, account as words, frame},
};

/// What a link is good for; none where it is cut.
pub type Link<T> = Load<Option<T>>;

/// The page of the link in the address: `look` asks the server about its token, `show` is for a good one, `dead` says
/// what to do with one that nobody knows any more, and what the way to another is called then; `anew` is where one asks
/// for another mail, and what that is called.
pub fn page<T, F>(
    look: fn(String) -> F,
    show: fn(T, String, Link<T>) -> AnyView,
    dead: (Word, Word),
    anew: (&'static str, Word),
) -> AnyView
where
    T: Clone + Send + Sync + 'static,
    F: Future<Output = Result<T, Failure>> + 'static,
{
    let written = super::param("token");
    let token = Memo::new(move |_| link::token(&written.get()).map(str::to_owned));
    let load = Load::new(move || {
        let token = token.get();
        async move {
            match token {
                Some(token) => look(token).await.map(Some),
                None => Ok(None),
            }
        }
    });
    let failed = move |failure: Failure| {
        if failure.is(ProblemName::TokenUsed) { dead_link(dead, anew.0) } else { load.trouble(failure) }
    };
    let page = load.view_with(skeleton::page, failed, move |found| match (found, token.get_untracked()) {
        (Some(found), Some(token)) => show(found, token, load),
        _ => link_cut::cut_mail(anew),
    });
    view! { <div class="narrow">{page}</div> }.into_any()
}

/// Whoever has an account already only has to log in, if that.
fn dead_link((next, label): (Word, Word), path: &'static str) -> AnyView {
    let strangers = move || {
        view! {
            <a class="button" href=LOGIN>{frame::LOG_IN}</a>
            <a class="button button-quiet" href=path>{label}</a>
        }
        .into_any()
    };
    view! {
        <Heading text=words::LINK_USED/>
        <p class="lead">{next}</p>
        <p class="buttons">{link_cut::inbox_or(strangers)}</p>
    }
    .into_any()
}
