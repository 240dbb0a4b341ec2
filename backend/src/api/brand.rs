//! What the pages show of the agency: its logo and its colours, as files that never change under their names.

use actix_web::{
    HttpResponse,
    http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS},
};
use sha2::{Digest as _, Sha256};

use crate::{
    config::{
        Portal,
        brand::{Accent, Accents},
    },
    words::{Agency, Language},
};

/// Lines of a hash sign, as in `frontend/src/component/icon.rs`.
const MARK: &str = "<svg class=\"mark\" viewBox=\"0 0 24 24\" width=\"24\" height=\"24\" aria-hidden=\"true\">\
                    <path d=\"M9.5 5 8 19M16 5l-1.5 14M5 9.5h14.5M4.5 14.5H19\"/></svg>";

/// The logo, or the mark of all portals that have none.
pub fn mark(portal: &Portal) -> String {
    match &portal.brand().logo {
        Some(logo) => format!("<img class=\"logo\" src=\"{}\" alt=\"\"/>", logo.path),
        None => MARK.to_owned(),
    }
}

/// Whom to ask, in a sentence or two.
pub fn help(portal: &Portal, language: Language) -> String {
    let call = match portal.help_phone.as_str() {
        "" => String::new(),
        phone => Agency(language).help_phone(phone),
    };
    format!("{call} {}", portal.help_text).trim().to_owned()
}

/// Where the agency's colours are, if they are not those of `frontend/style/tokens.css`.
pub fn colours_path(portal: &Portal) -> Option<String> {
    let accents = portal.brand().accents;
    (accents != Accents::default()).then(|| {
        let hash = data_encoding::HEXLOWER.encode(&Sha256::digest(colours(accents))[..8]);
        format!("/brand/colours-{hash}.css")
    })
}

fn colours(accents: Accents) -> String {
    let set = |Accent { plain, strong, on }: Accent| {
        format!(":root{{--accent:{plain};--accent-strong:{strong};--on-accent:{on}}}")
    };
    format!("{}@media(prefers-color-scheme:dark){{{}}}", set(accents.light), set(accents.dark))
}

/// The file of this path, if it is one of the agency's.
pub fn file(portal: &Portal, path: &str) -> Option<HttpResponse> {
    let brand = portal.brand();
    let (media_type, body) = match &brand.logo {
        Some(logo) if logo.path == path => (logo.media_type, logo.bytes.clone()),
        _ if colours_path(portal).as_deref() == Some(path) => {
            ("text/css; charset=utf-8", colours(brand.accents).into_bytes())
        }
        _ => return None,
    };
    let answer = HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, media_type))
        .insert_header((CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        // Opened by itself an SVG is a page.
        .insert_header((CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'; sandbox"))
        .body(body);
    Some(answer)
}
