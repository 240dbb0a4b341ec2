//! The JSON API and the pages: [`routes`] is the whole table.

mod account;
mod api_tokens;
mod brand;
mod caller;
mod client;
mod cookie;
mod correspondents;
mod drafts;
mod error;
mod extensions;
mod grant;
mod headers;
mod health;
mod mailbox;
mod messages;
mod openapi;
mod openings;
mod password_resets;
mod portal;
mod references;
mod registrations;
mod rules;
mod sessions;
mod tickets;

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use actix_web::{
    guard,
    middleware::from_fn,
    web::{self, ServiceConfig, delete, get, patch, post, put, resource, scope},
};
use metrics_exporter_prometheus::PrometheusHandle;
use shared::api::problem::ProblemName;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use self::{caller::Caller, client::Limit, error::Result, openings::Openings, portal::Assets};
pub use self::{error::Error, headers::add as add_headers, openapi::document};
use crate::{accounts::throttle::Throttle, app::App};

/// What the handlers share.
pub struct Server {
    app: App,
    throttle: Throttle,
    limit: Limit,
    openings: Openings,
    assets: Assets,
    memory: Arc<Semaphore>,
    large_bodies: Arc<Semaphore>,
    is_listening: AtomicBool,
    metrics: Option<PrometheusHandle>,
}

/// Bodies of messages that are worked on at a time, if they are large.
const LARGE_BODIES: usize = 2;
/// Octets of a JSON body, messages aside.
const MOST_JSON: usize = 1024 * 1024;

impl Server {
    /// The handlers' shared state.
    pub fn new(app: App, metrics: Option<PrometheusHandle>) -> Self {
        let permits = usize::try_from(app.config.gateway.memory_limit / 1024).unwrap_or(Semaphore::MAX_PERMITS);
        Self {
            throttle: Throttle::default(),
            limit: Limit::default(),
            openings: Openings::default(),
            assets: Assets::load(&app.config),
            memory: Arc::new(Semaphore::new(permits)),
            large_bodies: Arc::new(Semaphore::new(LARGE_BODIES)),
            is_listening: AtomicBool::new(false),
            metrics,
            app,
        }
    }

    /// From now on the gateway takes mail.
    pub fn set_listening(&self, is_listening: bool) {
        self.is_listening.store(is_listening, Ordering::Relaxed);
    }

    fn is_listening(&self) -> bool {
        self.is_listening.load(Ordering::Relaxed)
    }

    /// A share of the memory for large requests, until it is dropped.
    fn hold(&self, octets: u64) -> Result<OwnedSemaphorePermit> {
        let all = self.app.config.gateway.memory_limit / 1024;
        let share = u32::try_from((octets / 1024).clamp(1, all)).unwrap_or(u32::MAX);
        Arc::clone(&self.memory).try_acquire_many_owned(share).map_err(|_| {
            Error::with(ProblemName::Unavailable, "Too much is under way right now. Try again in a moment.")
        })
    }
}

/// Every path.
pub fn routes(config: &mut ServiceConfig, server: web::Data<Server>) {
    let captures = server.app.config.mail.transport == crate::config::Transport::Capture;
    config
        .app_data(server)
        .app_data(web::JsonConfig::default().limit(MOST_JSON).error_handler(|error, _| malformed(&error)))
        .app_data(
            web::QueryConfig::default()
                .error_handler(|error, _| Error::field("query", "malformed", error.to_string()).into()),
        )
        .app_data(web::PathConfig::default().error_handler(|_, _| Error::not_found().into()))
        .service(openapi::pages())
        .service(
            scope(shared::route::API)
                .wrap(from_fn(caller::authenticate))
                .route("/openapi.json", get().to(openapi::serve))
                .configure(accounts_routes)
                .configure(messages_routes)
                .default_service(web::to(nothing)),
        )
        .service(scope("/api").default_service(web::to(nothing)))
        .route("/healthz", get().to(health::alive))
        .route("/readyz", get().to(health::ready))
        .route("/metrics", get().to(health::metrics))
        .route("/view/{grant}", get().to(messages::view::show));
    if captures {
        config.configure(mailbox::routes);
    }
    config.default_service(web::route().guard(guard::Any(guard::Get()).or(guard::Head())).to(portal::serve));
}

