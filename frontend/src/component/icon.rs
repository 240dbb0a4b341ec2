//! The few pictures, drawn with lines; all decorative. But for the mark, which is our own, they are from Lucide 1.62
//! (<https://lucide.dev>), each as one path with its numbers rounded; the licences are in `LICENSE-LUCIDE`.

use leptos::prelude::*;

fn drawn(class: &'static str, path: &'static str) -> AnyView {
    view! {
        <svg class=class viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false">
            <path d=path/>
        </svg>
    }
    .into_any()
}

/// The portal's mark.
pub fn mark() -> AnyView {
    drawn("mark", "M9.5 5 8 19M16 5l-1.5 14M5 9.5h14.5M4.5 14.5H19")
}

/// A closed envelope.
pub fn envelope() -> AnyView {
    drawn(
        "icon",
        "M22 7l-9 5.7a2 2 0 0 1-2 0L2 7M4 4h16a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2z",
    )
}

/// A paper clip.
pub fn clip() -> AnyView {
    drawn("icon", "M16 6l-8.4 8.6a2 2 0 0 0 2.8 2.8l8.4-8.6a4 4 0 1 0-5.6-5.6l-8.4 8.5a6 6 0 1 0 8.5 8.5l8.4-8.5")
}

/// Takes something away.
pub fn cross() -> AnyView {
    drawn("icon", "M18 6 6 18M6 6l12 12")
}

/// A tick in a circle.
pub fn done() -> AnyView {
    drawn("icon", "M2 12a10 10 0 1 0 20 0 10 10 0 0 0-20 0zM16 9l-5.5 5.5L8 12")
}

/// An exclamation mark in a circle.
pub fn caution() -> AnyView {
    drawn("icon", "M2 12a10 10 0 1 0 20 0 10 10 0 0 0-20 0zM12 8v4M12 16h.01")
}

/// A page with lines.
pub fn document() -> AnyView {
    drawn(
        "icon",
        "M6 22a2 2 0 0 1-2-2V4a2 2 0 0 1 2-2h8a2.4 2.4 0 0 1 1.7.7l3.6 3.6A2.4 2.4 0 0 1 20 8v12a2 2 0 0 1-2 2zM14 2v5a1 1 0 0 0 1 1h5M10 9H8M16 13H8M16 17H8",
    )
}

/// An empty page.
pub fn file() -> AnyView {
    drawn(
        "icon",
        "M6 22a2 2 0 0 1-2-2V4a2 2 0 0 1 2-2h8a2.4 2.4 0 0 1 1.7.7l3.6 3.6A2.4 2.4 0 0 1 20 8v12a2 2 0 0 1-2 2zM14 2v5a1 1 0 0 0 1 1h5",
    )
}

/// A landscape.
pub fn picture() -> AnyView {
    drawn(
        "icon",
        "M5 3h14a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2zM7 9a2 2 0 1 0 4 0 2 2 0 0 0-4 0zM21 15l-3-3a2 2 0 0 0-3 0L6 21",
    )
}

/// A leaf of a calendar.
pub fn calendar() -> AnyView {
    drawn("icon", "M8 2v3M16 2v3M3 9h18M5 3h14a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2z")
}
