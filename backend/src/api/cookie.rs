//! The cookie that holds the refresh token.

use actix_web::{
    HttpRequest,
    cookie::{Cookie, SameSite, time::Duration},
    http::header::ORIGIN,
};
use shared::api::problem::ProblemName;

use super::Error;
use crate::{accounts::session::SESSION_DAYS, config::Portal};

fn name(portal: &Portal) -> &'static str {
    // The prefix binds it to this host and path, and browsers take it over https alone (RFC 6265bis section 4.1.3.2).
    if portal.is_https() { "__Host-octothorpe" } else { "octothorpe" }
}

/// The cookie with a refresh token.
pub fn set(portal: &Portal, refresh_token: String) -> Cookie<'static> {
    Cookie::build(name(portal), refresh_token)
        .path("/")
        .http_only(true)
        .same_site(SameSite::Strict)
        .secure(portal.is_https())
        .max_age(Duration::days(SESSION_DAYS))
        .finish()
}

/// The cookie that takes it away.
pub fn clear(portal: &Portal) -> Cookie<'static> {
    let mut cookie = set(portal, String::new());
    cookie.make_removal();
    cookie
}

/// The refresh token a request came with.
pub fn read(portal: &Portal, request: &HttpRequest) -> Option<String> {
    request.cookie(name(portal)).map(|cookie| cookie.value().to_owned()).filter(|value| !value.is_empty())
}

/// Refuses a request that no page of the portal made: the cookie alone proves nothing.
pub fn require_origin(portal: &Portal, request: &HttpRequest) -> Result<(), Error> {
    let origin = request.headers().get(ORIGIN).and_then(|origin| origin.to_str().ok());
    if origin == Some(portal.origin().as_str()) {
        Ok(())
    } else {
        Err(Error::with(ProblemName::Forbidden, "Only pages of the portal may do this."))
    }
}
