//! The attachments of a message, each with a link to download it.

use leptos::prelude::*;
use shared::api::message::{Attachment, Views};

use super::icon;
use crate::text::{self, message as words};

/// The list; the links come with the grants.
pub fn attachment_list(attachments: &[Attachment], views: RwSignal<Option<Views>>) -> AnyView {
    if attachments.is_empty() {
        return ().into_any();
    }
    let rows = attachments.iter().map(|attachment| row(attachment, views)).collect_view();
    view! {
        <section class="attachments" aria-labelledby="attachments">
            <h2 id="attachments">{words::ATTACHMENTS}</h2>
            <ul>{rows}</ul>
        </section>
    }
    .into_any()
}

fn row(attachment: &Attachment, views: RwSignal<Option<Views>>) -> AnyView {
    let index = attachment.index;
    let url = move || {
        views.with(|views| {
            views.as_ref()?.attachments.iter().find(|view| view.index == index).map(|view| view.url.clone())
        })
    };
    let name = attachment.name.clone();
    let labelled = name.clone();
    let label = move || format!("{} {labelled}", words::DOWNLOAD());
    view! {
        <li>
            {icon::clip()}
            <span class="file"><span class="file-name">{name.clone()}</span><span class="quiet">{attachment.content_type.clone()}", "{text::size(attachment.size)}</span></span>
            <a class="button button-quiet" href=url download=name aria-label=label rel="external">{words::DOWNLOAD}</a>
        </li>
    }
    .into_any()
}
