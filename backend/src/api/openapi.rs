//! The description of the API, made from the code.

use std::sync::LazyLock;

use actix_web::{
    HttpResponse,
    body::MessageBody,
    dev::{HttpServiceFactory, ServiceRequest, ServiceResponse},
    http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue},
    middleware::{Next, from_fn},
    web,
};
use utoipa::{
    Modify, OpenApi,
    openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
};
use utoipa_swagger_ui::{Config, SwaggerUi};

use super::{
    account, api_tokens, correspondents, drafts, extensions, messages, password_resets, references, registrations,
    rules, sessions, tickets,
};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Octothorpe",
        description = "Sends sealed messages and reads replies. Errors are RFC 9457 problem details whose `type` is \
                       `urn:octothorpe:problem:<name>`. Lists are newest first: pass `next` as `before`."
    ),
    servers((url = "/api/v1")),
    paths(
        registrations::register, registrations::show, registrations::confirm, sessions::log_in, sessions::refresh, sessions::log_out,
        password_resets::ask, password_resets::show, password_resets::complete, account::show, account::change,
        tickets::show, tickets::requests::ask, tickets::refusals::refuse, tickets::requests::ask_as_recipient,
        tickets::refusals::refuse_as_recipient, references::show,
        messages::list::list, messages::send::send, messages::read::read, messages::attachment::download,
        messages::source::source, messages::views::create, messages::reply::reply, messages::deliveries::list,
        messages::recall::recall, messages::extend::extend, messages::notify::notify, messages::export::csv,
        extensions::show, extensions::extend, correspondents::list, messages::conversation::list, messages::unread::count, drafts::show, drafts::keep,
        drafts::discard, api_tokens::list, api_tokens::create, api_tokens::revoke, rules::check,
    ),
    security(("bearer" = [])),
    modifiers(&Bearer),
)]
struct Description;

struct Bearer;

impl Modify for Bearer {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("The access token of a log-in, or an API token"))
            .build();
        document.components.get_or_insert_default().add_security_scheme("bearer", SecurityScheme::Http(scheme));
    }
}

/// The description as JSON.
///
/// # Errors
/// None in practice: it is made of text and maps.
pub fn document() -> Result<String, serde_json::Error> {
    Description::openapi().to_pretty_json()
}

static DOCUMENT: LazyLock<String> = LazyLock::new(|| document().unwrap_or_default());

/// `/api/v1/openapi.json`.
pub async fn serve() -> HttpResponse {
    HttpResponse::Ok().insert_header((CONTENT_TYPE, "application/json")).body(DOCUMENT.as_str())
}

/// `/api/docs`: the description for people, all of it from this server.
pub fn pages() -> impl HttpServiceFactory {
    web::scope("/api/docs")
        .wrap(from_fn(with_policy))
        .route(
            "",
            web::get()
                .to(|| async { HttpResponse::PermanentRedirect().insert_header(("Location", "/api/docs/")).finish() }),
        )
        .service(SwaggerUi::new("/{_:.*}").config(Config::from("/api/v1/openapi.json")))
}

async fn with_policy(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let mut answer = next.call(request).await?;
    answer.headers_mut().insert(
        CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'",
        ),
    );
    Ok(answer)
}
