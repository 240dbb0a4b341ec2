//! Who is logged in. The access token lives in memory only; the cookie that renews it is out of the page's reach.

use std::time::Duration;

use js_sys::{Function, Promise};
use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*, task::spawn_local, wasm_bindgen::JsValue};
use shared::api::{
    account::{Account, ChangeAccount, Role},
    problem::ProblemName,
    session::Session as Granted,
    ticket::Ticket,
};
use wasm_bindgen_futures::{JsFuture, future_to_promise};

use crate::{
    api::{self, Failure, Request},
    draft::Drafts,
    language,
    text::Language,
};

/// Seconds before its end at which an access token is renewed.
const EARLY: u32 = 60;

/// Who is there.
#[derive(Clone, PartialEq)]
pub enum Who {
    /// Not known yet: the server is being asked.
    Unknown,
    /// The server could not be asked.
    Unreachable(Failure),
    /// Nobody is logged in.
    Nobody,
    /// Nobody is, for they logged out on this page.
    Left,
    /// This account is.
    Member(Account),
    /// This account was, until its session ended by itself. What it was at stays where it is until it logs in again.
    Lapsed(Account),
}

/// The session of this page; a handle that can be copied about.
#[derive(Clone, Copy)]
pub struct Session {
    who: RwSignal<Who>,
    token: StoredValue<Option<String>>,
    renewing: StoredValue<Option<Promise>, LocalStorage>,
    /// What is told when somebody has logged in again, or will not.
    waiting: StoredValue<Vec<Function>, LocalStorage>,
    timer: StoredValue<Option<TimeoutHandle>>,
    ticket: StoredValue<Option<(String, Ticket)>>,
    /// Whether the language was switched and no account knows of it yet.
    switched: StoredValue<bool>,
    drafts: Drafts,
    /// The address that was typed where one logs in, for the page of a forgotten password: never in its path.
    email: RwSignal<String>,
}

impl Session {
    /// Asks the server who is there, and shares the answer with every page.
    pub fn start() -> Self {
        let session = Self {
            who: RwSignal::new(Who::Unknown),
            token: StoredValue::new(None),
            renewing: StoredValue::new_local(None),
            waiting: StoredValue::new_local(Vec::new()),
            timer: StoredValue::new(None),
            ticket: StoredValue::new(None),
            switched: StoredValue::new(false),
            drafts: Drafts::new(),
            email: RwSignal::new(String::new()),
        };
        provide_context(session);
        drop(session.renew());
        session
    }

    /// The session, in a component.
    pub fn here() -> Self {
        expect_context()
    }

    /// Who is there; tracked.
    pub fn who(self) -> Who {
        self.who.get()
    }

    /// The account, if somebody is logged in; tracked.
    pub fn account(self) -> Option<Account> {
        self.who.with(|who| match who {
            Who::Member(account) => Some(account.clone()),
            _ => None,
        })
    }

    /// The address that was typed where one logs in.
    pub fn typed_email(self) -> RwSignal<String> {
        self.email
    }

    /// What was typed and not sent.
    pub fn drafts(self) -> Drafts {
        self.drafts
    }

    /// Who is there, once that is known.
    pub async fn settled(self) -> Who {
        if matches!(self.who.get_untracked(), Who::Unknown | Who::Unreachable(_)) {
            let _ = JsFuture::from(self.renew()).await;
        }
        self.who.get_untracked()
    }

    /// Somebody has logged in, or the token was renewed.
    pub fn begin(self, granted: Granted) {
        self.token.set_value(Some(granted.access_token));
        self.drafts.belong_to(&granted.account.id);
        self.agree(&granted.account);
        self.now(Who::Member(granted.account));
        self.forget_timer();
        let seconds = granted.expires_in.saturating_sub(EARLY).max(EARLY / 2);
        let timer = set_timeout_with_handle(move || drop(self.renew()), Duration::from_secs(seconds.into()));
        self.timer.set_value(timer.ok());
    }

    /// The account was changed.
    pub fn changed(self, account: Account) {
        self.now(Who::Member(account));
    }

    /// Switches the language, here and in the account.
    pub async fn speak(self, language: Language) -> Result<(), Failure> {
        language::choose(language).await?;
        self.switched.set_value(true);
        if self.account_untracked().is_some() {
            self.keep_language(language).await;
        }
        Ok(())
    }

    /// A language that was chosen here goes into the account that logs in; otherwise the account's is spoken.
    fn agree(self, account: &Account) {
        let here = untrack(language::current);
        match language::by_code(&account.locale) {
            Some(theirs) if theirs == here => self.switched.set_value(false),
            // Without its words the page goes on as it is.
            Some(theirs) if !self.switched.get_value() => spawn_local(async move {
                let _ = language::choose(theirs).await;
            }),
            _ => spawn_local(self.keep_language(here)),
        }
    }

    /// If this fails the cookie keeps the choice, and the account learns of it with the next log-in.
    async fn keep_language(self, language: Language) {
        let body = ChangeAccount { display_name: None, locale: Some(language.code().to_owned()) };
        if let Ok(account) = api::account::change(self, &body).await {
            self.switched.set_value(false);
            self.changed(account);
        }
    }