fn accounts_routes(config: &mut ServiceConfig) {
    config
        .route("/registrations", post().to(registrations::register))
        .route("/registrations/confirm", post().to(registrations::confirm))
        .route("/registrations/{token}", get().to(registrations::show))
        .route("/sessions", post().to(sessions::log_in))
        .route("/sessions/refresh", post().to(sessions::refresh))
        .route("/sessions/current", delete().to(sessions::log_out))
        .route("/password-resets", post().to(password_resets::ask))
        .route("/password-resets/complete", post().to(password_resets::complete))
        .route("/password-resets/{token}", get().to(password_resets::show))
        .service(resource("/account").route(get().to(account::show)).route(patch().to(account::change)))
        .service(resource("/api-tokens").route(get().to(api_tokens::list)).route(post().to(api_tokens::create)))
        .route("/api-tokens/{id}", delete().to(api_tokens::revoke));
}

fn messages_routes(config: &mut ServiceConfig) {
    config
        .route("/tickets/{ticket}", get().to(tickets::show))
        .route("/tickets/{ticket}/requests", post().to(tickets::requests::ask))
        .route("/tickets/{ticket}/refusals", post().to(tickets::refusals::refuse))
        .route("/references/{code}", get().to(references::show))
        .service(resource("/messages").route(get().to(messages::list::list)).route(post().to(messages::send::send)))
        .route("/messages/unread", get().to(messages::unread::count))
        .route("/messages/{id}", get().to(messages::read::read))
        .route("/messages/{id}/conversation", get().to(messages::conversation::list))
        .route("/messages/{id}/attachments/{index}", get().to(messages::attachment::download))
        .route("/messages/{id}/source", get().to(messages::source::source))
        .route("/messages/{id}/views", post().to(messages::views::create))
        .route("/messages/{id}/replies", post().to(messages::reply::reply))
        .route("/messages/{id}/deliveries", get().to(messages::deliveries::list))
        .route("/messages/{id}/deliveries.csv", get().to(messages::export::csv))
        .route("/messages/{id}/recall", post().to(messages::recall::recall))
        .route("/messages/{id}/requests", post().to(tickets::requests::ask_as_recipient))
        .route("/messages/{id}/refusals", post().to(tickets::refusals::refuse_as_recipient))
        .route("/messages/{id}/extension", post().to(messages::extend::extend))
        .route("/messages/{id}/notifications", post().to(messages::notify::notify))
        .service(resource("/extensions/{token}").route(get().to(extensions::show)).route(post().to(extensions::extend)))
        .route("/correspondents", get().to(correspondents::list))
        .service(
            resource("/drafts/{name}")
                .route(get().to(drafts::show))
                .route(put().to(drafts::keep))
                .route(delete().to(drafts::discard)),
        )
        .route("/rules/check", post().to(rules::check));
}

async fn nothing() -> Result {
    Err(Error::not_found())
}

/// What is wrong with a JSON body.
fn malformed(error: &actix_web::error::JsonPayloadError) -> actix_web::Error {
    use actix_web::error::JsonPayloadError;
    match error {
        JsonPayloadError::Overflow { .. } | JsonPayloadError::OverflowKnownLength { .. } => {
            Error::new(ProblemName::TooLarge).into()
        }
        JsonPayloadError::ContentType => {
            Error::with(ProblemName::Malformed, "Send JSON, with Content-Type: application/json.").into()
        }
        JsonPayloadError::Deserialize(error) => Error::with(ProblemName::Malformed, error.to_string()).into(),
        _ => Error::new(ProblemName::Malformed).into(),
    }
}
