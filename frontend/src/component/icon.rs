//! The few pictures, drawn with lines; all decorative.

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
    drawn("icon", "M3.5 6h17v12h-17zM4 6.5l8 6.5 8-6.5")
}

/// A paper clip.
pub fn clip() -> AnyView {
    drawn("icon", "M19.5 11.5 12 19a4.6 4.6 0 0 1-6.5-6.5l8-8a3 3 0 0 1 4.3 4.3l-8 8a1.5 1.5 0 0 1-2.1-2.1l7.3-7.3")
}

/// Takes something away.
pub fn cross() -> AnyView {
    drawn("icon", "M6.5 6.5l11 11M17.5 6.5l-11 11")
}

/// A tick in a circle.
pub fn done() -> AnyView {
    drawn("icon", "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM8 12.3l2.8 2.7L16 9.5")
}

/// An exclamation mark in a circle.
pub fn caution() -> AnyView {
    drawn("icon", "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7.5v5.5M12 16.2v.1")
}

/// A page with lines.
pub fn document() -> AnyView {
    drawn("icon", "M6 3.5h8l4 4v13H6zM14 3.5v4h4M9 12h6M9 15.5h6")
}

/// An empty page.
pub fn file() -> AnyView {
    drawn("icon", "M6 3.5h8l4 4v13H6zM14 3.5v4h4")
}

/// A landscape.
pub fn picture() -> AnyView {
    drawn("icon", "M3.5 5h17v14h-17zM4 17l5-5 4 4 2.5-2.5L20 18M15.5 9.5v.1")
}

/// A leaf of a calendar.
pub fn calendar() -> AnyView {
    drawn("icon", "M4 5.5h16v15H4zM4 10h16M8 3v5M16 3v5")
}