    /// Whether the password is asked for, as the session has ended by itself.
    pub fn has_lapsed(self) -> bool {
        self.who.with_untracked(|who| matches!(who, Who::Lapsed(_)))
    }

    /// Whether somebody logged out on this page.
    pub fn is_left(self) -> bool {
        self.who.with_untracked(|who| *who == Who::Left)
    }

    /// Whether the one who is logged in is staff.
    pub fn is_staff(self) -> bool {
        untrack(|| self.account()).is_some_and(|account| account.role == Role::Sender)
    }

    /// Gives up what was left when the session ended by itself.
    pub fn leave(self) {
        self.drafts.clear();
        self.end();
    }

    /// Ends the session here and at the server.
    pub async fn log_out(self) -> Result<(), Failure> {
        api::session::log_out().await?;
        self.end();
        self.drafts.clear();
        self.ticket.set_value(None);
        Ok(())
    }

    /// Sends a request in the name of who is logged in. Where the session has ended and the password is asked for, the
    /// request waits, and goes on once it was given. It goes in nobody else's name: at a shared computer somebody else may
    /// have logged in meanwhile, in another window.
    pub async fn send(self, request: Request) -> Result<String, Failure> {
        let turn = self.drafts.turn();
        loop {
            let answer = self.send_renewing(&request, turn).await;
            if !self.has_lapsed() || !answer.as_ref().is_err_and(|failure| failure.is(ProblemName::NotAuthenticated)) {
                return answer;
            }
            let back = Promise::new(&mut |resolve, _| self.waiting.update_value(|waiting| waiting.push(resolve)));
            let _ = JsFuture::from(back).await;
            if self.token.with_value(Option::is_none) || self.drafts.turn() != turn {
                return answer;
            }
        }
    }

    /// Renews the token once if it is refused.
    async fn send_renewing(self, request: &Request, turn: u32) -> Result<String, Failure> {
        let token = self.token.get_value();
        let answer = api::send(request, token.as_deref()).await;
        match answer {
            Err(failure) if failure.is(ProblemName::NotAuthenticated) => {
                let _ = JsFuture::from(self.renew()).await;
                let renewed = self.token.get_value();
                if renewed.is_none() || renewed == token || self.drafts.turn() != turn {
                    return Err(failure);
                }
                let answer = api::send(request, renewed.as_deref()).await;
                if answer.as_ref().is_err_and(|failure| failure.is(ProblemName::NotAuthenticated)) {
                    self.lapse();
                }
                answer
            }
            answer => answer,
        }
    }

    /// Sends a request that must arrive although the page goes away now.
    pub fn leave_behind(self, request: &Request) {
        if let Some(token) = self.token.get_value() {
            api::leave_behind(request, &token);
        }
    }

    /// The cover of a message, kept for the next page of the way to it.
    pub async fn ticket(self, ticket: String) -> Result<Ticket, Failure> {
        if let Some((_, cover)) = self.ticket.get_value().filter(|(kept, _)| *kept == ticket) {
            return Ok(cover);
        }
        let cover = api::ticket::get(&ticket).await?;
        self.ticket.set_value(Some((ticket, cover.clone())));
        Ok(cover)
    }

    /// The cover as it is now.
    pub async fn fresh_ticket(self, ticket: String) -> Result<Ticket, Failure> {
        self.ticket.set_value(None);
        self.ticket(ticket).await
    }

    /// Renews the token; whoever asks meanwhile waits for the same answer.
    pub fn renew(self) -> Promise {
        if let Some(running) = self.renewing.get_value() {
            return running;
        }
        let promise = future_to_promise(async move {
            match api::session::refresh().await {
                Ok(Some(granted)) => self.begin(granted),
                Ok(None) => self.lapse(),
                Err(failure) if failure.name().is_some_and(|name| name.status() == 401) => self.lapse(),
                Err(failure) => {
                    if self.account_untracked().is_none() {
                        self.now(Who::Unreachable(failure));
                    }
                }
            }
            self.renewing.set_value(None);
            Ok(JsValue::UNDEFINED)
        });
        self.renewing.set_value(Some(promise.clone()));
        promise
    }

    fn account_untracked(self) -> Option<Account> {
        untrack(|| self.account())
    }

    /// The session has ended, but not because somebody logged out here.
    fn lapse(self) {
        let who = self.who.with_untracked(|who| match who {
            Who::Member(account) | Who::Lapsed(account) => Who::Lapsed(account.clone()),
            Who::Left => Who::Left,
            _ => Who::Nobody,
        });
        self.end_as(who);
    }

    fn end(self) {
        self.end_as(Who::Left);
    }

    fn end_as(self, who: Who) {
        self.token.set_value(None);
        self.forget_timer();
        self.now(who);
    }

    fn forget_timer(self) {
        if let Some(timer) = self.timer.get_value() {
            timer.clear();
        }
        self.timer.set_value(None);
    }

    /// Tells the pages only when something changed.
    fn now(self, who: Who) {
        let is_settled = !matches!(who, Who::Lapsed(_));
        if self.who.with_untracked(|known| *known != who) {
            self.who.set(who);
        }
        if is_settled {
            for go_on in self.waiting.try_update_value(std::mem::take).unwrap_or_default() {
                let _ = go_on.call0(&JsValue::UNDEFINED);
            }
        }
    }
}
