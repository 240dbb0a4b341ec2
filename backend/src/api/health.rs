//! `/healthz`, `/readyz`, `/metrics`.

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;

use super::{Error, Result, Server, client};
use crate::store::outbox;

/// The process lives.
pub async fn alive() -> HttpResponse {
    HttpResponse::Ok().json(json!({ "status": "alive" }))
}

/// Store, key ring and listeners are in order.
pub async fn ready(server: web::Data<Server>) -> HttpResponse {
    let store = server.app.store.ping().await.is_ok();
    let keys = server.app.seal.check_value(server.app.seal.active_key()).is_some();
    let gateway = server.is_listening();
    let state = json!({ "store": store, "keys": keys, "gateway": gateway });
    if store && keys && gateway {
        HttpResponse::Ok().json(state)
    } else {
        HttpResponse::ServiceUnavailable().json(state)
    }
}

/// Counts for Prometheus; for this machine alone.
pub async fn metrics(server: web::Data<Server>, request: HttpRequest) -> Result {
    if !client::address(&request, &server.app.config.http.trusted_proxies).is_loopback() {
        return Err(Error::not_found());
    }
    if let Ok(waiting) = server.app.store.read(outbox::count).await {
        metrics::gauge!("octothorpe_jobs_waiting").set(u32::try_from(waiting).unwrap_or(u32::MAX));
    }
    let text = server.metrics.as_ref().map(metrics_exporter_prometheus::PrometheusHandle::render).unwrap_or_default();
    Ok(HttpResponse::Ok().content_type("text/plain; version=0.0.4").body(text))
}
