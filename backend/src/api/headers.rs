//! Headers that every answer bears.

use actix_web::{
    Error,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::header::{HeaderName, HeaderValue},
    middleware::Next,
    web,
};

use super::Server;

/// Unless the handler said otherwise.
const USUAL: [(&str, &str); 6] = [
    ("cache-control", "no-store"),
    ("content-security-policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"),
    ("cross-origin-opener-policy", "same-origin"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=()"),
    // Tickets stand in the path: no other site may learn of them.
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
];

/// Adds them, and counts the answer.
pub async fn add(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let is_https = request.app_data::<web::Data<Server>>().is_some_and(|server| server.app.config.portal.is_https());
    let mut answer = next.call(request).await?;
    metrics::counter!("octothorpe_http_answers_total", "status" => answer.status().as_str().to_owned()).increment(1);
    let headers = answer.headers_mut();
    for (name, value) in USUAL {
        let name = HeaderName::from_static(name);
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
    if is_https {
        headers
            .insert(HeaderName::from_static("strict-transport-security"), HeaderValue::from_static("max-age=31536000"));
    }
    Ok(answer)
}
