//! What an administrator does for people who are locked out, or must be: from the command line, never by the API.

use chrono::Duration;
use shared::EmailAddress;

use super::{Error, registration::LINK_HOURS};
use crate::{
    app::App,
    audit,
    id::{AccountId, DeliveryId, OneTimeTokenId},
    seal::Token,
    store::{
        self, Connection,
        accounts::{self, Account},
        api_tokens::{self, ApiToken},
        one_time_tokens::{self, NewOneTimeToken, Purpose},
        registrations, sessions,
    },
};

/// What there is to know of an address.
pub struct Known {
    /// Its account.
    pub account: Option<Account>,
    /// Its API tokens that were not revoked.
    pub api_tokens: Vec<ApiToken>,
    /// Log-ins that have not ended.
    pub log_ins: i64,
    /// Since when it waits for a click on the link of its confirmation mail, if it does.
    pub waits_since: Option<chrono::DateTime<chrono::Utc>>,
}

/// Looks an address up.
pub async fn look_up(app: &App, email: EmailAddress) -> Result<Known, Error> {
    let now = app.clock.now();
    let known = app.store.read(move |conn| {
        let account = accounts::find_by_email(conn, &email)?;
        let waits = registrations::latest_pending(conn, &email, now)?;
        let (api_tokens, log_ins) = match &account {
            Some(account) => (api_tokens::list_of(conn, account.id)?, sessions::count_of(conn, account.id, now)?),
            None => (Vec::new(), 0),
        };
        let api_tokens = api_tokens.into_iter().filter(|token| token.revoked_at.is_none()).collect();
        Ok(Known { account, api_tokens, log_ins, waits_since: waits.map(|waits| waits.created_at) })
    });
    Ok(known.await?)
}

/// All accounts whose address holds this text, by address.
pub async fn list(app: &App, text: String) -> Result<Vec<Account>, Error> {
    Ok(app.store.read(move |conn| accounts::list(conn, &text)).await?)
}

/// Shuts an account out, ending its log-ins, or lets it in again. Answers whether there is one.
pub async fn set_disabled(app: &App, email: EmailAddress, disabled: bool) -> Result<bool, Error> {
    let (now, inner) = (app.clock.now(), app.clone());
    let done = app.store.write(move |conn| {
        let Some(account) = accounts::find_by_email(conn, &email)? else { return Ok(false) };
        accounts::set_disabled(conn, account.id, disabled.then_some(now))?;
        if disabled {
            sessions::end_all_of(conn, account.id, None, now)?;
            one_time_tokens::end_all_of(conn, account.id, now)?;
        }
        let event = if disabled { audit::Event::AccountDisabled } else { audit::Event::AccountEnabled };
        record(conn, &inner, event, account.email, "by-command").map(|()| true)
    });
    Ok(done.await?)
}

/// A link that sets a new password, for an owner whom no mail reaches: to be told by telephone or in person, not to be
/// mailed. None if there is no account, or it is shut out.
pub async fn reset_link(app: &App, email: EmailAddress) -> Result<Option<String>, Error> {
    let (now, inner, token) = (app.clock.now(), app.clone(), Token::generate());
    let link = format!("{}/reset/{}", app.config.portal.base(), token.reveal());
    let done = app.store.write(move |conn| {
        let account = accounts::find_by_email(conn, &email)?.filter(|account| account.disabled_at.is_none());
        let Some(account) = account else { return Ok(false) };
        one_time_tokens::end_all_of(conn, account.id, now)?;
        give_link(conn, account.id, &token, None, now)?;
        record(conn, &inner, audit::Event::ResetLinkMade, account.email, "by-command").map(|()| true)
    });
    Ok(done.await?.then_some(link))
}

/// Lets a token set the account's next password, once; `waiting` is the delivery to go on to.
pub(super) fn give_link(
    conn: &mut Connection,
    account_id: AccountId,
    token: &Token,
    waiting: Option<DeliveryId>,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<(), store::Error> {
    one_time_tokens::insert(
        conn,
        &NewOneTimeToken {
            id: OneTimeTokenId::new(now),
            token_hash: token.hash(),
            purpose: Purpose::Reset,
            registration_id: None,
            account_id: Some(account_id),
            return_delivery_id: waiting,
            message_id: None,
            created_at: now,
            expires_at: now + Duration::hours(LINK_HOURS),
        },
    )
}

fn record(
    conn: &mut Connection,
    app: &App,
    event: audit::Event,
    of: EmailAddress,
    reason: &'static str,
) -> Result<(), store::Error> {
    let entry = audit::Entry { event, actor: Some(of), message_id: None, delivery_id: None, reason: Some(reason) };
    audit::record(conn, app, &entry)
}
