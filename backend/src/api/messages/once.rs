//! `Idempotency-Key`: a request that is made again under the same key is answered as it was, and nothing is sent twice.

use actix_web::{HttpRequest, web};
use sha2::{Digest as _, Sha256};
use shared::api::problem::ProblemName;

use super::form::Form;
use crate::{
    api::{Caller, Error, Result, Server},
    id::AccountId,
    intake::{
        fingerprint,
        once::{self, Once},
        submit::Submitted,
    },
    store::sendings::Sending,
};

/// The header.
const NAME: &str = "Idempotency-Key";
/// The longest key.
const LONGEST: usize = 200;

/// The key of a request, if it has one, and what was sent under it before.
pub struct Key {
    path: String,
    known: Option<(AccountId, [u8; 32])>,
    sending: Option<Sending>,
}

impl Key {
    /// Looks for it.
    pub async fn of(server: &Server, caller: &Caller, request: &HttpRequest) -> Result<Self> {
        let path = request.path().to_owned();
        let Some(written) = request.headers().get(NAME) else { return Ok(Self { path, known: None, sending: None }) };
        let is_good = (1..=LONGEST).contains(&written.len()) && written.as_bytes().iter().all(u8::is_ascii_graphic);
        if !is_good {
            return Err(Error::field(
                NAME,
                "malformed",
                "A key has at most 200 letters, digits and marks, and no blanks.",
            ));
        }
        let (account, hash) = (caller.account.id, Sha256::digest(written.as_bytes()).into());
        let sending = once::find(&server.app, account, hash).await?;
        Ok(Self { path, known: Some((account, hash)), sending })
    }

    /// Whether something was sent under it: then nothing else is asked but whether it was the same.
    pub const fn was_used(&self) -> bool {
        self.sending.is_some()
    }

    /// The key with what is asked for, and what came of it if it was sent before.
    pub async fn with<T>(self, server: &Server, form: &Form<T>) -> Result<(Option<Once>, Option<Submitted>)> {
        let Some((account, key_hash)) = self.known else { return Ok((None, None)) };
        let mut parts = vec![self.path.into(), form.json.clone()];
        for file in &form.attachments {
            parts.extend([file.name.clone().into(), file.content_type.clone().into(), file.bytes.clone()]);
        }
        // Files are large.
        let digest = web::block(move || {
            let mut digest = Sha256::new();
            for part in &parts {
                digest.update((part.len() as u64).to_be_bytes());
                digest.update(part);
            }
            digest.finalize().into()
        });
        let digest = digest.await.map_err(|_| Error::new(ProblemName::Internal))?;
        let content = fingerprint::of_request(&server.app.seal, &digest).ok_or(Error::new(ProblemName::Internal))?;
        let once = Once { account, key_hash, content };
        let sent = match self.sending {
            Some(sending) => Some(once::came_of(&server.app, &once, sending).await?),
            None => None,
        };
        Ok((Some(once), sent))
    }
}
