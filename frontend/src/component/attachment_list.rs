//! The attachments of a message: what each is, to be looked at or saved.

use leptos::prelude::*;
use shared::api::message::{Attachment, TNEF};

use super::{grants::Grants, icon};
use crate::text::{self, Word, attachment, message as words};

/// A picture of more octets is shown when it is opened, not before.
const LARGE: u64 = 10_000_000;

/// The list; the links come with the grants. What stands in the formatted text is listed where only the plain one is
/// shown.
pub fn attachment_list(attachments: &[Attachment], plain: RwSignal<bool>, grants: Grants) -> AnyView {
    if attachments.is_empty() {
        return ().into_any();
    }
    let attachments = StoredValue::new(attachments.to_vec());
    let view = move || {
        let plain = plain.get();
        let rows = attachments.with_value(|all| {
            all.iter().filter(|one| plain || !one.inline).map(|one| row(one, grants)).collect::<Vec<_>>()
        });
        (!rows.is_empty()).then(|| {
            view! {
                <section class="attachments">
                    <h2>{words::ATTACHMENTS}</h2>
                    <ul>{rows}</ul>
                </section>
            }
        })
    };
    view.into_any()
}

/// What an attachment is to people.
#[derive(Clone, Copy)]
enum Kind {
    Image,
    Pdf,
    Other(Word, fn() -> AnyView),
}

impl Kind {
    fn of(attachment: &Attachment) -> Self {
        let suffix = attachment.name.rsplit_once('.').map(|(_, suffix)| suffix.to_ascii_lowercase());
        let suffix = suffix.as_deref().unwrap_or_default();
        match attachment.content_type.as_str() {
            "image/png" | "image/jpeg" | "image/gif" | "image/webp" | "image/bmp" => return Self::Image,
            "application/pdf" => return Self::Pdf,
            "message/rfc822" => return Self::Other(words::KIND_MAIL, icon::envelope),
            "text/calendar" => return Self::Other(words::KIND_CALENDAR, icon::calendar),
            _ => {}
        }
        match suffix {
            "doc" | "docx" | "odt" | "rtf" | "txt" => Self::Other(words::KIND_DOCUMENT, icon::document),
            "xls" | "xlsx" | "ods" | "csv" => Self::Other(words::KIND_TABLE, icon::document),
            "ppt" | "pptx" | "odp" => Self::Other(words::KIND_SLIDES, icon::document),
            "zip" | "7z" | "gz" => Self::Other(words::KIND_ARCHIVE, icon::file),
            _ => match attachment.content_type.split('/').next() {
                Some("image") => Self::Other(words::KIND_IMAGE, icon::picture),
                Some("audio") => Self::Other(words::KIND_AUDIO, icon::file),
                Some("video") => Self::Other(words::KIND_VIDEO, icon::file),
                _ => Self::Other(words::KIND_FILE, icon::file),
            },
        }
    }

    fn word(self) -> Word {
        match self {
            Self::Image => words::KIND_IMAGE,
            Self::Pdf => words::KIND_PDF,
            Self::Other(word, _) => word,
        }
    }
}

fn row(attachment: &Attachment, grants: Grants) -> AnyView {
    // `winmail.dat`, which the server could not look into: nobody else can either.
    if attachment.content_type == TNEF {
        return view! { <li>{icon::file()}<span class="file">{attachment::FROM_OUTLOOK}</span></li> }.into_any();
    }
    let (index, kind) = (attachment.index, Kind::of(attachment));
    let url = Memo::new(move |_| {
        grants.views.with(|views| {
            views.as_ref()?.attachments.iter().find(|view| view.index == index).map(|view| view.url.clone())
        })
    });
    let shown = move || url.get().map(|url| format!("{url}?inline=1"));
    let name = attachment.name.clone();
    let label = |verb: Word| {
        let name = name.clone();
        move || format!("{} {name}", verb())
    };
    let open = matches!(kind, Kind::Image | Kind::Pdf).then(|| {
        view! {
            <a class="button button-quiet" href=shown target="_blank" rel="noopener external" aria-label=label(words::OPEN)
                on:click=move |_| grants.check()>{words::OPEN}</a>
        }
    });
    let picture = match kind {
        Kind::Image if attachment.size <= LARGE => {
            // Once: a renewed grant must not load it again.
            let first = Memo::new(move |before: Option<&Option<String>>| before.cloned().flatten().or_else(shown));
            view! { <img class="thumbnail" src=move || first.get() alt="" loading="lazy" width="56" height="56"/> }
                .into_any()
        }
        Kind::Image => icon::picture(),
        Kind::Pdf => icon::document(),
        Kind::Other(_, icon) => icon(),
    };
    view! {
        <li>
            {picture}
            <span class="file"><span class="file-name">{name.clone()}</span><span class="quiet">{kind.word()}", "{text::size(attachment.size)}</span></span>
            <span class="buttons">
                {open}
                <a class="button button-quiet" href=move || url.get() download=name.clone() rel="external" aria-label=label(words::DOWNLOAD)
                    on:click=move |_| grants.check()>{words::DOWNLOAD}</a>
            </span>
        </li>
    }
    .into_any()
}
