//! Who calls: the bearer of an access token of a log-in, or of an API token.

use std::future::{Ready, ready};

use actix_web::{
    FromRequest, HttpMessage as _, HttpRequest,
    body::{EitherBody, MessageBody},
    dev::{Payload, ServiceRequest, ServiceResponse},
    http::{Method, header::AUTHORIZATION},
    middleware::Next,
    web,
};
use shared::api::{account::Role, api_token::Scope, problem::ProblemName};

use super::{Error, Server};
use crate::{
    accounts::{self, api_token, session},
    app::App,
    id::SessionId,
    store::accounts::Account,
};

/// Who calls.
#[derive(Clone)]
pub struct Caller {
    /// Whose account it is.
    pub account: Account,
    /// What its address may do.
    pub role: Role,
    /// By which right.
    right: Right,
}

#[derive(Clone)]
enum Right {
    /// A log-in, which may do everything its account may.
    Session(SessionId),
    /// An API token with these scopes.
    Token(Vec<Scope>),
}

impl Caller {
    /// Refuses API tokens without `scope`.
    pub fn may(&self, scope: Scope) -> Result<(), Error> {
        match &self.right {
            Right::Session(_) => Ok(()),
            Right::Token(scopes) if scopes.contains(&scope) => Ok(()),
            Right::Token(_) => {
                Err(Error::with(ProblemName::Forbidden, "This API token lacks the scope that the call needs."))
            }
        }
    }

    /// The log-in; refuses API tokens.
    pub fn session(&self) -> Result<SessionId, Error> {
        match &self.right {
            Right::Session(id) => Ok(*id),
            Right::Token(_) => Err(Error::with(ProblemName::Forbidden, "This needs a log-in, not an API token.")),
        }
    }

    /// What an opening is counted by: once a log-in, or once an account for programs.
    pub fn opening_key(&self) -> uuid::Uuid {
        match &self.right {
            Right::Session(id) => id.as_uuid(),
            Right::Token(_) => self.account.id.as_uuid(),
        }
    }

    /// Whether a program calls.
    pub const fn is_program(&self) -> bool {
        matches!(self.right, Right::Token(_))
    }
}

/// The calls of `/api/v1` that need no token.
const OPEN: [(Method, &str); 14] = [
    (Method::POST, "/registrations"),
    (Method::POST, "/registrations/confirm"),
    (Method::POST, "/sessions"),
    (Method::POST, "/sessions/refresh"),
    (Method::DELETE, "/sessions/current"),
    (Method::POST, "/password-resets"),
    (Method::POST, "/password-resets/complete"),
    (Method::GET, "/openapi.json"),
    (Method::GET, "/registrations/"),
    (Method::GET, "/password-resets/"),
    (Method::GET, "/tickets/"),
    (Method::POST, "/tickets/"),
    (Method::GET, "/extensions/"),
    (Method::POST, "/extensions/"),
];

fn is_open(method: &Method, path: &str) -> bool {
    let Some(rest) = path.strip_prefix(shared::route::API) else { return false };
    OPEN.iter()
        .any(|(open, route)| open == method && (rest == *route || route.ends_with('/') && rest.starts_with(route)))
}

/// Asks for a token before all else, so that nobody without one learns anything, not even what is malformed.
pub async fn authenticate<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, actix_web::Error> {
    if !is_open(request.method(), request.path()) {
        match caller(request.request()).await {
            Ok(caller) => drop(request.extensions_mut().insert(caller)),
            Err(error) => return Ok(request.error_response(error).map_into_right_body()),
        }
    }
    Ok(next.call(request).await?.map_into_left_body())
}

async fn caller(request: &HttpRequest) -> Result<Caller, Error> {
    let server = request.app_data::<web::Data<Server>>().ok_or(Error::new(ProblemName::Internal))?;
    let token = bearer(request).ok_or(Error::new(ProblemName::NotAuthenticated))?;
    identify(&server.app, &token).await
}

fn bearer(request: &HttpRequest) -> Option<String> {
    let value = request.headers().get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
}

/// An access token has dots, an API token none.
async fn identify(app: &App, token: &str) -> Result<Caller, Error> {
    let (account, right) = if token.contains('.') {
        let (account, session) = session::authenticate(app, token).await?;
        (account, Right::Session(session))
    } else {
        let (account, scopes) = api_token::authenticate(app, token).await?;
        (account, Right::Token(scopes))
    };
    let role = accounts::role(app, &account.email);
    Ok(Caller { account, role, right })
}

impl FromRequest for Caller {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(request.extensions().get::<Self>().cloned().ok_or(Error::new(ProblemName::NotAuthenticated)))
    }
}
